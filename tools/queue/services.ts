import { randomBytes } from 'node:crypto';
import { readComposeFile } from './compose';
import { publishToFolder } from '../release/publishedPackage';
import { ensureSystemPackages } from '../systemPackages';
import { Cluster } from './cluster';
import { Postgres } from './postgres';
import { Redis } from './redis';
import { installN8n } from '../n8n/install';
import { ROOT } from '../paths';

/** Everything in compose.yaml but the processes of n8n, which the cluster can start. */
export interface Services {
	database: Postgres;
	redis: Redis;
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
	const redis = await Redis.start(compose.services.redis!.command!, passwords.REDIS_PASSWORD);
	undo.push(async () => await redis.stop());
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
	return { database, redis, cluster };
}
