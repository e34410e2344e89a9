/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { INode, INodeParameters } from 'n8n-workflow';
import type { Project } from '../../emulator/store/model';
import { byId, jsonOf, openHarness, type Harness } from '../../support/datagym';
import { chain, manualTrigger, node } from '../../support/workflow';

let harness: Harness;
let project: Project;

const CLASSES = [
	{
		entryKey: 'car',
		type: 'rectangle',
		children: [
			{
				entryKey: 'color',
				type: 'select',
				options: { red: 'Red' },
				children: [{ entryKey: 'shade', type: 'freetext' }],
			},
			{ entryKey: 'extras', type: 'checklist', options: { roof: 'Roof', hook: 'Hook' } },
			// Would be taken for the geometry's type, and for a classification of the image.
			{ entryKey: 'type', type: 'freetext' },
			{ entryKey: 'image_weather', type: 'freetext' },
			{ entryKey: 'plate', type: 'polygon', children: [{ entryKey: 'text', type: 'freetext' }] },
		],
	},
	{ entryKey: 'lamp', type: 'point', children: [{ entryKey: 'height', type: 'freetext' }] },
	{ entryKey: 'weather', type: 'select', options: { sun: 'Sun' }, children: [{ entryKey: 'why', type: 'freetext' }] },
];

const LABELS = {
	'a.jpg': {
		labels: {
			car: [
				{
					rectangle: [{ x: 10.5, y: 20, w: 30, h: 40 }],
					classifications: {
						color: ['red', { shade: ['dark'] }],
						extras: ['roof', 'hook'],
						type: ['estate'],
						image_weather: ['seen'],
					},
					nested_geometries: {
						plate: [
							{
								polygon: [
									{ x: 12, y: 22 },
									{ x: 18, y: 21 },
									{ x: 17, y: 26 },
								],
								classifications: { text: ['B-X 1'] },
							},
						],
					},
				},
			],
			lamp: [{ point: [{ x: 5, y: 6 }], classifications: {} }],
		},
		global_classifications: { weather: ['sun', { why: ['blue sky'] }] },
	},
	'b.jpg': { labels: {}, global_classifications: { weather: ['sun'] } },
	'c.jpg': { labels: { car: [{ rectangle: [{ x: 1, y: 2, w: 3, h: 4 }], classifications: {} }] } },
} as const;

const NAMES = Object.keys(LABELS) as Array<keyof typeof LABELS>;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
	project = seed('Fleet');
});
afterEach(() => harness.server.onRequest(undefined));
afterAll(async () => await harness.close());

function seed(name: string, names: ReadonlyArray<keyof typeof LABELS> = NAMES): Project {
	const seeded = harness.server.seed.project({ name, datasetName: name, classes: CLASSES });
	harness.server.seed.tasks(seeded.project, seeded.dataset!, {
		count: names.length,
		name: (index) => names[index]!,
		state: 'COMPLETED',
		labels: (index) => structuredClone(LABELS[names[index]!]) as never,
		labeler: 'anna',
	});
	return seeded.project;
}

const perLabel = async (parameters: INodeParameters = {}, of = project) =>
	jsonOf(await harness.run('export', 'getLabels', { projectId: byId(of.id), output: 'itemPerLabel', ...parameters }));

describe.each(['export', 'tasks'])('Export: Get Labels with an item per label, from "%s"', (labelSource) => {
	test('gives each label, nested ones too, with the box around its shape', async () => {
		const items = await perLabel({ labelSource });
		const x = labelSource === 'tasks' ? 10.5 : 10;
		expect(items).toMatchObject([
			{ imageName: 'a.jpg', className: 'car', type: 'rectangle', x, y: 20, width: 30, height: 40 },
			{ imageName: 'a.jpg', className: 'plate', type: 'polygon', x: 12, y: 21, width: 6, height: 5 },
			{ imageName: 'a.jpg', className: 'lamp', type: 'point', x: 5, y: 6, width: 0, height: 0 },
			{ imageName: 'c.jpg', className: 'car', x: 1, y: 2, width: 3, height: 4 },
		]);
		expect(items.map(({ parentClassName }) => parentClassName)).toEqual([null, 'car', null, null]);
		expect(items.map(({ status, projectId }) => [status, projectId])).toEqual(
			items.map(() => ['completed', project.id]),
		);
		expect(JSON.parse(String(items[1]?.geometry))).toEqual({
			type: 'polygon',
			points: [
				{ x: 12, y: 22 },
				{ x: 18, y: 21 },
				{ x: 17, y: 26 },
			],
		});
	});

	test('has a column for each classification, nothing but plain values, and the same columns everywhere', async () => {
		const items = await perLabel({ labelSource });
		expect(items[0]).toMatchObject({
			color: 'red',
			color_shade: 'dark',
			extras: 'roof, hook',
			label_type: 'estate',
			label_image_weather: 'seen',
			image_weather: 'sun',
			image_weather_why: 'blue sky',
			text: null,
		});
		expect(items[1]).toMatchObject({ text: 'B-X 1', color: null, image_weather: 'sun', type: 'polygon' });
		// Nobody has ever answered it.
		expect(items[0]).toMatchObject({ label_height: null, height: 40 });
		const columns = items.map((item) => Object.keys(item));
		expect(new Set(columns.map((names) => names.join()))).toHaveProperty('size', 1);
		for (const value of items.flatMap((item) => Object.values(item)))
			expect(value === null || ['string', 'number'].includes(typeof value)).toBe(true);
		expect(columns[0]?.slice(0, 10)).toEqual([
			'imageName',
			'imageId',
			'taskId',
			'status',
			'className',
			'type',
			'x',
			'y',
			'width',
			'height',
		]);
		expect(columns[0]?.slice(-9)).toEqual([
			'color',
			'color_shade',
			'extras',
			'label_height',
			'label_image_weather',
			'label_type',
			'text',
			'image_weather',
			'image_weather_why',
		]);
	});

	test('gives an image without labels an item only if the user wants one', async () => {
		const items = await perLabel({ labelSource, options: { includeEmpty: true } });
		expect(items.map(({ imageName, className }) => [imageName, className])).toEqual([
			['a.jpg', 'car'],
			['a.jpg', 'plate'],
			['a.jpg', 'lamp'],
			['b.jpg', null],
			['c.jpg', 'car'],
		]);
		expect(items[3]).toMatchObject({ x: null, labelId: null, image_weather: 'sun' });
	});

	test('gives the labels of a class, whatever they are nested in', async () => {
		const items = await perLabel({ labelSource, options: { classKeys: 'Plate', includeEmpty: true } });
		expect(items).toMatchObject([{ className: 'plate', parentClassName: 'car', text: 'B-X 1' }]);
	});

	test('limits the images, each with all of its labels', async () => {
		const items = await perLabel({ labelSource, returnAll: false, limit: 1 });
		expect(items.map(({ imageName, className }) => [imageName, className])).toEqual([
			['a.jpg', 'car'],
			['a.jpg', 'plate'],
			['a.jpg', 'lamp'],
		]);
		const two = await perLabel({ labelSource, returnAll: false, limit: 2 });
		expect(new Set(two.map(({ imageName }) => imageName))).toEqual(new Set(['a.jpg', 'c.jpg']));
	});
});

test('the items of several projects have the same columns, so that they fit into one table', async () => {
	const { project: other, dataset } = harness.server.seed.project({
		name: 'Ships',
		datasetName: 'Ships',
		classes: [
			{
				entryKey: 'ship',
				type: 'rectangle',
				children: [
					{ entryKey: 'flag', type: 'freetext' },
					{ entryKey: '__proto__', type: 'freetext' },
					{ entryKey: 'constructor', type: 'freetext' },
				],
			},
		],
	});
	harness.server.seed.tasks(other, dataset!, {
		count: 1,
		name: () => 'ship.jpg',
		state: 'COMPLETED',
		labels: () =>
			({ labels: { ship: [{ rectangle: [{ x: 1, y: 2, w: 3, h: 4 }], classifications: { flag: ['NL'] } }] } }) as never,
	});
	const parameters = { projectId: { __rl: true, mode: 'id', value: '={{ $json.id }}' }, output: 'itemPerLabel' };
	const run = await harness.run('export', 'getLabels', parameters, {
		items: [project.id, other.id].map((id) => ({ json: { id } })),
	});
	const items = jsonOf(run);
	const columns = items.map((item) => Object.keys(item));
	expect(new Set(columns.map((names) => names.join()))).toHaveProperty('size', 1);
	expect(columns[0]).toEqual(expect.arrayContaining(['color', 'flag', '__proto__', 'constructor', 'image_weather']));
	expect(items.at(-1)).toMatchObject({ className: 'ship', flag: 'NL', color: null });
	expect(items[0]).toMatchObject({ className: 'car', flag: null, color: 'red' });
});

test('the details of tasks tell the IDs, the size, and who made each label', async () => {
	const [car, plate] = await perLabel({ labelSource: 'tasks' });
	const [task] = [...harness.server.store.tasks.values()].filter(({ project: { id } }) => id === project.id);
	expect(car).toMatchObject({ taskId: task?.id, imageWidth: 640, imageHeight: 480, parentLabelId: null });
	expect(car?.labelId).toMatch(/^[0-9a-f-]{36}$/);
	expect(plate).toMatchObject({ parentLabelId: car?.labelId });
	expect(String(car?.timestamp)).toMatch(/^\d{4}-\d\d-\d\dT/);
	expect(car?.labeler).toEqual(expect.any(String));
});

test('a label that cannot be read does not get lost, nor one whose shape is too long for a cell', async () => {
	const point = (index: number) => ({ x: index, y: (index % 2) * 100 });
	const elements = [
		{ label_classes: [{ class_name: 'car', classification_type: 'rectangle' }] },
		{
			internal_media_ID: 'm1',
			external_media_ID: 'broken.jpg',
			status: 'completed',
			labels: { car: [{ rectangle: 'nonsense' }] },
		},
		{
			internal_media_ID: 'm2',
			external_media_ID: 'long.jpg',
			status: 'completed',
			labels: { car: [{ polygon: Array.from({ length: 5000 }, (_, index) => point(index)) }] },
		},
	];
	harness.server.onRequest(({ path }) =>
		path.includes('/export/') ? { status: 200, body: JSON.stringify(elements) } : undefined,
	);
	const items = await perLabel();
	expect(items).toMatchObject([
		{ imageName: 'broken.jpg', className: null, problem: expect.stringContaining('car') },
		{ imageName: 'long.jpg', className: 'car', width: 4999, height: 100, geometry: null },
	]);
	expect(items[1]?.problem).toContain('spreadsheet');
});

test('an item per image says how many labels there are, of which classes', async () => {
	for (const labelSource of ['export', 'tasks']) {
		const items = jsonOf(await harness.run('export', 'getLabels', { projectId: byId(project.id), labelSource }));
		expect(items.map(({ imageName, labelCount, classNames }) => [imageName, labelCount, classNames])).toEqual([
			['a.jpg', 3, ['car', 'lamp', 'plate']],
			['b.jpg', 0, []],
			['c.jpg', 1, ['car']],
		]);
	}
});

test('a video project has no item per label', async () => {
	const { project: videos, dataset } = harness.server.seed.project({
		name: 'Videos',
		datasetName: 'Videos',
		mediaType: 'VIDEO',
		classes: [{ entryKey: 'car', type: 'rectangle' }],
	});
	const medium = harness.server.seed.video(dataset!, 'drive.mp4');
	harness.server.seed.move(harness.server.store.board(videos).of(medium)!, 'COMPLETED');
	const run = await harness.run('export', 'getLabels', { projectId: byId(videos.id), output: 'itemPerLabel' });
	expect(run.error).toMatchObject({
		message: 'Labels of videos cannot be returned one per item',
		description: expect.stringContaining('Item per Image'),
	});
});

describe("n8n's own nodes take the items as they come", () => {
	const getLabels = (of: Project, name = 'DataGym', labelSource = 'export') =>
		node(name, 'n8n-nodes-datagym.dataGym', {
			resource: 'export',
			operation: 'getLabels',
			projectId: byId(of.id),
			output: 'itemPerLabel',
			labelSource,
		});
	const itemsAfter = async (...nodes: INode[]) => {
		const run = await harness.engine.runWorkflow(chain(manualTrigger, getLabels(project), ...nodes), {
			credentials: [harness.credential],
		});
		expect(run.error).toBeUndefined();
		return run.itemsOf(nodes.at(-1)!.name);
	};
	const condition = (leftValue: string, type: string, operation: string, rightValue: string | number) => ({
		id: leftValue,
		leftValue,
		rightValue,
		operator: { type, operation },
	});

	test('Filter compares numbers and texts strictly', async () => {
		const filter = node(
			'Filter',
			'n8n-nodes-base.filter',
			{
				conditions: {
					options: { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 2 },
					combinator: 'or',
					conditions: [
						condition('={{ $json.width }}', 'number', 'lt', 5),
						condition('={{ $json.color }}', 'string', 'equals', 'red'),
					],
				},
				options: {},
			},
			{ typeVersion: 2.2 },
		);
		expect((await itemsAfter(filter)).map(({ json }) => [json.imageName, json.className])).toEqual([
			['a.jpg', 'car'],
			['a.jpg', 'lamp'],
			['c.jpg', 'car'],
		]);
	});

	test('Label: Create takes the geometry of each of them', async () => {
		const copies = seed('Copies', ['b.jpg']);
		const task = [...harness.server.store.tasks.values()].find(({ project: { id } }) => id === copies.id)!;
		const create = node('Create', 'n8n-nodes-datagym.dataGym', {
			resource: 'label',
			operation: 'create',
			taskId: task.id,
			classKey: '={{ $json.className }}',
			geometry: '={{ $json.geometry }}',
			options: { allowFinished: true },
		});
		const isRoot = node(
			'Not nested',
			'n8n-nodes-base.filter',
			{
				conditions: {
					options: { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 2 },
					combinator: 'and',
					conditions: [
						{
							id: 'parent',
							leftValue: '={{ $json.parentClassName }}',
							rightValue: '',
							operator: { type: 'string', operation: 'empty', singleValue: true },
						},
					],
				},
				options: {},
			},
			{ typeVersion: 2.2 },
		);
		expect((await itemsAfter(isRoot, create)).map(({ json }) => json.geometry)).toEqual([
			{ type: 'rectangle', x: 10, y: 20, width: 30, height: 40 },
			{ type: 'point', x: 5, y: 6 },
			{ type: 'rectangle', x: 1, y: 2, width: 3, height: 4 },
		]);
	});

	test('Summarize groups by the class', async () => {
		const summarize = node(
			'Summarize',
			'n8n-nodes-base.summarize',
			{ fieldsToSummarize: { values: [{ field: 'imageId' }] }, fieldsToSplitBy: 'className', options: {} },
			{ typeVersion: 1.1 },
		);
		expect((await itemsAfter(summarize)).map(({ json }) => json)).toEqual([
			{ className: 'car', count_imageId: 2 },
			{ className: 'plate', count_imageId: 1 },
			{ className: 'lamp', count_imageId: 1 },
		]);
	});

	test('Convert to File makes a table with a row for each label', async () => {
		const file = node('CSV', 'n8n-nodes-base.convertToFile', { operation: 'csv', options: {} }, { typeVersion: 1.1 });
		const [item] = await itemsAfter(file);
		const [head, ...rows] = (await harness.engine.readBinary(item!)).toString().trim().split('\n');
		expect(head).toContain('imageName,imageId,taskId,status,className,type,x,y,width,height');
		expect(rows).toHaveLength(4);
	});

	test('Compare Datasets finds the labels that differ between two projects', async () => {
		const other = seed('Fleet again', ['a.jpg']);
		const compare = node(
			'Compare Datasets',
			'n8n-nodes-base.compareDatasets',
			{
				mergeByFields: {
					values: ['imageName', 'className', 'x', 'y'].map((name) => ({ field1: name, field2: name })),
				},
				options: { multipleMatches: 'first' },
			},
			{ typeVersion: 2.3 },
		);
		const nodes = [manualTrigger, getLabels(project, 'One'), getLabels(other, 'Other'), compare];
		const to = (name: string, index = 0) => ({ node: name, type: 'main' as const, index });
		const connections = {
			Start: { main: [[to('One'), to('Other')]] },
			One: { main: [[to('Compare Datasets')]] },
			Other: { main: [[to('Compare Datasets', 1)]] },
		};
		const run = await harness.engine.runWorkflow({ nodes, connections }, { credentials: [harness.credential] });
		expect(run.error).toBeUndefined();
		expect(run.itemsOf('Compare Datasets').map(({ json }) => json.imageName)).toEqual(['c.jpg']);
	});
});
