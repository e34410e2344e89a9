import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { readComposeFile } from './compose';
import { publishToFolder } from '../release/publishedPackage';
import { ensureSystemPackages } from '../systemPackages';
import { Cluster } from './cluster';
import { Postgres, type Service } from './postgres';
import { Background, freePort, run } from '../processes';
import { installN8n } from '../n8n/install';
import { ROOT } from '../paths';

/** The distribution's Redis on a free port, with the command of compose.yaml and a folder of its own. */
async function startRedis(command: readonly string[], password: string): Promise<Service> {
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
		const answer = await run('redis-cli', ['-p', String(port), 'ping'], { environment }).catch(() => '');
		return answer.trim() === 'PONG';
	});
	return {
		port,
		stop: async () => {
			await redis.end('SIGTERM');
			await rm(folder, { recursive: true });
		},
	};
}

/** Everything in compose.yaml but the processes of n8n, which the cluster can start. */
export interface Services {
	database: Postgres;
	cluster: Cluster;
}

/** @param undo Gets what has to be called in the end, the last first. */
export async function startServices(
	progress: (line: string) => void,
	undo: Array<() => Promise<void>>,
): Promise<Services> {
	await ensureSystemPackages(['redis-server', 'postgresql'], progress);
	const entry = await installN8n(progress);
	const published = await publishToFolder(ROOT, { withWorkflow: false });
	undo.push(published.remove);
	const secret = () => randomBytes(16).toString('hex');
	const passwords = { POSTGRES_PASSWORD: secret(), REDIS_PASSWORD: secret(), N8N_ENCRYPTION_KEY: secret() };
	const compose = await readComposeFile(passwords);
	const redis = await startRedis(compose.services.redis!.command!, passwords.REDIS_PASSWORD);
	undo.push(redis.stop);
	const { POSTGRES_DB, POSTGRES_USER } = compose.services.postgres!.environment!;
	const database = await Postgres.start({
		user: String(POSTGRES_USER),
		database: String(POSTGRES_DB),
		password: passwords.POSTGRES_PASSWORD,
	});
	undo.push(async () => await database.stop());
	progress('Redis and PostgreSQL are running');
	const cluster = await Cluster.create({
		entry,
		built: published.folder,
		compose,
		ports: { postgres: database.port, redis: redis.port },
	});
	undo.push(async () => await cluster.remove());
	return { database, cluster };
}
