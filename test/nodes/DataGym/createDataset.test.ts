/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import sharp from 'sharp';
import type { Task } from '../../emulator/store/model';
import { byId, jsonOf, openHarness, outputOf, type Harness } from '../../support/datagym';
import { jpeg } from '../../support/images';

let harness: Harness;
let projectId: string;
let folder: string;

const CLASSES = [
	{ entryKey: 'car', type: 'rectangle', children: [{ entryKey: 'lamp', type: 'point' }] },
	{ entryKey: 'lane', type: 'line' },
	{ entryKey: 'road', type: 'polygon' },
	{ entryKey: 'weather', type: 'select', options: { sun: 'Sun', rain: 'Rain' } },
];

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
	folder = await mkdtemp(join(tmpdir(), 'dataset-'));
	projectId = await newFleet();
});

/** A project with ten real images with a car each, every second one with a road, too; one without labels, one skipped. */
async function newFleet(): Promise<string> {
	const { project, dataset } = harness.server.seed.project({
		name: 'Fleet & more',
		datasetName: 'Cars',
		classes: CLASSES,
	});
	const items = await Promise.all(
		Array.from(
			{ length: 12 },
			async (_, index) => await harness.itemWithFile(await jpeg({ width: 100, height: 80 }), `car ${index}.jpg`),
		),
	);
	const uploaded = jsonOf(await harness.run('image', 'upload', { datasetId: byId(dataset!.id) }, { items }));
	uploaded.forEach(({ imageId }, index) => {
		const task = [...harness.server.store.tasks.values()].find(({ medium }) => medium.id === imageId)!;
		const car = {
			rectangle: [{ x: 10, y: 20, w: 30, h: 40 }],
			classifications: {},
			nested_geometries: { lamp: [{ point: [{ x: 15, y: 25 }], classifications: {} }] },
		};
		const road = {
			polygon: [
				{ x: 0, y: 60 },
				{ x: 100, y: 60 },
				{ x: 100, y: 80 },
			],
			classifications: {},
		};
		if (index < 10)
			harness.server.seed.label(task, {
				labels: { car: [car], ...(index % 2 === 0 ? { road: [road] } : {}) },
				global_classifications: { weather: [index % 2 === 0 ? 'sun' : 'rain'] },
			});
		harness.server.seed.move(task, index === 11 ? 'SKIPPED' : 'COMPLETED');
	});
	return project.id;
}

function taskOf(fleetId: string, imageName: string): Task {
	return [...harness.server.store.tasks.values()].find(
		({ project, medium }) => project.id === fleetId && medium.name === imageName,
	)!;
}
afterAll(async () => {
	await rm(folder, { recursive: true });
	await harness.close();
});
afterEach(() => harness.server.onRequest(undefined));

const create = async (format: string, parameters: INodeParameters = {}) =>
	await harness.run('export', 'createDataset', { projectId: byId(projectId), format, ...parameters });

/** The archive's files, as Python's zipfile and `unzip -t` read them. */
async function unpack(
	format: string,
	parameters: INodeParameters = {},
): Promise<{ report: IDataObject; files: string[]; read: (path: string) => Promise<Buffer> }> {
	const [item] = outputOf(await create(format, parameters));
	const place = await mkdtemp(join(folder, `${format}-`));
	await mkdir(join(place, 'out'));
	await writeFile(join(place, 'archive.zip'), await harness.engine.readBinary(item!));
	execFileSync('python3', [
		'-c',
		'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; z.extractall(sys.argv[2])',
		join(place, 'archive.zip'),
		join(place, 'out'),
	]);
	const entries = await readdir(join(place, 'out'), { recursive: true, withFileTypes: true });
	const files = entries
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name).slice(join(place, 'out').length + 1));
	return { report: item!.json, files: files.sort(), read: async (path) => await readFile(join(place, 'out', path)) };
}

describe('Export: Create Training Dataset', () => {
	test('writes a YOLO archive with the images, and says what it could not hold', async () => {
		const { report, files, read } = await unpack('yoloDetect');
		expect(files.filter((file) => file.startsWith('images/'))).toHaveLength(11);
		expect(files.filter((file) => file.startsWith('labels/'))).toHaveLength(11);
		const train = files.find((file) => /^labels\/train\/car \d\.txt$/.test(file))!;
		expect((await read(train)).toString()).toMatch(/^0 0\.25 0\.5 0\.3 0\.5\n/);
		expect((await read('data.yaml')).toString()).toContain('0: "car"');
		expect(await sharp(await read(files.find((file) => file.startsWith('images/'))!)).metadata()).toMatchObject({
			width: 100,
			height: 80,
		});
		expect(report).toMatchObject({
			fileName: 'Fleet_more_yoloDetect.zip',
			imageCount: 11,
			// 10 cars with a lamp each, 5 roads.
			labelCount: 25,
			classes: [
				{ classId: 0, name: 'car' },
				{ classId: 1, name: 'lamp' },
				{ classId: 2, name: 'lane' },
				{ classId: 3, name: 'road' },
			],
		});
		expect(report.conversionReport).toEqual(
			expect.arrayContaining([expect.objectContaining({ reason: 'geometry-type', className: 'lamp', count: 10 })]),
		);
	});

	test.each([
		['coco', 'annotations/instances_train.json'],
		['createMl', 'train/annotations.createml.json'],
		['csv', 'train.csv'],
		['cvat', 'annotations.xml'],
		['dataGym', 'datagym.json'],
		['imageFolder', 'train/metadata.parquet'],
		['labelMe', 'train/car 0.json'],
		['labelStudio', 'tasks.json'],
		['masks', 'masks/train/car 0.png'],
		['pascalVoc', 'Annotations/car 0.xml'],
		['yoloObb', 'labels/train/car 0.txt'],
		['yoloSegment', 'labels/train/car 0.txt'],
	])('writes %s', async (format, path) => {
		const { files, read } = await unpack(format, { includeImages: false, options: { trainShare: 1, valShare: 0 } });
		expect(files).toContain(path);
		expect((await read(path)).length).toBeGreaterThan(10);
		expect(files.filter((file) => file.endsWith('.jpg'))).toEqual([]);
	});

	test('writes masks whose values are class numbers plus one', async () => {
		const { read } = await unpack('masks', { includeImages: false, options: { trainShare: 1, valShare: 0 } });
		const bytes = await read('masks/train/car 0.png');
		await writeFile(join(folder, 'mask.png'), bytes);
		const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
		expect(info).toMatchObject({ width: 100, height: 80 });
		const colorAt = (x: number, y: number) => [
			...data.subarray((y * 100 + x) * info.channels, (y * 100 + x) * info.channels + 3),
		];
		expect(colorAt(20, 30)).toEqual([128, 0, 0]);
		expect(colorAt(95, 70)).not.toEqual([0, 0, 0]);
		expect(colorAt(95, 5)).toEqual([0, 0, 0]);
	});

	test('writes YOLO pose and classification with the classes that the user names', async () => {
		const pose = await unpack('yoloPose', {
			keypoints: 'lamp',
			includeImages: false,
			options: { trainShare: 1, valShare: 0 },
		});
		expect((await pose.read('labels/train/car 1.txt')).toString()).toBe('0 0.25 0.5 0.3 0.5 0.15 0.3125 2\n');
		expect((await pose.read('data.yaml')).toString()).toContain('kpt_shape: [1, 3]\nflip_idx: [0]\n');
		const classify = await unpack('yoloClassify', {
			classificationKey: 'weather',
			options: { trainShare: 1, valShare: 0 },
		});
		expect(classify.files.filter((file) => file.startsWith('train/sun/'))).toHaveLength(5);
		expect(classify.report.conversionReport).toEqual([expect.objectContaining({ reason: 'without-class', count: 1 })]);
		// Those of labels would be class IDs that no file has.
		expect(classify.report.classes).toEqual([]);
	});

	test('refuses keypoints that no point class has, and names those that there are', async () => {
		const failure = async (keypoints: string) => (await create('yoloPose', { keypoints })).error;
		expect(await failure('lamp, lmap')).toMatchObject({
			message: expect.stringContaining('The project has no nested point class "lmap"'),
			description: expect.stringContaining('Use one of: lamp.'),
		});
		expect(await failure('car')).toMatchObject({ message: expect.stringContaining('no nested point class "car"') });
		expect(await failure('lamp, lamp')).toMatchObject({ message: expect.stringContaining('"lamp" more than once') });
		expect(await failure(' , ')).toMatchObject({ message: '"Keypoints" is empty' });
	});

	test('writes COCO in the folders of RF-DETR', async () => {
		const { files } = await unpack('cocoRfDetr', { options: { trainShare: 1, valShare: 1, testShare: 1 } });
		for (const split of ['train', 'valid', 'test']) expect(files).toContain(`${split}/_annotations.coco.json`);
		expect(files.filter((file) => /^(train|valid|test)\/car \d+\.jpg$/.test(file))).toHaveLength(11);
	});

	test('gives an item for each file, and the report as the last one', async () => {
		const items = outputOf(await create('yoloDetect', { output: 'files' }));
		expect(items).toHaveLength(11 + 11 + 1 + 1);
		expect(items[0]?.json).toMatchObject({
			path: expect.stringMatching(/^images\/(train|val)\/car/),
			folder: expect.stringMatching(/^images\//),
			imageId: expect.any(String),
		});
		expect((await harness.engine.readBinary(items[0]!)).subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
		expect(items.at(-1)?.json).toMatchObject({ path: 'dataset_report.json', imageCount: 11 });
	});

	test('leaves images without labels and skipped ones out or in, as the user wants', async () => {
		const imageCount = async (options: INodeParameters) =>
			(await unpack('coco', { includeImages: false, options })).report.imageCount;
		expect(await imageCount({ includeEmpty: false })).toBe(10);
		expect(await imageCount({ includeSkipped: true })).toBe(12);
	});

	test('renames, merges and leaves out classes, and keeps saved numbers', async () => {
		const options = {
			classNames: '{"road":"surface","lane":"surface"}',
			excludeClasses: 'lamp',
			classIds: '{"surface":0,"bike":1}',
		};
		const { report } = await unpack('coco', { includeImages: false, options });
		expect(report.classes).toEqual([
			{ classId: 0, name: 'surface' },
			{ classId: 1, name: 'bike' },
			{ classId: 2, name: 'car' },
		]);
		const wrong = await create('coco', { includeImages: false, options: { excludeClasses: 'lorry' } });
		expect(wrong.error?.message).toBe('The project has no class "lorry"');
	});

	test('keeps each image on its side, and writes only what changed since the manifest', async () => {
		const fleetId = await newFleet();
		const reportSince = async (manifest: unknown) =>
			(
				await unpack('coco', {
					projectId: byId(fleetId),
					includeImages: false,
					options: { manifest: JSON.stringify(manifest) },
				})
			).report;
		const first = await reportSince({});
		expect(first).toMatchObject({ imageCount: 11, removedImages: [] });
		const second = await reportSince(first.manifest);
		expect(second).toMatchObject({ imageCount: 11, changedImageCount: 0, manifest: first.manifest });
		harness.server.seed.label(taskOf(fleetId, 'car 3.jpg'), {
			labels: { car: [{ rectangle: [{ x: 1, y: 1, w: 5, h: 5 }], classifications: {} }] },
		});
		const third = await reportSince(second.manifest);
		expect(third).toMatchObject({ imageCount: 11, changedImageCount: 1 });
		const sides = (report: IDataObject) =>
			Object.entries((report.manifest as { images: Record<string, { split: string }> }).images).map(
				([id, { split }]) => [id, split],
			);
		expect(sides(third)).toEqual(sides(first));
		const wrong = await create('coco', { options: { manifest: '{"version":9}' } });
		expect(wrong.error?.message).toBe('"Manifest" cannot be used: version 9 is not supported');
	});

	test('says what was given in place of a manifest', async () => {
		const failure = async (manifest: unknown) =>
			(await create('coco', { options: { manifest: JSON.stringify(manifest) } })).error?.message;
		const { report } = await unpack('coco', { includeImages: false, options: { manifest: '{}' } });
		const cannot = '"Manifest" cannot be used: ';
		expect(await failure(report)).toBe(`${cannot}it is the whole output of a run, not the field "manifest" in it`);
		expect(await failure({ classes: {} })).toBe(`${cannot}"version" is missing`);
		expect(await failure([1])).toBe(`${cannot}it must be an object, but is a list of 1`);
	});

	test('writes all labels as DataGym has them into its own JSON', async () => {
		const options = { excludeClasses: 'car', classNames: '{"road":"surface"}' };
		const { read } = await unpack('dataGym', { includeImages: false, options });
		const [, ...elements] = JSON.parse((await read('datagym.json')).toString()) as {
			labels: Record<string, unknown[]>;
		}[];
		const countOf = (key: string) => elements.reduce((sum, { labels }) => sum + (labels[key]?.length ?? 0), 0);
		expect([countOf('car'), countOf('road'), countOf('surface')]).toEqual([10, 5, 0]);
	});

	test('takes the classes of an earlier output as class IDs', async () => {
		const options = { excludeClasses: 'lane', classNames: '{"road":"surface"}' };
		const { report } = await unpack('coco', { includeImages: false, options });
		const withIds = async (classIds: unknown) =>
			await create('coco', { includeImages: false, options: { ...options, classIds: JSON.stringify(classIds) } });
		const reversed = (report.classes as { classId: number; name: string }[]).map(({ name }, index, { length }) => ({
			classId: length - 1 - index,
			name,
		}));
		const [item] = outputOf(await withIds(reversed));
		expect(item?.json.classes).toEqual([...reversed].reverse());
		expect((await withIds(['car'])).error?.message).toContain('"Class IDs" cannot be used');
	});

	test('refuses class IDs that the manifest has otherwise, in whatever spelling', async () => {
		const { report } = await unpack('coco', { includeImages: false, options: { manifest: '{}' } });
		const { classes, ...others } = report.manifest as { classes: Record<string, number> };
		expect(classes).toMatchObject({ car: expect.any(Number) });
		const withIds = async (classIds: object) =>
			await create('coco', {
				includeImages: false,
				options: { manifest: JSON.stringify({ classes, ...others }), classIds: JSON.stringify(classIds) },
			});
		for (const name of ['car', 'Car'])
			expect((await withIds({ [name]: 70 })).error).toMatchObject({
				message: `"Class IDs" contradict the manifest: "${name}" has the class ID ${classes.car} there, not 70.`,
				description: expect.stringContaining('Remove "Class IDs"'),
			});
		const [same] = outputOf(await withIds({ ...classes, ufo: 70 }));
		expect(same?.json).toMatchObject({ isComplete: false, manifest: { classes: { ...classes, ufo: 70 } } });
	});

	test('takes exact coordinates from the tasks', async () => {
		const fleetId = await newFleet();
		harness.server.seed.label(taskOf(fleetId, 'car 5.jpg'), {
			labels: { car: [{ rectangle: [{ x: 1.25, y: 2.5, w: 5.75, h: 5 }], classifications: {} }] },
		});
		const { read } = await unpack('coco', {
			projectId: byId(fleetId),
			includeImages: false,
			options: { labelSource: 'tasks', trainShare: 1, valShare: 0 },
		});
		const coco = JSON.parse((await read('annotations/instances_train.json')).toString()) as {
			annotations: Array<{ bbox: number[] }>;
		};
		expect(coco.annotations.map(({ bbox }) => bbox)).toContainEqual([1.25, 2.5, 5.75, 5]);
	});

	test('leaves out an image whose file cannot be read, says so, and goes on', async () => {
		const task = taskOf(projectId, 'car 2.jpg');
		harness.server.onRequest(({ path }) =>
			path.endsWith(task.medium.id)
				? { status: 404, body: '{"key":"ex_notfound","params":["media","id","x"]}' }
				: undefined,
		);
		const { report } = await unpack('yoloDetect');
		expect(report).toMatchObject({
			imageCount: 10,
			skippedImages: [{ imageName: 'car 2.jpg', reason: expect.stringContaining('There is no image') }],
		});
	});

	test.each([
		['half of an export', { status: 200, body: '[{"label_classes":[]},{"internal_media_ID":"1","harness' }],
		['no list', { status: 200, body: '{"error":"x"}' }],
		['a web page', { status: 200, body: '<html></html>' }],
	])('writes nothing from %s', async (_, answer) => {
		harness.server.onRequest(({ path }) => (path.includes('/export/') ? answer : undefined));
		const run = await create('coco');
		expect(run.error?.message).toMatch(/^The response is not from DataGym: /);
		expect(run.itemsOf('DataGym')).toEqual([]);
	});

	test('writes the report into the archive, too', async () => {
		const { report, read } = await unpack('yoloDetect', { includeImages: false });
		const inside = JSON.parse((await read('dataset_report.json')).toString()) as IDataObject;
		expect({ ...inside, fileName: report.fileName }).toEqual(report);
	});

	test.each(['archive', 'files'])('gives no %s for a project without finished tasks, and says so', async (output) => {
		const { project } = harness.server.seed.project({ name: 'Empty', classes: CLASSES });
		const run = await harness.run('export', 'createDataset', {
			projectId: byId(project.id),
			format: 'coco',
			output,
		});
		const [item, ...others] = outputOf(run);
		const message = 'The project has no finished images, so no dataset was created. Complete some tasks first.';
		expect(item?.json).toMatchObject({ imageCount: 0, labelCount: 0, message });
		expect(item?.json).not.toHaveProperty('fileName');
		expect(item?.binary).toBeUndefined();
		expect(others).toEqual([]);
		expect(run.hintsOf('DataGym')).toEqual([expect.objectContaining({ message })]);
	});
});
