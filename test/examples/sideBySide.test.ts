import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readExample } from '@datagym/tools/examples/workflows';
import { readComposeFile } from '@datagym/tools/queue/compose';
import published from '../fixtures/datagymCompose.json';

const ROOT = join(__dirname, '..', '..');
const FOLDER = join(ROOT, 'examples', 'compose');

interface CredentialDraft {
	id: string;
	name: string;
	type: string;
	data: Record<string, string>;
}

const read = async (file: string) => await readFile(join(FOLDER, file), 'utf8');
const credentials = async () => JSON.parse(await read('credentials.json')) as CredentialDraft[];
const services = async (variables = {}) => (await readComposeFile(variables, 'compose')).services;

/** “source:target:mode”, of which the source of a volume is a name, of a mount a path. */
const mountsOf = (volumes: readonly string[] = []) =>
	volumes.map((volume) => volume.split(':')).map(([source = '', target = '', mode = '']) => ({ source, target, mode }));

describe('compose.yaml of DataGym and n8n side by side', () => {
	test("has DataGym's images and variables as its own compose file names them", async () => {
		const { datagym, database } = await services();
		expect(datagym!.image).toBe(published.datagym.image);
		expect(Object.keys(datagym!.environment!).sort()).toEqual([...published.datagym.environment].sort());
		expect(database!.image).toBe(published.database.image);
		expect(mountsOf(database!.volumes)).toEqual([
			expect.objectContaining({ source: 'database', target: published.database.folder }),
		]);
	});

	test('DataGym and its database agree on address, user and password', async () => {
		const { datagym, database } = await services({ DATABASE_PASSWORD: 'secret' });
		const { environment: said = {} } = database!;
		for (const part of ['SPRING', 'IMAGES']) {
			const { [`${part}_DATASOURCE_URL`]: url, ...own } = datagym!.environment!;
			expect(url).toBe(published.datagym.databaseUrl.replace('//db:', '//database:'));
			expect(String(url)).toMatch(new RegExp(`/${said[published.database.name]}$`));
			expect(own[`${part}_DATASOURCE_USERNAME`]).toBe(said.MYSQL_USER);
			expect([own[`${part}_DATASOURCE_PASSWORD`], said.MYSQL_PASSWORD]).toEqual(['secret', 'secret']);
		}
	});

	test('DataGym has no login, so it and n8n can be reached from this machine only, and the database by DataGym only', async () => {
		const { networks, services: all } = await readComposeFile({}, 'compose');
		const ports = Object.entries(all).flatMap(([name, { ports = [] }]) => ports.map((port) => [name, port]));
		expect(ports).toEqual([
			['n8n', '127.0.0.1:5678:5678'],
			['datagym', `127.0.0.1:${published.datagym.port}:${published.datagym.port}`],
		]);
		const inDatabaseNetwork = Object.entries(all).filter(([, { networks: own }]) => own?.includes('database'));
		expect(inDatabaseNetwork.map(([name]) => name)).toEqual(['datagym', 'database']);
		expect(all.database!.networks).toEqual(['database']);
		expect(networks?.database).toEqual({ internal: true });
	});

	test('n8n is built as in queue mode, whose version is the tested one, from the checkout or a version on npm', async () => {
		const { n8n } = await services();
		const queue = await readComposeFile({ POSTGRES_PASSWORD: '1', REDIS_PASSWORD: '2', N8N_ENCRYPTION_KEY: '3' });
		expect(n8n!.build).toEqual({ ...queue.services.main!.build, args: { NODES: 'checkout' } });
		expect((await services({ NODES: '1.2.3' })).n8n!.build!.args).toEqual({ NODES: '1.2.3' });
		expect(await read('../queue-mode/Dockerfile')).toContain('\nARG NODES=checkout\n');
	});

	test('each service has a health check and starts again by itself', async () => {
		for (const { healthcheck, restart } of Object.values(await services())) {
			expect(healthcheck?.test.length).toBeGreaterThan(1);
			expect(restart).toBe('unless-stopped');
		}
	});

	test('what n8n must keep is in a volume, and what it is given exists and cannot be written', async () => {
		const { n8n } = await services();
		const [data, ...mounts] = mountsOf(n8n!.volumes);
		expect(data).toEqual({ source: 'n8n', target: n8n!.environment!.N8N_USER_FOLDER, mode: '' });
		for (const { source, mode } of mounts) {
			expect([source, existsSync(join(FOLDER, source))]).toEqual([source, true]);
			expect(mode).toBe('ro');
		}
		const given = [...n8n!.entrypoint!.slice(1), ...n8n!.command!.slice(1)];
		expect(mounts.map(({ target }) => target).filter((target) => target !== '/photos')).toEqual(given);
		expect(await read('../queue-mode/Dockerfile')).toContain(` ${n8n!.command![0]}\n`);
	});

	test('n8n gets a credential for this DataGym, without a token', async () => {
		const { datagym, n8n } = await services();
		const [account, ...others] = await credentials();
		expect(others).toEqual([]);
		expect(account).toMatchObject({ type: 'dataGymApi', data: { authentication: 'none' } });
		const { hostname, port } = new URL(account!.data.baseUrl!);
		expect([hostname, Number(port)]).toEqual(['datagym', published.datagym.port]);
		expect(n8n!.networks!.filter((network) => datagym!.networks!.includes(network))).toEqual(['default']);
	});

	test('n8n gets a workflow that has this credential, and may read its folder of photographs', async () => {
		const { n8n } = await services();
		const { nodes } = await readExample('first-labels');
		const [account] = await credentials();
		const ours = nodes.filter(({ type }) => type.startsWith('n8n-nodes-datagym.'));
		expect(ours.map(({ name }) => name)).toEqual(['Upload photographs', 'Add class', 'Get labels']);
		// n8n looks up by name and type what has no ID, when it imports a workflow.
		for (const { credentials: chosen } of ours) expect(chosen).toEqual({ dataGymApi: { id: '', name: account!.name } });
		const photographs = mountsOf(n8n!.volumes).find(({ source }) => source === '../photos');
		expect(JSON.stringify(nodes)).toContain(`"fileSelector":"${photographs?.target}/`);
		expect(n8n!.environment!.N8N_RESTRICT_FILE_ACCESS_TO).toBe(photographs?.target);
	});

	test('the page on getting started says its commands and addresses', async () => {
		const page = await readFile(join(ROOT, 'docs', 'getting-started.md'), 'utf8');
		const [, section = ''] = /## Start DataGym and n8n side by side\n([\s\S]*?)\n## /.exec(page) ?? [];
		for (const { ports = [] } of Object.values(await services()))
			for (const port of ports) expect(section).toContain(`<http://localhost:${port.split(':')[1]}>`);
		const used = new Set([...(await read('compose.yaml')).matchAll(/\$\{(\w+)/g)].map(([, name]) => name));
		for (const name of used) expect(section).toContain(`\`${name}\``);
		for (const part of ['cd examples/compose', 'docker compose up', 'docker compose down'])
			expect(section).toContain(part);
	});
});
