import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installCommunityPackage } from '../n8n/server';
import type { ComposeFile } from './compose';
import { Background, freePort, run, succeeds } from '../processes';

const PACKAGE = 'n8n-nodes-datagym';

type Role = 'main' | 'worker';

export interface ClusterOptions {
	/** The file that starts n8n. */
	entry: string;
	/** The package as it is published, unpacked. */
	built: string;
	compose: ComposeFile;
	/** Where the services are that compose.yaml reaches by name. */
	ports: { postgres: number; redis: number };
}

/** One process of n8n, with a folder of its own as in a container. */
export interface N8nProcess {
	readonly server: Background;
	readonly port: number;
}

/** The main process and the workers of compose.yaml, with the same environment, commands and health checks, on this machine. */
export class Cluster {
	private readonly servers: Array<{ role: Role; server: Background }> = [];

	private constructor(
		private readonly options: ClusterOptions,
		private readonly folder: string,
	) {}

	static async create(options: ClusterOptions): Promise<Cluster> {
		return new Cluster(options, await mkdtemp(join(tmpdir(), 'queue-n8n-')));
	}

	/**
	 * Starts a process and waits until its health check is content.
	 *
	 * @param overrides What differs from compose.yaml.
	 */
	async start(role: Role, name: string, overrides: NodeJS.ProcessEnv = {}): Promise<N8nProcess> {
		const { command = ['start'], healthcheck } = this.options.compose.services[role]!;
		const home = join(this.folder, name);
		await installCommunityPackage(this.options.built, PACKAGE, home);
		const port = await freePort();
		const environment = { ...(await this.environment(role, home, port)), ...overrides };
		const server = Background.start(name, process.execPath, [this.options.entry, ...command], {
			cwd: home,
			env: environment,
		});
		this.servers.push({ role, server });
		const [, , ...check] = healthcheck!.test;
		await server.until(
			'is healthy',
			180_000,
			async () => await succeeds(run(process.execPath, check, { environment })),
		);
		return { server, port };
	}

	/** Where n8n keeps the files of executions, in the mode for one machine. */
	get filesFolder(): string {
		return join(this.folder, 'files');
	}

	/** All processes that ever were, the killed ones, too. */
	get processes(): readonly Background[] {
		return this.servers.map(({ server }) => server);
	}

	/** All workers that ever were, the killed ones, too. */
	get workers(): readonly Background[] {
		return this.servers.filter(({ role }) => role === 'worker').map(({ server }) => server);
	}

	/** All that the processes have printed, for the case that something went wrong. */
	get log(): string {
		return this.servers.map(({ server: { name, lines } }) => `===== ${name}\n${lines.join('\n')}\n`).join('');
	}

	async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
		await Promise.all(this.servers.map(async ({ server }) => await server.end(signal)));
	}

	async remove(): Promise<void> {
		await this.end('SIGKILL');
		await rm(this.folder, { recursive: true, force: true });
	}

	private async environment(role: Role, home: string, port: number): Promise<NodeJS.ProcessEnv> {
		const { environment = {} } = this.options.compose.services[role]!;
		const said = Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)]));
		const { ports } = this.options;
		return {
			...said,
			PATH: process.env.PATH,
			HOME: home,
			N8N_USER_FOLDER: home,
			// Containers have addresses of their own; here all share one.
			[role === 'main' ? 'N8N_PORT' : 'QUEUE_HEALTH_CHECK_PORT']: String(port),
			N8N_LISTEN_ADDRESS: '127.0.0.1',
			N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',
			N8N_RUNNERS_BROKER_PORT: String(await freePort()),
			DB_POSTGRESDB_HOST: '127.0.0.1',
			DB_POSTGRESDB_PORT: String(ports.postgres),
			QUEUE_BULL_REDIS_HOST: '127.0.0.1',
			QUEUE_BULL_REDIS_PORT: String(ports.redis),
			N8N_STORAGE_PATH: this.filesFolder,
		};
	}
}
