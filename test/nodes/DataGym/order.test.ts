/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { INodeParameters } from 'n8n-workflow';
import type { Project, Task } from '../../emulator/store/model';
import { byId, jsonOf, openHarness, outputOf, type Harness } from '../../support/datagym';

let harness: Harness;
let project: Project;
let tasks: Task[];
let datasetId: string;

const CLASSES = [
	{
		entryKey: 'van',
		type: 'rectangle',
		children: [
			{ entryKey: 'color', type: 'select', options: { red: 'Red', blue: 'Blue', green: 'Green' } },
			{ entryKey: 'age', type: 'freetext' },
			{ entryKey: 'plate', type: 'rectangle' },
		],
	},
	{ entryKey: 'car', type: 'rectangle' },
	{ entryKey: 'sky', type: 'image_segmentation' },
	{ entryKey: 'lamp', type: 'point' },
	{ entryKey: 'weather', type: 'select', options: { sun: 'Sun', rain: 'Rain' } },
	{ entryKey: 'note', type: 'freetext' },
];
const box = (x: number, y: number) => ({ rectangle: [{ x, y, w: 5, h: 5 }] });
const LABELS = {
	labels: {
		van: [90, 10, 50].map((x) => ({
			...box(x, 7),
			classifications: { color: ['red'], age: ['old'] },
			nested_geometries: { plate: [box(x + 3, 9), box(x + 1, 9), box(x + 2, 8)] },
		})),
		car: [box(1, 3), box(1, 2), box(1, 1)],
		lamp: [{ point: [{ x: 4, y: 4 }] }, { point: [{ x: 3, y: 4 }] }],
	},
	global_classifications: { weather: ['sun'], note: ['x'] },
};

/** The emulator, as the real server, gives labels, images, datasets, projects and entries in another order each time. */
beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
	const seeded = harness.server.seed.project({ name: 'Order', datasetName: 'Order', classes: CLASSES });
	project = seeded.project;
	datasetId = seeded.dataset!.id;
	tasks = harness.server.seed.tasks(project, seeded.dataset!, {
		count: 9,
		state: 'COMPLETED',
		name: (index) => `${['c', 'a', 'B'][index % 3]}_${index}.jpg`,
		labels: () => LABELS,
	});
	for (const name of ['Zoo', 'Ant', 'bee']) harness.server.seed.project({ name, datasetName: name });
});
afterAll(async () => await harness.close());

const ofProject = () => ({ projectId: byId(project.id) });
const ofTask = () => ({ taskId: tasks[0]!.id });

/** Everything that gives labels, images, or what belongs to them. */
const OPERATIONS: Array<[string, string, string, () => INodeParameters]> = [
	['labels of the export', 'export', 'getLabels', () => ({ ...ofProject(), labelSource: 'export' })],
	['labels of task details', 'export', 'getLabels', () => ({ ...ofProject(), labelSource: 'tasks' })],
	['a limit of the export', 'export', 'getLabels', () => ({ ...ofProject(), returnAll: false, limit: 2 })],
	[
		'a limit of task details',
		'export',
		'getLabels',
		() => ({ ...ofProject(), labelSource: 'tasks', returnAll: false, limit: 2 }),
	],
	['a task', 'task', 'get', ofTask],
	['the tasks', 'task', 'getAll', () => ({ ...ofProject(), returnAll: true })],
	['the labels of a task', 'label', 'getAll', () => ({ ...ofTask(), options: { includeImageAnswers: true } })],
	['the first labels of a task', 'label', 'getAll', () => ({ ...ofTask(), returnAll: false, limit: 3 })],
	['the images', 'image', 'getAll', () => ({ datasetId: byId(datasetId), returnAll: true })],
	['the first images', 'image', 'getAll', () => ({ datasetId: byId(datasetId), limit: 2 })],
	['the datasets', 'dataset', 'getAll', () => ({ returnAll: true })],
	['the projects', 'project', 'getAll', () => ({ returnAll: true })],
	['the label configuration', 'labelConfig', 'get', ofProject],
	['the statistics', 'project', 'getStatistics', ofProject],
	['the preview', 'export', 'preview', () => ({ ...ofProject(), limit: 3 })],
	['masks', 'export', 'downloadMasks', ofProject],
	[
		'a COCO dataset',
		'export',
		'createDataset',
		() => ({ ...ofProject(), format: 'coco', output: 'files', includeImages: false }),
	],
	[
		'a YOLO dataset',
		'export',
		'createDataset',
		() => ({ ...ofProject(), format: 'yoloDetect', output: 'files', includeImages: false }),
	],
];

const ROUNDS = 3;

test.each(OPERATIONS)('%s: the same text to the letter each time', async (_what, resource, operation, parameters) => {
	const texts = new Set<string>();
	for (let round = 0; round < ROUNDS; round++) {
		const items = outputOf(await harness.run(resource, operation, parameters()));
		const files = await Promise.all(
			items.map(async (item) =>
				item.binary === undefined ? '' : (await harness.engine.readBinary(item)).toString('base64'),
			),
		);
		texts.add(JSON.stringify([items.map(({ json }) => json), files]));
	}
	expect(texts.size).toBe(1);
});

test('labels are sorted by class key, then from top to bottom, then from left to right', async () => {
	const [first] = jsonOf(await harness.run('export', 'getLabels', { ...ofProject(), labelSource: 'tasks' }));
	const labels = first?.labels as Array<{
		className: string;
		geometry: { x: number; y: number };
		children: typeof labels;
	}>;
	const placeOf = ({ className, geometry: { x, y } }: (typeof labels)[number]) => `${className} ${x},${y}`;
	expect(labels.map(placeOf)).toEqual([
		'car 1,1',
		'car 1,2',
		'car 1,3',
		'lamp 3,4',
		'lamp 4,4',
		'van 10,7',
		'van 50,7',
		'van 90,7',
	]);
	expect(labels[5]?.children.map(placeOf)).toEqual(['plate 12,8', 'plate 11,9', 'plate 13,9']);
});

test('images are sorted by name, and a limit takes the first', async () => {
	const names = async (parameters: INodeParameters) =>
		jsonOf(await harness.run('export', 'getLabels', { ...ofProject(), ...parameters })).map(
			({ imageName }) => imageName,
		);
	const all = await names({ returnAll: true });
	expect(all).toEqual([
		'a_1.jpg',
		'a_4.jpg',
		'a_7.jpg',
		'B_2.jpg',
		'B_5.jpg',
		'B_8.jpg',
		'c_0.jpg',
		'c_3.jpg',
		'c_6.jpg',
	]);
	for (const labelSource of ['export', 'tasks'])
		expect(await names({ labelSource, returnAll: false, limit: 4 })).toEqual(all.slice(0, 4));
});
