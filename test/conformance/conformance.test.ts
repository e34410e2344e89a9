/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { markdownReport, textReport } from './report';
import { emulator, EMULATED } from './emulators';
import { conforms, examine, type Conformance } from './suite';
import type { GenerationName } from '../emulator/generation';
import { current } from '../emulator/generations';
import type { RequestHook } from '../emulator/http/observation';
import { startEngine, type Engine } from '../support/n8n/lentEngine';

let engine: Engine;

beforeAll(async () => {
	engine = await startEngine();
});
afterAll(async () => await engine.stop());

async function examineEmulator(
	generation: GenerationName,
	onRequest?: RequestHook,
): Promise<Conformance & { routes: ReadonlySet<string> }> {
	const { server, emulator: running } = await emulator(generation, { onRequest });
	const result = await examine(engine, server).finally(async () => await running.close());
	return { ...result, routes: new Set(running.requests.map(({ route }) => route)) };
}

const of = ({ findings }: Conformance, area: string) => findings.filter((finding) => finding.area === area);
const verdicts = (conformance: Conformance, area: string) => [
	...new Set(of(conformance, area).map(({ verdict }) => verdict)),
];

describe('the conformance suite', () => {
	test('finds nothing that differs in any kind of emulator, and the documentation shows what it finds', async () => {
		const results: Conformance[] = [];
		for (const generation of EMULATED) results.push(await examineEmulator(generation));
		expect(
			results.flatMap(({ findings }) => findings.filter(({ verdict }) => verdict !== 'yes' && verdict !== 'no')),
		).toEqual([]);
		expect(results.map(conforms)).toEqual([true, true, true]);
		expect(await readFile(join(__dirname, '..', '..', 'docs', 'conformance.md'), 'utf8')).toContain(
			markdownReport(results),
		);
	});

	test('tells what differs, in words, and does not conform then', async () => {
		const answersAll: RequestHook = ({ path, query }) =>
			path.endsWith('/list') && !query.has('state') ? { status: 200, body: '[{"taskId": "t"}]' } : undefined;
		const result = await examineEmulator('current', answersAll);
		expect(conforms(result)).toBe(false);
		expect(textReport([result])).toContain(
			'"A list without a state holds waiting tasks only" DIFFERS: tasks: 1 instead of 0',
		);
	});

	test('asks every endpoint of the external API, and finds the AI of a server that has one', async () => {
		const outline = '{"imageId": "i", "result": [{"x": 1, "y": 1}, {"x": 5, "y": 1}, {"x": 5, "y": 5}]}';
		const result = await examineEmulator('current', ({ path }) =>
			path.includes('/aiseg/') ? { status: 200, body: path.endsWith('/calculate') ? outline : '' } : undefined,
		);
		expect(verdicts(result, 'AI segmentation')).toEqual(['yes']);
		const endpoints = current.routes
			.filter(({ access }) => access === 'token')
			.map(({ method, path }) => `${method} ${path}`);
		expect(endpoints.filter((endpoint) => !result.routes.has(endpoint))).toEqual([]);
	});

	test('stops when nothing more makes sense, but cleans up what it has made', async () => {
		const { server, emulator: running } = await emulator('current', {
			onRequest: ({ method, path }) =>
				method === 'PUT' && path.includes('/config/')
					? { status: 500, body: '{"key":"ex_system","params":[]}' }
					: undefined,
		});
		const result = await examine(engine, server);
		const [project] = [...running.store.projects.values()];
		const images = [...running.store.media.values()].filter(({ deleted }) => !deleted);
		await running.close();
		expect(verdicts(result, 'Tasks')).toEqual(['not run']);
		expect([project?.datasets.size, images.length]).toEqual([0, 0]);
		expect(result.leftovers).toEqual([expect.stringMatching(/^the empty dataset "Conformance \d+"$/)]);
	});

	test('makes a project of its own where it can, and leaves nothing behind', async () => {
		const { server, emulator: running } = await emulator('open-core');
		const result = await examine(engine, { name: server.name, url: server.url });
		const isLeft = ({ name, deleted }: { name: string; deleted: boolean }) =>
			name.startsWith('Conformance ') && !deleted;
		const left = [...running.store.projects.values(), ...running.store.datasets.values()].filter(isLeft);
		await running.close();
		expect([conforms(result), left, result.leftovers]).toEqual([true, [], []]);
	});

	test('refuses a project that has a dataset, and names the projects when there is no such one', async () => {
		const { server, emulator: running } = await emulator('current');
		const { project } = running.seed.project({ name: 'Fleet', datasetName: 'Cars' });
		await expect(examine(engine, { ...server, project: 'Fleet' })).rejects.toThrow(
			'The project "Fleet" has a dataset. The suite replaces the label configuration, which deletes all labels',
		);
		await expect(examine(engine, { ...server, project: 'None' })).rejects.toThrow(`Fleet (${project.id})`);
		const counted = running.requests.filter(({ method }) => method !== 'GET');
		await running.close();
		expect(counted.filter(({ path }) => path.startsWith('/api/v1/'))).toEqual([]);
	});
});
