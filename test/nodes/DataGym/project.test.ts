/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { INodeParameters } from 'n8n-workflow';
import { byId, jsonOf, openHarness, outputOf, type Harness } from '../../support/datagym';

let harness: Harness;
let projectId: string;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
	projectId = harness.server.seed.project({ name: 'Fleet', datasetName: 'Front cameras' }).project.id;
	harness.server.seed.project({ name: 'Birds' });
});
afterAll(async () => await harness.close());

describe('Project: Get Many', () => {
	test('gives the projects by name, with their datasets', async () => {
		const projects = jsonOf(await harness.run('project', 'getAll'));
		expect(projects.map(({ name }) => name)).toEqual(['Birds', 'Fleet']);
		expect(projects[1]).toMatchObject({
			projectId,
			mediaType: 'IMAGE',
			datasetCount: 1,
			datasets: [{ name: 'Front cameras', imageCount: 0 }],
		});
		expect(projects[1]?.timestamp).toMatch(/^\d{4}-\d\d-\d\dT/);
	});

	test('filters by name in any case, and stops at the limit', async () => {
		expect(jsonOf(await harness.run('project', 'getAll', { search: 'FLE' }))).toMatchObject([{ name: 'Fleet' }]);
		expect(jsonOf(await harness.run('project', 'getAll', { returnAll: false, limit: 1 }))).toHaveLength(1);
	});

	test("gives the server's own answer when it shall not simplify", async () => {
		const [project] = jsonOf(await harness.run('project', 'getAll', { search: 'Fleet', simplify: false }));
		expect(project).toMatchObject({ id: projectId, datasets: [{ mediaCount: 0 }] });
	});

	test('pairs each item with the input item that it came from', async () => {
		const items = outputOf(
			await harness.run(
				'project',
				'getAll',
				{ search: '={{ $json.name }}' },
				{ items: [{ json: { name: 'birds' } }, { json: { name: 'fleet' } }] },
			),
		);
		expect(items).toMatchObject([
			{ json: { name: 'Birds' }, pairedItem: { item: 0 } },
			{ json: { name: 'Fleet' }, pairedItem: { item: 1 } },
		]);
	});
});

describe('Project: Get', () => {
	test('gives one project', async () => {
		expect(jsonOf(await harness.run('project', 'get', { projectId: byId(projectId) }))).toMatchObject([
			{ projectId, name: 'Fleet' },
		]);
	});

	test('says that there is no such project', async () => {
		const run = await harness.run('project', 'get', { projectId: byId('00000000-0000-4000-8000-000000000000') });
		expect(run.error).toMatchObject({
			name: 'NodeApiError',
			message: 'There is no project with the ID "00000000-0000-4000-8000-000000000000"',
			httpCode: '404',
		});
		expect(run.error?.description).toContain('Choose it from the list');
	});

	test('refuses an ID that would change the address', async () => {
		const run = await harness.run('project', 'get', { projectId: byId('../dataset') });
		expect(run.error?.message).toBe('"../dataset" is not a valid project ID');
	});
});

describe('Project: Add Dataset and Remove Dataset', () => {
	let other: Harness;
	let ids: { projectId: INodeParameters; datasetId: INodeParameters };
	beforeEach(async () => {
		other = await openHarness({ dummyProject: false });
		const { project } = other.server.seed.project({ name: 'Fleet' });
		const [dataset] = jsonOf(await other.run('dataset', 'create', { name: 'Rear cameras' }));
		ids = { projectId: byId(project.id), datasetId: byId(String(dataset?.datasetId)) };
	});
	afterEach(async () => await other.close());

	test('connect a dataset once, and take a second time as done', async () => {
		expect(jsonOf(await other.run('project', 'addDataset', ids))).toMatchObject([
			{ connected: true, connectedNow: true },
		]);
		expect(jsonOf(await other.run('project', 'addDataset', ids))).toMatchObject([
			{ connected: true, connectedNow: false },
		]);
	});

	test('fail the second time, if the user wants that', async () => {
		await other.run('project', 'addDataset', ids);
		const run = await other.run('project', 'addDataset', { ...ids, options: { ifConnected: 'fail' } });
		expect(run.error).toMatchObject({ message: 'The dataset is already connected to the project', httpCode: '412' });
	});

	test('disconnect it once, and take a second time as done', async () => {
		await other.run('project', 'addDataset', ids);
		expect(jsonOf(await other.run('project', 'removeDataset', ids))).toMatchObject([
			{ disconnected: true, disconnectedNow: true },
		]);
		expect(jsonOf(await other.run('project', 'removeDataset', ids))).toMatchObject([
			{ disconnected: true, disconnectedNow: false },
		]);
		const run = await other.run('project', 'removeDataset', { ...ids, options: { ifNotConnected: 'fail' } });
		expect(run.error).toMatchObject({ message: 'The dataset is not connected to the project', httpCode: '500' });
	});

	test('a deleted project or dataset is an error, though the server says that it is done', async () => {
		const { store } = other.server;
		const { project } = other.server.seed.project({ name: 'Gone' });
		project.deleted = true;
		const gone = await other.run('project', 'addDataset', { ...ids, projectId: byId(project.id) });
		expect(gone.error).toMatchObject({ message: `There is no project with the ID "${project.id}"` });
		const [dataset] = store.datasets.values();
		dataset!.deleted = true;
		const run = await other.run('project', 'addDataset', ids);
		expect(run.error).toMatchObject({ message: `There is no dataset with the ID "${dataset!.id}"` });
	});

	test('asks for the list of projects once, and for each dataset that none of them has once', async () => {
		const { project } = other.server.seed.project({ name: 'Second', datasetName: 'Known' });
		const known = [...project.datasets][0]!.id;
		const before = other.server.requests.length;
		const items = [ids.datasetId.value as string, known, known].map((datasetId) => ({ json: { datasetId } }));
		jsonOf(await other.run('project', 'addDataset', { ...ids, datasetId: byId('={{ $json.datasetId }}') }, { items }));
		const reads = other.server.requests.slice(before).filter(({ method }) => method === 'GET');
		const paths = reads.map(({ path }) => path).filter((path) => !path.includes('/media/'));
		expect(paths.sort()).toEqual([`/api/v1/dataset/${String(ids.datasetId.value)}`, '/api/v1/project']);
	});

	test('an unknown dataset is an error, not "done"', async () => {
		const run = await other.run('project', 'addDataset', { ...ids, datasetId: byId('nope') });
		expect(run.error).toMatchObject({ message: 'There is no dataset with the ID "nope"' });
	});
});
