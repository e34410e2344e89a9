/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { INodeExecutionData } from 'n8n-workflow';
import { byId, jsonOf, openHarness, requestsTo, type Harness } from '../../support/datagym';
import { jpeg } from '../../support/images';
import { chain, manualTrigger, node, set } from '../../support/workflow';

let harness: Harness;
let projectId: string;

beforeEach(async () => {
	harness = await openHarness({ dummyProject: false });
	projectId = harness.server.seed.project({ name: 'Fleet' }).project.id;
});
afterEach(async () => await harness.close());

const byName = (value: string) => ({ __rl: true, mode: 'name', value });
const inProject = () => ({ connectTo: byId(projectId) });

async function photographs(count: number): Promise<INodeExecutionData[]> {
	const bytes = await jpeg();
	return await Promise.all(
		Array.from({ length: count }, async (_, index) => ({
			json: {},
			binary: {
				data: await harness.engine.storeBinary({ bytes, fileName: `street_${index}.jpg`, mimeType: 'image/jpeg' }),
			},
		})),
	);
}

const tasks = async () => jsonOf(await harness.run('task', 'getAll', { projectId: byId(projectId), returnAll: true }));

describe.each([
	['upload', async () => ({ items: await photographs(20), parameters: {} })],
	[
		'addUrls',
		async () => ({
			items: Array.from({ length: 20 }, (_, index) => ({ json: { name: `street_${index}.jpg` } })),
			parameters: { imageUrl: '=https://images.example.com/{{ $json.name }}' },
		}),
	],
] as const)('Image: %s into a dataset by name', (operation, inputOf) => {
	const run = async (parameters: object) => {
		const input = await inputOf();
		return await harness.run('image', operation, { ...input.parameters, ...parameters }, { items: input.items });
	};

	test('makes it and connects it, each with one request, so that every image is a task', async () => {
		const outputs = jsonOf(await run({ datasetId: byName('Front cameras'), ...inProject() }));
		const datasets = jsonOf(await harness.run('dataset', 'getAll', { returnAll: true }));
		expect(datasets).toMatchObject([{ name: 'Front cameras', imageCount: 20 }]);
		expect(outputs).toHaveLength(20);
		for (const output of outputs) expect(output).toMatchObject({ datasetId: datasets[0]?.datasetId, projectId });
		expect((await tasks()).map(({ imageName }) => imageName).sort()).toEqual(
			outputs.map(({ imageName }) => imageName).sort(),
		);
		expect(requestsTo(harness, 'POST', '/dataset')).toBe(1);
		expect(requestsTo(harness, 'POST', `/dataset/${String(outputs[0]?.datasetId)}`)).toBe(1);
	});

	test('takes it the second time, in any case of letters, and adds nothing twice', async () => {
		await run({ datasetId: byName('Front cameras'), ...inProject() });
		const again = jsonOf(await run({ datasetId: byName('FRONT cameras'), ...inProject() }));
		expect(jsonOf(await harness.run('dataset', 'getAll', { returnAll: true }))).toHaveLength(1);
		expect(await tasks()).toHaveLength(20);
		expect(new Set(again.map(({ status }) => status))).toEqual(
			new Set([operation === 'upload' ? 'skipped' : 'exists']),
		);
	});

	test('connects nothing unless asked', async () => {
		const [output] = jsonOf(await run({ datasetId: byName('Front cameras') }));
		expect(output).not.toHaveProperty('projectId');
		expect(await tasks()).toEqual([]);
	});

	test('says which names are possible', async () => {
		const { error } = await run({ datasetId: byName('Front-cameras') });
		expect(error).toMatchObject({
			message: '"Dataset" must not be "Front-cameras"',
			description: expect.stringContaining('Dashes, dots and slashes are not allowed'),
		});
		expect(jsonOf(await harness.run('dataset', 'getAll', { returnAll: true }))).toEqual([]);
	});

	test('names a project that is not there', async () => {
		const { error } = await run({
			datasetId: byName('Front cameras'),
			connectTo: byId('7444ab91-0c3f-4c0e-9d3a-2f1f6a1b2c3d'),
		});
		expect(error?.message).toMatch(/project/i);
	});
});

test('Project: Add Dataset after twenty uploads sends one request', async () => {
	const items = await photographs(20);
	const uploads = jsonOf(await harness.run('image', 'upload', { datasetId: byName('Front cameras') }, { items }));
	const connected = await harness.run(
		'project',
		'addDataset',
		{ projectId: byId(projectId), datasetId: byId('={{ $json.datasetId }}'), options: { ifConnected: 'fail' } },
		{ items: uploads.map(({ datasetId }) => ({ json: { datasetId: String(datasetId) } })) },
	);
	expect(jsonOf(connected)).toHaveLength(20);
	expect(requestsTo(harness, 'POST', `/dataset/${String(uploads[0]?.datasetId)}`)).toBe(1);
	expect(await tasks()).toHaveLength(20);
});

test('The name of a dataset can come from a field of an item that another node made', async () => {
	const parameters = { resource: 'image', operation: 'addUrls', imageUrl: 'https://images.example.com/a.jpg' };
	const addUrls = node('DataGym', 'n8n-nodes-datagym.dataGym', {
		...parameters,
		datasetId: byName('={{ $json.camera }}'),
	});
	const workflow = chain(manualTrigger, set('camera', 'Camera 1'), addUrls);
	jsonOf(await harness.engine.runWorkflow(workflow, { credentials: [harness.credential] }));
	expect(jsonOf(await harness.run('dataset', 'getAll', { returnAll: true }))).toMatchObject([
		{ name: 'Camera 1', imageCount: 1 },
	]);
});
