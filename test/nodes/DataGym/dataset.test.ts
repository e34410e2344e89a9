/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { byId, jsonOf, openHarness, requestsTo, type Harness } from '../../support/datagym';

let harness: Harness;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
});
afterAll(async () => await harness.close());

const names = (...values: string[]) => ({ items: values.map((name) => ({ json: { name } })) });

describe('Dataset: Create', () => {
	test('makes a dataset, and returns it the next time', async () => {
		const [made] = jsonOf(
			await harness.run('dataset', 'create', { name: 'Cars 2026', options: { shortDescription: 'Front cameras' } }),
		);
		expect(made).toMatchObject({ name: 'Cars 2026', shortDescription: 'Front cameras', imageCount: 0, created: true });
		const [found] = jsonOf(await harness.run('dataset', 'create', { name: 'CARS 2026' }));
		expect(found).toMatchObject({ datasetId: made?.datasetId, name: 'Cars 2026', created: false });
	});

	test('fails on an existing name, if the user wants that', async () => {
		await harness.run('dataset', 'create', { name: 'Trucks 2026' });
		const run = await harness.run('dataset', 'create', { name: 'Trucks 2026', ifExists: 'fail' });
		expect(run.error?.message).toBe('A dataset named "Trucks 2026" already exists');
	});

	test('makes one dataset of a name that comes in many items', async () => {
		const made = jsonOf(
			await harness.run('dataset', 'create', { name: '={{ $json.name }}' }, names('Once', 'once', 'ONCE')),
		);
		expect(new Set(made.map(({ datasetId }) => datasetId)).size).toBe(1);
		expect(made.map(({ created }) => created)).toEqual([true, false, false]);
	});

	test.each(['über', 'a-b', 'a.b', 'x'.repeat(129), ''])(
		'refuses the name "%s" before it asks the server',
		async (name) => {
			const before = requestsTo(harness, 'POST', '/dataset');
			const run = await harness.run('dataset', 'create', { name: '={{ $json.name }}' }, names(name));
			expect(run.error?.message).toMatch(/^"Name" /);
			expect(requestsTo(harness, 'POST', '/dataset')).toBe(before);
		},
	);

	test('says when a name is reserved', async () => {
		const run = await harness.run('dataset', 'create', { name: 'image' });
		expect(run.error).toMatchObject({ message: 'The name "image" is reserved by DataGym', httpCode: '500' });
	});
});

describe('Dataset: Get and Get Many', () => {
	test('give the number of images instead of all images', async () => {
		const { dataset } = harness.server.seed.project({ name: 'Fleet', datasetName: 'Many images' });
		const project = [...harness.server.store.projects.values()].find(({ name }) => name === 'Fleet');
		harness.server.seed.tasks(project!, dataset!, { count: 3 });
		const [got] = jsonOf(await harness.run('dataset', 'get', { datasetId: byId(dataset!.id) }));
		expect(got).toMatchObject({ datasetId: dataset!.id, imageCount: 3, projectCount: 1 });
		expect(got).not.toHaveProperty('images');
		expect(jsonOf(await harness.run('dataset', 'getAll', { search: 'many' }))).toMatchObject([
			{ name: 'Many images', imageCount: 3 },
		]);
		const [raw] = jsonOf(await harness.run('dataset', 'get', { datasetId: byId(dataset!.id), simplify: false }));
		expect(raw).toMatchObject({ id: dataset!.id, media: [{}, {}, {}] });
	});
});
