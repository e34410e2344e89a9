import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { httpClient } from '@datagym/test/support/httpClient';
import { run } from './n8nInstallation';
import { freePort } from './ports';
import { pause, until } from './until';

const START = 180_000;
const STOP = 15_000;

export interface N8nServerOptions {
	/** Where n8n keeps everything; a temporary folder if left out, which `remove` removes. */
	folder?: string;
	port?: number;
	/** Where relative paths in workflows begin. */
	workingFolder?: string;
	/** Beside what keeps the instance apart from others on this machine. */
	environment?: NodeJS.ProcessEnv;
}

/** An n8n that runs as a server on this machine only, with its folder and database, and can be killed. */
export class N8nServer {
	private child: ChildProcess | undefined;
	private log = '';

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
	}

	async command(...args: string[]): Promise<void> {
		await run(process.execPath, [this.entry, ...args], this.folder, this.environment);
	}

	async start(): Promise<void> {
		// A group of its own, so that its task runner can be ended along with it, and Ctrl-C reaches only this process.
		const child = spawn(process.execPath, [this.entry, 'start'], {
			cwd: this.workingFolder,
			env: this.environment,
			stdio: ['ignore', 'pipe', 'pipe'],
			detached: true,
		});
		this.child = child;
		process.once('exit', () => endGroup(child));
		for (const stream of [child.stdout, child.stderr])
			stream.on('data', (chunk: Buffer) => (this.log += chunk.toString()));
		const client = httpClient({ baseURL: this.url });
		await until('n8n answers', START, async () => {
			if (child.exitCode !== null) throw new Error(`n8n ended while it started:\n${this.log.slice(-3_000)}`);
			return await client.get('/healthz/readiness').then(
				() => true,
				() => false,
			);
		}).catch((error: Error) => {
			throw new Error(`${error.message}\n${this.log.slice(-3_000)}`);
		});
	}

	/** Resolves when n8n has ended, whoever ended it. */
	async ended(): Promise<number | null> {
		if (this.child === undefined) return null;
		if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
		return this.child.exitCode;
	}

	/** SIGKILL ends n8n without a warning, SIGTERM in good order, if it does not take too long. */
	async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
		const { child } = this;
		if (child === undefined) return;
		if (signal === 'SIGTERM' && child.exitCode === null) {
			child.kill(signal);
			await Promise.race([this.ended(), pause(STOP)]);
		}
		endGroup(child);
		await this.ended();
		this.child = undefined;
	}

	get printed(): string {
		return this.log;
	}

	async remove(): Promise<void> {
		await this.end('SIGKILL');
		await rm(this.folder, { recursive: true, force: true });
	}
}

/** n8n and all that it has started. */
function endGroup({ pid }: ChildProcess): void {
	if (pid === undefined) return;
	try {
		process.kill(-pid, 'SIGKILL');
	} catch {
		// All of them have ended already.
	}
}

/** For commands without anything of their own to tidy up: an interrupt then ends them in order, and with them what they started. */
export function exitOnSignals(): void {
	for (const [signal, code] of [
		['SIGINT', 130],
		['SIGTERM', 143],
	] as const)
		process.once(signal, () => process.exit(code));
}
