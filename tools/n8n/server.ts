import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IRun } from 'n8n-workflow';
import { httpClient } from '@datagym/test/support/httpClient';
import { Background, freePort, run, succeeds } from '../processes';

/** Milliseconds. */
const START = 180_000;
const PROGRESS = 5_000;

export interface N8nServerOptions {
	/** Where n8n keeps everything; a temporary folder if left out, which `remove` removes. */
	folder?: string;
	port?: number;
	/** Where relative paths in workflows begin. */
	workingFolder?: string;
	/** Beside what keeps the instance apart from others on this machine. */
	environment?: NodeJS.ProcessEnv;
}

/** A whole n8n with its folder and database: driven by its command line, or running as a server on this machine, which can be killed. */
export class N8nServer {
	private process: Background | undefined;
	private readonly log: string[][] = [];

	private constructor(
		private readonly entry: string,
		readonly folder: string,
		private readonly workingFolder: string,
		readonly url: string,
		private readonly environment: NodeJS.ProcessEnv,
	) {}

	/** @param entry The file that starts n8n. */
	static async create(entry: string, options: N8nServerOptions = {}): Promise<N8nServer> {
		const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'n8n-server-')));
		const port = options.port ?? (await freePort());
		return new N8nServer(entry, folder, options.workingFolder ?? folder, `http://127.0.0.1:${port}`, {
			PATH: process.env.PATH,
			HOME: process.env.HOME,
			N8N_USER_FOLDER: folder,
			N8N_LISTEN_ADDRESS: '127.0.0.1',
			N8N_PORT: String(port),
			// Its task broker listens even for a single execution; another n8n may hold the usual port.
			N8N_RUNNERS_BROKER_PORT: String(await freePort()),
			N8N_DIAGNOSTICS_ENABLED: 'false',
			N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
			...options.environment,
		});
	}

	async import(what: 'credentials' | 'workflow', row: object): Promise<void> {
		const input = join(this.folder, `${what}.json`);
		await writeFile(input, JSON.stringify([row]));
		await this.command(`import:${what}`, `--input=${input}`);
		await rm(input);
	}

	/** Runs an imported workflow to its end. Throws what n8n printed when it failed. */
	async execute(id: string): Promise<IRun> {
		const output = await this.command('execute', `--id=${id}`, '--rawOutput');
		// n8n may print lines of its log before and after the indented JSON.
		const [json = ''] = /^\{\n.*?^\}$/ms.exec(output) ?? [];
		return JSON.parse(json) as IRun;
	}

	async command(...args: string[]): Promise<string> {
		return await run(process.execPath, [this.entry, ...args], { cwd: this.folder, environment: this.environment });
	}

	/** @param progress Gets n8n's last line every few seconds, where that is another one, until it answers. */
	async start(progress: (line: string) => void = () => undefined): Promise<void> {
		const server = Background.start('n8n', process.execPath, [this.entry, 'start'], {
			cwd: this.workingFolder,
			env: this.environment,
		});
		this.process = server;
		this.log.push(server.lines);
		const client = httpClient({ baseURL: this.url });
		const timer = tellChanges(() => server.lines.at(-1), progress);
		try {
			await server.until('answers', START, async () => await succeeds(client.get('/healthz/readiness')));
		} finally {
			clearInterval(timer);
		}
	}

	/** Resolves when n8n has ended, whoever ended it. */
	async ended(): Promise<number | null> {
		return (await this.process?.ended()) ?? null;
	}

	/** SIGKILL ends n8n without a warning, SIGTERM in good order, if it does not take too long. */
	async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
		await this.process?.end(signal);
		this.process = undefined;
	}

	/** All that the server has printed, over its restarts. */
	get printed(): string {
		return this.log.flat().join('\n');
	}

	async remove(): Promise<void> {
		await this.end('SIGKILL');
		await rm(this.folder, { recursive: true, force: true });
	}
}

function tellChanges(current: () => string | undefined, tell: (line: string) => void): NodeJS.Timeout {
	let told: string | undefined;
	return setInterval(() => {
		const line = current();
		if (line !== undefined && line !== told) tell(line);
		told = line;
	}, PROGRESS);
}

/**
 * Puts a package into an n8n's folder as n8n installs community packages.
 *
 * @param built The package as it is published, unpacked.
 */
export async function installCommunityPackage(built: string, name: string, userFolder: string): Promise<void> {
	const folder = join(userFolder, '.n8n', 'nodes', 'node_modules', name);
	await rm(folder, { recursive: true, force: true });
	await mkdir(folder, { recursive: true });
	await cp(built, folder, { recursive: true });
}
