/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { Project, Task } from '../../emulator/store/model';
import { byId, jsonOf, openHarness, type Harness } from '../../support/datagym';

let harness: Harness;
beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
});
afterAll(async () => await harness.close());

/** As people write keys; the server stores `traffic light`. */
const ENTRIES = [
	{
		entryKey: 'Traffic Light',
		entryValue: 'Traffic Light',
		type: 'rectangle',
		children: [
			{ entryKey: 'Color', entryValue: 'Color', type: 'select', options: { red: 'Red', green: 'Green' }, children: [] },
			{ entryKey: 'Lamp', entryValue: 'Lamp', type: 'point', children: [] },
		],
	},
	{ entryKey: 'Car', entryValue: 'Car', type: 'rectangle', children: [] },
	{ entryKey: 'Sky', entryValue: 'Sky', type: 'image_segmentation', children: [] },
	{ entryKey: 'Weather', entryValue: 'Weather', type: 'select', options: { sun: 'Sun', rain: 'Rain' }, children: [] },
];
const BOX = { rectangle: [{ x: 10, y: 20, w: 30, h: 40 }] };

interface Scene {
	project: Project;
	task: Task;
	uploaded: Record<string, unknown>;
}

let projects = 0;
/** A project whose label configuration was uploaded with the node. */
async function newScene(): Promise<Scene> {
	const name = `Keys ${++projects}`;
	const { project, dataset } = harness.server.seed.project({ name, datasetName: name });
	const [task] = harness.server.seed.tasks(project, dataset!, { count: 1, width: 640, height: 480 });
	const parameters = { projectId: byId(project.id), entriesJson: JSON.stringify(ENTRIES) };
	const [uploaded] = jsonOf(await harness.run('labelConfig', 'upload', parameters));
	return { project, task: task!, uploaded: uploaded! };
}

const importLabels = async ({ project, task }: Scene, element: object, options = {}) =>
	await harness.run('prediction', 'import', {
		projectId: byId(project.id),
		predictions: JSON.stringify({ internal_media_ID: task.medium.id, ...element }),
		options,
	});
const LABELS = {
	labels: {
		'Traffic Light': [
			{
				...BOX,
				classifications: { Color: ['red'] },
				nested_geometries: { LAMP: [{ point: [{ x: 15, y: 25 }] }] },
			},
		],
		CAR: [{ geometry: [{ x: 1, y: 2, w: 3, h: 4 }] }],
	},
	global_classifications: { Weather: ['sun'] },
};

/** Finished, with labels that were imported under the keys as people write them. */
async function labeledScene(): Promise<Scene> {
	const scene = await newScene();
	jsonOf(await importLabels(scene, LABELS));
	harness.server.seed.move(scene.task, 'COMPLETED');
	return scene;
}
const getLabels = async ({ project }: Scene, labelSource: string, classKeys: string) =>
	await harness.run('export', 'getLabels', { projectId: byId(project.id), labelSource, options: { classKeys } });

test('Label Configuration: Upload says under which keys the entries are stored', async () => {
	const { uploaded } = await newScene();
	expect(uploaded.renamedKeys).toEqual(
		ENTRIES.flatMap(({ entryKey, children }) => [entryKey, ...children.map((child) => child.entryKey)]).map(
			(entryKey) => ({ entryKey, storedAs: entryKey.toLowerCase() }),
		),
	);
	expect(uploaded.entries).toMatchObject([
		{ entryKey: 'car' },
		{ entryKey: 'sky' },
		{ entryKey: 'traffic light', children: [{ entryKey: 'color' }, { entryKey: 'lamp' }] },
		{ entryKey: 'weather' },
	]);
});

test('Label Configuration: Upload refuses keys that the server takes for one, and sends nothing', async () => {
	const { project } = harness.server.seed.project({ name: 'Clash' });
	const before = harness.server.requests.length;
	const entries = [ENTRIES[1], { ...ENTRIES[1], entryKey: 'car' }];
	const run = await harness.run('labelConfig', 'upload', {
		projectId: byId(project.id),
		entriesJson: JSON.stringify(entries),
	});
	expect(run.error?.message).toContain(
		'DataGym stores keys in lower case, so the key "car" is the same as "Car" at [0].entryKey',
	);
	expect(harness.server.requests).toHaveLength(before);
});

test('Label Configuration: Upload nests the rows of the form by a parent key in any case', async () => {
	const { project } = harness.server.seed.project({ name: 'Form' });
	const entry = [
		{ entryKey: 'Car', type: 'rectangle' },
		{ entryKey: 'Color', type: 'select', options: 'red', parentKey: 'car' },
	];
	const parameters = { projectId: byId(project.id), inputMode: 'form', entriesForm: { entry } };
	expect(jsonOf(await harness.run('labelConfig', 'upload', parameters))).toMatchObject([
		{ entries: [{ entryKey: 'car', children: [{ entryKey: 'color' }] }] },
	]);
});

test('Prediction: Import finds classes, nested ones, and classifications of labels and of the image in any case', async () => {
	const scene = await labeledScene();
	const [item] = jsonOf(await getLabels(scene, 'export', ''));
	expect(item).toMatchObject({
		labels: [
			{ className: 'car', geometry: { type: 'rectangle', x: 1, y: 2, width: 3, height: 4 } },
			{
				className: 'traffic light',
				classifications: { color: { values: ['red'] } },
				children: [{ className: 'lamp', geometry: { type: 'point', x: 15, y: 25 } }],
			},
		],
		classifications: { weather: { values: ['sun'] } },
	});
});

test('Prediction: Import maps to keys and leaves out classes in any case', async () => {
	const { project, task } = await newScene();
	const detection = (label: string) => ({ label, score: 0.9, box: { xmin: 1, ymin: 2, xmax: 30, ymax: 40 } });
	const run = await harness.run('prediction', 'import', {
		projectId: byId(project.id),
		format: 'huggingFace',
		imageReference: task.medium.id,
		predictions: JSON.stringify([detection('automobile'), detection('Person'), detection('TRAFFIC LIGHT')]),
		options: { classMapping: '{"Automobile": "Car"}', excludeClasses: 'person' },
	});
	expect(jsonOf(run)).toMatchObject([{ status: 'imported', labelCount: 2, skippedCount: 1 }]);
	expect(task.values.map(({ entry }) => entry.key).sort()).toEqual(['car', 'traffic light', 'weather']);
});

test('Prediction: Import keeps the classifications of a class that it maps', async () => {
	const scene = await newScene();
	const xml = `<annotations><image id="0" name="${scene.task.medium.name}" width="640" height="480">
		<box label="Ampel" xtl="1" ytl="2" xbr="30" ybr="40"><attribute name="COLOR">green</attribute></box>
	</image></annotations>`;
	const run = await harness.run('prediction', 'import', {
		projectId: byId(scene.project.id),
		format: 'cvat',
		labelText: xml,
		options: { classMapping: '{"ampel": "TRAFFIC LIGHT"}' },
	});
	expect(jsonOf(run)).toMatchObject([{ status: 'imported', labelCount: 1, skippedCount: 0 }]);
	harness.server.seed.move(scene.task, 'COMPLETED');
	expect(jsonOf(await getLabels(scene, 'tasks', ''))).toMatchObject([
		{ labels: [{ className: 'traffic light', classifications: { color: { values: ['green'] } } }] },
	]);
});

test('Prediction: Import finds an image by its exact name first, then as the database compares names', async () => {
	const { project, dataset } = harness.server.seed.project({
		name: 'Names of images',
		datasetName: 'Names of images',
		classes: [{ entryKey: 'car', type: 'rectangle' }],
	});
	const names = ['Café.jpg', 'a.jpg', 'A.jpg'];
	const tasks = harness.server.seed.tasks(project, dataset!, { count: 3, name: (index) => names[index]! });
	const found = async (imageReference: string) =>
		jsonOf(
			await harness.run('prediction', 'import', {
				projectId: byId(project.id),
				format: 'huggingFace',
				imageReference,
				predictions: '[]',
				options: { dryRun: true },
			}),
		).map(({ imageId }) => imageId);
	expect(await found('CAFE.JPG')).toEqual([tasks[0]!.medium.id]);
	expect(await found('cafe')).toEqual([tasks[0]!.medium.id]);
	expect(await found('A.jpg')).toEqual([tasks[2]!.medium.id]);
});

test('Prediction: Import refuses two spellings of one classification', async () => {
	const run = await importLabels(await newScene(), { global_classifications: { weather: ['sun'], Weather: ['rain'] } });
	expect(run.error?.message).toContain('occurs twice, since keys are not case-sensitive');
});

test.each(['export', 'tasks'])('Export: Get Labels from the source %s filters by keys in any case', async (source) => {
	const scene = await labeledScene();
	expect(jsonOf(await getLabels(scene, source, 'Car'))).toMatchObject([{ labels: [{ className: 'car' }] }]);
	expect(jsonOf(await getLabels(scene, source, 'Lamp'))).toMatchObject([
		{ labels: [{ className: 'traffic light', children: [{ className: 'lamp' }] }] },
	]);
});

test('Label: Create, Update, Change Class and Get Many take keys in any case', async () => {
	const { task } = await newScene();
	const taskId = task.id;
	const [created] = jsonOf(
		await harness.run('label', 'create', {
			taskId,
			classKey: 'Traffic Light',
			geometry: JSON.stringify(BOX.rectangle),
			classifications: '{"Color": "red"}',
		}),
	);
	expect(created).toMatchObject({ className: 'traffic light', classifications: { color: { values: ['red'] } } });
	const labelId = created!.labelId as string;
	jsonOf(await harness.run('label', 'update', { taskId, labelId, classifications: '{"COLOR": "green"}' }));
	jsonOf(await harness.run('label', 'update', { taskId, labelId: '', classifications: '{"Weather": "rain"}' }));
	const many = async (classKeys: string, includeImageAnswers = false) =>
		jsonOf(await harness.run('label', 'getAll', { taskId, options: { classKeys, includeImageAnswers } }));
	expect(await many('TRAFFIC LIGHT')).toMatchObject([{ labelId, classifications: { color: { values: ['green'] } } }]);
	expect(await many('WEATHER', true)).toMatchObject([{ className: 'weather', values: ['rain'] }]);
	const wrong = await harness.run('label', 'changeClass', { taskId, labelId, classKey: 'bus' });
	expect(wrong.error).toMatchObject({
		message: 'The label configuration has no class with the key "bus"',
		description: expect.stringContaining('Correct "New Class Key". Use one of: car, sky, traffic light.') as unknown,
	});
	const [changed] = jsonOf(await harness.run('label', 'changeClass', { taskId, labelId, classKey: 'Car' }));
	expect(changed).toMatchObject({ className: 'car', previousClassName: 'traffic light' });
});

describe('Export: Create Training Dataset', () => {
	const create = async ({ project }: Scene, format: string, parameters: object = {}) =>
		await harness.run('export', 'createDataset', {
			projectId: byId(project.id),
			format,
			output: 'files',
			includeImages: false,
			...parameters,
		});
	const textOf = async (run: Awaited<ReturnType<typeof create>>, end: string) => {
		const items = run.itemsOf('DataGym');
		const item = items.find(({ binary }) =>
			`${binary?.data?.directory ?? ''}/${binary?.data?.fileName ?? ''}`.endsWith(end),
		);
		return (await harness.engine.readBinary(item!)).toString();
	};

	test('renames and leaves out classes in any case', async () => {
		const options = { classNames: '{"Traffic Light": "light"}', excludeClasses: 'Lamp, SKY' };
		const items = jsonOf(await create(await labeledScene(), 'coco', { options }));
		expect(items.at(-1)?.classes).toEqual([
			{ classId: 0, name: 'car' },
			{ classId: 1, name: 'light' },
		]);
	});

	test('finds keypoints and a classification in any case', async () => {
		const scene = await labeledScene();
		const pose = await create(scene, 'yoloPose', { keypoints: 'LAMP' });
		jsonOf(pose);
		expect(await textOf(pose, '.txt')).toMatch(/^\d \S+ \S+ \S+ \S+ 0\.023438 \S+ 2$/m);
		const folders = jsonOf(await create(scene, 'yoloClassify', { classificationKey: 'WEATHER' }));
		expect(JSON.stringify(folders)).toContain('/sun/');
	});
});

test('Export: Download Bitmap and Download Masks take keys in any case', async () => {
	const { project, task } = await newScene();
	harness.server.seed.move(task, 'COMPLETED');
	const bitmap = await harness.run('export', 'downloadBitmap', { taskId: task.id, classKey: 'Sky' });
	expect(jsonOf(bitmap)).toMatchObject([{ className: 'sky' }]);
	const parameters = { projectId: byId(project.id), options: { classKeys: 'SKY' } };
	expect(jsonOf(await harness.run('export', 'downloadMasks', parameters))).toMatchObject([{ className: 'sky' }]);
});

/** Each field in which keys are entered: the operation, the field's name on the screen, a wrong key, and the keys to use. */
const FIELDS: Array<[string, string, (scene: Scene) => [string, string, object], string, string]> = [
	['Get Labels, Export', 'Class Keys', labelsFrom('export'), 'bus', 'car, lamp, sky, traffic light'],
	['Get Labels, Task Details', 'Class Keys', labelsFrom('tasks'), 'bus', 'car, lamp, sky, traffic light'],
	[
		'Label: Get Many',
		'Class Keys',
		({ task }) => ['label', 'getAll', { taskId: task.id, options: { classKeys: 'car, bus' } }],
		'bus',
		'car, color, lamp, sky, traffic light, weather',
	],
	[
		'Class Names',
		'Class Names',
		datasetWith('coco', { options: { classNames: '{"bus": "x"}' } }),
		'bus',
		'car, lamp, sky, traffic light',
	],
	[
		'Exclude Classes',
		'Exclude Classes',
		datasetWith('coco', { options: { excludeClasses: 'bus' } }),
		'bus',
		'car, lamp, sky, traffic light',
	],
	['Keypoints', 'Keypoints', datasetWith('yoloPose', { keypoints: 'lamp, nose' }), 'nose', 'lamp'],
	[
		'Classification Key',
		'Classification Key',
		datasetWith('yoloClassify', { classificationKey: 'wether' }),
		'wether',
		'weather',
	],
	[
		'Download Masks',
		'Class Keys',
		({ project }) => ['export', 'downloadMasks', { projectId: byId(project.id), options: { classKeys: 'car' } }],
		'car',
		'sky',
	],
	[
		'Download Bitmap',
		'Class Key',
		({ task }) => ['export', 'downloadBitmap', { taskId: task.id, classKey: 'moon' }],
		'moon',
		'sky',
	],
];

function labelsFrom(labelSource: string) {
	return ({ project }: Scene): [string, string, object] => [
		'export',
		'getLabels',
		{ projectId: byId(project.id), labelSource, options: { classKeys: 'car, bus' } },
	];
}

function datasetWith(format: string, parameters: object) {
	return ({ project }: Scene): [string, string, object] => [
		'export',
		'createDataset',
		{ projectId: byId(project.id), format, includeImages: false, ...parameters },
	];
}

test.each(FIELDS)('%s: an unknown key in "%s" is named, with those to use', async (_name, field, call, key, keys) => {
	const [resource, operation, parameters] = call(await labeledScene());
	const run = await harness.run(resource, operation, parameters as never);
	expect(run.error?.message).toMatch(new RegExp(`^The project has no .+ "${key}"$`));
	expect(run.error?.description).toContain(`Correct "${field}". Use one of: ${keys}.`);
});
