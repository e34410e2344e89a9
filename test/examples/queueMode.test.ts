import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readComposeFile } from '@datagym/tools/queue/compose';
import { N8N_VERSION } from '@datagym/tools/n8n/install';

const ROOT = join(__dirname, '..', '..', 'examples', 'queue-mode');
const SECRETS = { POSTGRES_PASSWORD: 'one', REDIS_PASSWORD: 'two', N8N_ENCRYPTION_KEY: 'three' };

const read = async (file: string) => await readFile(join(ROOT, file), 'utf8');

describe('compose.yaml', () => {
	test.each(Object.keys(SECRETS))('does not start without %s', async (name) => {
		await expect(readComposeFile({ ...SECRETS, [name]: '' })).rejects.toThrow(
			`compose.yaml needs ${name}: Set it in .env, see .env.example`,
		);
	});

	test('.env.example has each of its variables, and no value for any', async () => {
		const used = new Set([...(await read('compose.yaml')).matchAll(/\$\{(\w+)/g)].map(([, name]) => name));
		const lines = (await read('.env.example')).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
		expect(lines.sort()).toEqual([...used].map((name) => `${name}=`).sort());
	});

	test('main and workers share what they must: key, database, queue, files', async () => {
		const { main, worker } = (await readComposeFile(SECRETS)).services;
		for (const name of [
			'N8N_ENCRYPTION_KEY',
			'N8N_DEFAULT_BINARY_DATA_MODE',
			'N8N_STORAGE_PATH',
			'DB_POSTGRESDB_PASSWORD',
			'QUEUE_BULL_REDIS_PASSWORD',
			'EXECUTIONS_MODE',
		]) {
			expect(main!.environment![name]).toBeDefined();
			expect(worker!.environment![name]).toBe(main!.environment![name]);
		}
		expect(main!.volumes).toEqual([`files:${main!.environment!.N8N_STORAGE_PATH}`]);
		expect(worker!.volumes).toEqual(main!.volumes);
		expect(worker!.image).toBe(main!.image);
		expect(worker!.deploy).toEqual({ replicas: 2 });
	});

	test('what the page about scale says against losses stands in the environment of main and workers', async () => {
		const page = await readFile(join(__dirname, '..', '..', 'docs', 'running-at-scale.md'), 'utf8');
		const rows = [...page.matchAll(/^\| `([A-Z0-9_]+)` \| `(\d+)` \|/gm)].map(([, name, value]) => [
			name!,
			Number(value),
		]);
		const { main, worker } = (await readComposeFile(SECRETS)).services;
		expect(rows.map(([name]) => name)).toEqual([
			'QUEUE_BULL_REDIS_TIMEOUT_THRESHOLD',
			'N8N_EXECUTIONS_QUEUE_RECOVERY_INTERVAL',
			'N8N_EXECUTIONS_QUEUE_RECOVERY_BATCH',
			'N8N_EXECUTIONS_QUEUE_KEEP_LAST_COMPLETED',
			'N8N_EXECUTIONS_QUEUE_KEEP_LAST_FAILED',
		]);
		expect(main!.environment).toMatchObject(Object.fromEntries(rows));
		expect(worker!.environment).toMatchObject(Object.fromEntries(rows));
	});

	test('the passwords of both ends agree', async () => {
		const { main, postgres, redis } = (await readComposeFile(SECRETS)).services;
		expect(postgres!.environment!.POSTGRES_PASSWORD).toBe(main!.environment!.DB_POSTGRESDB_PASSWORD);
		expect(redis!.command).toEqual(
			expect.arrayContaining(['--requirepass', main!.environment!.QUEUE_BULL_REDIS_PASSWORD]),
		);
		expect(redis!.environment!.REDISCLI_AUTH).toBe(main!.environment!.QUEUE_BULL_REDIS_PASSWORD);
	});

	test("a worker's health check and its task broker, at 5679, do not share a port", async () => {
		const { worker } = (await readComposeFile(SECRETS)).services;
		expect(worker!.environment!.QUEUE_HEALTH_CHECK_PORT).not.toBe(5679);
	});

	test("all versions are pinned, and n8n's is the one that is tested", async () => {
		const { services } = await readComposeFile(SECRETS);
		for (const { image } of Object.values(services)) expect(image).toMatch(/:\d+\.\d+(\.\d+)?(-alpine)?$/);
		expect(services.main!.image).toBe(`n8n-datagym:${N8N_VERSION}`);
		const bases = [...(await read('Dockerfile')).matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
		expect(bases).toEqual([expect.stringMatching(/^node:24\.\d+\.\d+-/), `docker.n8n.io/n8nio/n8n:${N8N_VERSION}`]);
	});

	test('only n8n can be reached, and only from this machine', async () => {
		const { services } = await readComposeFile(SECRETS);
		const ports = Object.entries(services).flatMap(([name, { ports = [] }]) => ports.map((port) => [name, port]));
		expect(ports).toEqual([['main', '127.0.0.1:5678:5678']]);
	});

	test('each service has a health check', async () => {
		const { services } = await readComposeFile(SECRETS);
		for (const { healthcheck } of Object.values(services)) expect(healthcheck?.test.length).toBeGreaterThan(1);
	});
});
