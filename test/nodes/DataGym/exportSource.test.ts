/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { Dataset, Project, Task } from '../../emulator/store/model';
import { addDataset } from '../../emulator/store/datasets';
import { joinUnchecked } from '../../emulator/store/projects';
import { ORGANIZATION } from '../../emulator/store/store';
import { byId, jsonOf, openHarness, type Harness } from '../../support/datagym';
import { serve, type LocalServer } from '../../support/httpServer';

let harness: Harness;
let project: Project;
let otherDataset: Dataset;
let tasks: Task[];

const STATES = ['COMPLETED', 'REVIEWED', 'SKIPPED', 'REVIEWED_SKIP', 'WAITING'] as const;
const box = { rectangle: [{ x: 10.75, y: 20, w: 30, h: 40 }], classifications: {} };

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
	const classes = [
		{ entryKey: 'car', type: 'rectangle' },
		{ entryKey: 'van', type: 'rectangle' },
	];
	const seeded = harness.server.seed.project({ name: 'Fleet', datasetName: 'Cars', classes });
	project = seeded.project;
	otherDataset = addDataset(harness.server.store, { name: 'Other', owner: ORGANIZATION });
	joinUnchecked(harness.server.store, project, otherDataset);
	const labels = (index: number) => ({ labels: index === 1 ? { car: [box], van: [box] } : { car: [box] } });
	tasks = harness.server.seed.tasks(project, seeded.dataset!, {
		count: 5,
		state: (index) => STATES[index]!,
		labels,
		labeler: 'anna',
	});
	tasks.push(
		...harness.server.seed.tasks(project, otherDataset, {
			count: 1,
			state: 'COMPLETED',
			name: () => 'other.jpg',
			labels,
		}),
	);
});
afterEach(() => harness.server.onRequest(undefined));
afterAll(async () => await harness.close());

const runGetLabels = async (labelSource: string, options = {}, parameters = {}) =>
	await harness.run('export', 'getLabels', { projectId: byId(project.id), labelSource, options, ...parameters });
const getLabels = async (labelSource: string, options = {}, parameters = {}) =>
	jsonOf(await runGetLabels(labelSource, options, parameters));
const namesOf = (items: Array<Record<string, unknown>>) => items.map(({ imageName }) => imageName).sort();
const FINISHED = ['image_000001.jpg', 'image_000002.jpg', 'image_000003.jpg', 'other.jpg'];

describe.each(['export', 'tasks'])('Export: Get Labels from the source "%s"', (labelSource) => {
	test('gives the same images', async () => {
		expect(namesOf(await getLabels(labelSource))).toEqual(FINISHED);
	});

	test('filters by status', async () => {
		expect(namesOf(await getLabels(labelSource, { status: ['reviewed'] }))).toEqual(['image_000002.jpg']);
	});

	test('filters by dataset', async () => {
		expect(namesOf(await getLabels(labelSource, { datasetIds: otherDataset.id }))).toEqual(['other.jpg']);
	});

	test('filters by class, images and labels', async () => {
		const items = await getLabels(labelSource, { classKeys: 'van' });
		expect(items).toMatchObject([{ imageName: 'image_000002.jpg', labels: [{ className: 'van' }] }]);
		expect(items[0]?.labels).toHaveLength(1);
		// A class that no image has is none of the project, or a slip of the pen.
		const run = await runGetLabels(labelSource, { classKeys: 'van, bus' });
		expect(run.error).toMatchObject({
			message: 'The project has no class "bus"',
			description: 'Correct "Class Keys". Use one of: car, van.',
		});
	});

	test('leaves out what is known already', async () => {
		const known = tasks.slice(0, 3).map(({ medium }) => medium.id);
		expect(namesOf(await getLabels(labelSource, { knownIds: known }))).toEqual(['other.jpg']);
		expect(namesOf(await getLabels(labelSource, { knownIds: JSON.stringify(known) }))).toEqual(['other.jpg']);
		expect(namesOf(await getLabels(labelSource, { knownIds: known.join(', ') }))).toEqual(['other.jpg']);
	});

	test('stops at the limit', async () => {
		expect(await getLabels(labelSource, {}, { returnAll: false, limit: 2 })).toHaveLength(2);
	});
});

describe('Export: Get Labels from task details', () => {
	test('gives decimals, the size, the task and the dataset, and who made each label when', async () => {
		const [item] = await getLabels('tasks', { includeClasses: true });
		expect(item).toMatchObject({
			imageName: 'image_000001.jpg',
			status: 'completed',
			labeler: 'anna',
			taskId: tasks[0]!.id,
			datasetName: 'Cars',
			width: 640,
			height: 480,
			labels: [
				{
					className: 'car',
					geometry: { x: 10.75 },
					labeler: expect.any(String),
					timestamp: expect.stringMatching(/^\d{4}-/),
				},
			],
			classes: [{ className: 'car' }, { className: 'van' }],
		});
	});

	test('gives tasks in any state', async () => {
		expect(namesOf(await getLabels('tasks', { status: ['reviewed_skip', 'waiting'] }))).toEqual([
			'image_000004.jpg',
			'image_000005.jpg',
		]);
	});

	test('reads only the tasks that are wanted', async () => {
		const before = harness.server.count('GET /api/v1/task/:id');
		await getLabels('tasks', { knownIds: [tasks[0]!.id] }, { returnAll: false, limit: 2 });
		expect(harness.server.count('GET /api/v1/task/:id') - before).toBe(2);
	});

	test("gives the server's own details when it shall not simplify", async () => {
		expect(
			await getLabels('tasks', { status: ['reviewed'], includeClasses: false }, { simplify: false }),
		).toMatchObject([{ labelTaskState: 'REVIEWED', labelIteration: { entryValues: [{}, {}] } }]);
	});
});

test('the export of whole numbers is what Get Labels reads when nothing else is said', async () => {
	expect(jsonOf(await harness.run('export', 'getLabels', { projectId: byId(project.id) }))).toMatchObject(
		FINISHED.map(() => ({
			labels: expect.arrayContaining([expect.objectContaining({ geometry: expect.objectContaining({ x: 10 }) })]),
		})),
	);
});

describe('an export that does not come to its end', () => {
	const getStalled = async (server: LocalServer) => {
		const credential = await harness.saveCredential({ baseUrl: server.url, apiGeneration: 'media' });
		return (
			await harness.run(
				'export',
				'getLabels',
				{ projectId: byId('p'), options: { network: { settings: { timeout: 1 } } } },
				{ credential },
			)
		).error;
	};

	test('is given up when the server sends nothing any more', async () => {
		const server = await serve((_request, response) => void response.writeHead(200).write('[{"label_classes": []},'));
		expect(await getStalled(server)).toMatchObject({
			message: 'The server did not respond in time (ETIMEDOUT)',
			description: expect.stringContaining('Raise "Timeout (Seconds)"'),
		});
		await server.close();
	});

	test('is waited for as long as bytes keep coming', async () => {
		const server = await serve((_request, response) => {
			response.writeHead(200);
			const parts = [
				'[{"label',
				'_classes',
				'": []},',
				'{"inter',
				'nal_media',
				'_ID": "m",',
				'"status": "completed"}]',
			];
			const timer = setInterval(() => {
				const part = parts.shift();
				if (part !== undefined) return void response.write(part);
				clearInterval(timer);
				response.end();
			}, 300);
		});
		expect(await getStalled(server)).toBeUndefined();
		await server.close();
	});

	test('is told as broken off when the connection ends', async () => {
		const server = await serve((_request, response) =>
			response.writeHead(200).write('[{"label_classes": []},', () => response.destroy()),
		);
		expect((await getStalled(server))?.message).toMatch(/closed the connection|did not get through/);
		await server.close();
	});
});
