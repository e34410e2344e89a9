import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../n8n/ports';
import { Background } from './background';

const run = promisify(execFile);

export interface Service {
	port: number;
	stop(): Promise<void>;
}

/** The distribution's Redis on a free port, with the command of compose.yaml and a folder of its own. */
export async function startRedis(command: readonly string[], password: string): Promise<Service> {
	const folder = await mkdtemp(join(tmpdir(), 'queue-redis-'));
	const port = await freePort();
	const [server = '', ...args] = command;
	const redis = Background.start(
		'Redis',
		server,
		[...args, '--port', String(port), '--bind', '127.0.0.1', '--dir', folder],
		{ cwd: folder },
	);
	const environment = { ...process.env, REDISCLI_AUTH: password };
	await redis.until('answers', 20_000, async () => {
		const answer = await run('redis-cli', ['-p', String(port), 'ping'], { env: environment }).catch(() => undefined);
		return answer?.stdout.trim() === 'PONG';
	});
	return {
		port,
		stop: async () => {
			await redis.end('SIGTERM');
			await rm(folder, { recursive: true });
		},
	};
}
