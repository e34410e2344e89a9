import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Service } from './postgres';
import { Background, freePort, run } from '../processes';

/** The distribution's Redis on a free port, with the command of compose.yaml and a folder of its own; it can die and come back. */
export class Redis implements Service {
	private constructor(
		private readonly command: readonly string[],
		private readonly password: string,
		private readonly folder: string,
		readonly port: number,
		private process: Background,
	) {}

	static async start(command: readonly string[], password: string): Promise<Redis> {
		const folder = await mkdtemp(join(tmpdir(), 'queue-redis-'));
		const port = await freePort();
		const redis = new Redis(command, password, folder, port, launch(command, port, folder));
		await redis.answers();
		return redis;
	}

	/** Ends it as the kernel does when memory runs out. */
	async kill(): Promise<void> {
		await this.process.end('SIGKILL');
	}

	/** Starts it again where it was. */
	async comeBack(keepsData: boolean): Promise<void> {
		if (!keepsData)
			for (const name of await readdir(this.folder)) await rm(join(this.folder, name), { recursive: true });
		this.process = launch(this.command, this.port, this.folder);
		await this.answers();
	}

	get server(): Background {
		return this.process;
	}

	/** Bytes that its data take in memory. */
	async usedMemory(): Promise<number> {
		return Number(/^used_memory:(\d+)/m.exec(await this.ask('info', 'memory'))?.[1]);
	}

	async stop(): Promise<void> {
		await this.process.end('SIGTERM');
		await rm(this.folder, { recursive: true });
	}

	private async answers(): Promise<void> {
		await this.process.until('answers', 20_000, async () => {
			const answer = await this.ask('ping').catch(() => '');
			return answer.trim() === 'PONG';
		});
	}

	private async ask(...command: readonly string[]): Promise<string> {
		const environment = { ...process.env, REDISCLI_AUTH: this.password };
		return await run('redis-cli', ['-p', String(this.port), ...command], { environment });
	}
}

function launch([server = '', ...args]: readonly string[], port: number, folder: string): Background {
	return Background.start('Redis', server, [...args, '--port', String(port), '--bind', '127.0.0.1', '--dir', folder], {
		cwd: folder,
	});
}
