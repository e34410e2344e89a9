/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { zipSync, type Zippable } from 'fflate';
import { valuesOf } from '../../emulator/store/values';
import { byId, jsonOf, openHarness, outputOf, requestsDuring, type Harness } from '../../support/datagym';
import { jpeg, png } from '../../support/images';

/** Issue 17, point 1: a labeled dataset of another tool leaves images, classes and labels in DataGym. */

let harness: Harness;
beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
});
afterAll(async () => await harness.close());

const SIZE = { width: 640, height: 480 };
/** A box of 64 by 48 pixels at 128, 96. */
const BOX = { x: 128, y: 96, width: 64, height: 48 };
const YOLO_BOX = '0.25 0.25 0.1 0.1';

const text = (content: string) => new TextEncoder().encode(content);
const photo = async (index = 0) => new Uint8Array(await jpeg({ ...SIZE, color: { r: index % 256, g: 7, b: 90 } }));

let projects = 0;
const newProject = (classes: Parameters<Harness['server']['seed']['project']>[0]['classes'] = []) =>
	harness.server.seed.project({ name: `Project ${++projects}`, classes }).project;

async function archiveOf(files: Zippable, name = 'dataset.zip', level: 0 | 6 = 0): Promise<INodeExecutionData> {
	return await harness.itemWithFile(Buffer.from(zipSync(files, { level })), name, 'application/zip');
}

async function run(projectId: string, items: INodeExecutionData[], more: INodeParameters = {}) {
	const parameters = { projectId: byId(projectId), datasetName: `Dataset of ${projectId.slice(0, 8)}`, ...more };
	return await harness.run('dataset', 'import', parameters, { items });
}

/** Class and box of each label, by the name of its image. */
function labelsOf(projectId: string): Record<string, unknown[]> {
	const tasks = [...harness.server.store.tasks.values()].filter(({ project }) => project.id === projectId);
	return Object.fromEntries(
		tasks.map((task) => [
			task.medium.name,
			valuesOf(task).flatMap(({ entry, content }) => {
				if (content.type !== 'RECTANGLE')
					return content.type === 'SELECT' && content.selectKey === null ? [] : [[entry.key, content.type]];
				const { x, y, width, height } = content;
				return [[entry.key, { x, y, width, height }]];
			}),
		]),
	);
}

const images = (count: number) => Array.from({ length: count }, (_, index) => `images/${index}.jpg`);

async function coco(count: number): Promise<Zippable> {
	const paths = images(count);
	const annotations = {
		images: paths.map((path, index) => ({ id: index, file_name: path.slice(7), ...SIZE })),
		categories: [{ id: 1, name: 'Traffic light' }],
		annotations: paths.map((_, index) => ({
			id: index,
			image_id: index,
			category_id: 1,
			bbox: [BOX.x, BOX.y, BOX.width, BOX.height],
		})),
	};
	const photos = await Promise.all(paths.map(async (path, index) => [path, await photo(index)] as const));
	return { ...Object.fromEntries(photos), 'annotations/instances.json': text(JSON.stringify(annotations)) };
}

const LAYOUTS: ReadonlyArray<readonly [string, string, () => Zippable]> = [
	[
		'YOLO with data.yaml',
		'train/images/a.jpg',
		() => ({ 'data.yaml': text('nc: 2\nnames: [van, car]\n'), 'train/labels/a.txt': text(`1 ${YOLO_BOX}\n`) }),
	],
	[
		'YOLO with folders of splits below images and labels',
		'images/val/a.jpg',
		() => ({ 'data.yaml': text('names:\n  0: van\n  1: car\n'), 'labels/val/a.txt': text(`1 ${YOLO_BOX}\n`) }),
	],
	[
		'Pascal VOC',
		'VOC2012/JPEGImages/a.jpg',
		() => ({
			'VOC2012/ImageSets/Main/train.txt': text('a\n'),
			'VOC2012/Annotations/a.xml': text(
				'<annotation><filename>a.jpg</filename><size><width>640</width><height>480</height></size><object><name>car</name><bndbox><xmin>128</xmin><ymin>96</ymin><xmax>192</xmax><ymax>144</ymax></bndbox></object></annotation>',
			),
		}),
	],
	[
		'CVAT 1.1',
		'images/a.jpg',
		() => ({
			'annotations.xml': text(
				'<annotations><version>1.1</version><image id="0" name="a.jpg" width="640" height="480"><box label="car" xtl="128" ytl="96" xbr="192" ybr="144" occluded="0" z_order="0"></box></image></annotations>',
			),
		}),
	],
	[
		'LabelMe',
		'a.jpg',
		() => ({
			'a.json': text(
				JSON.stringify({
					version: '5.0.1',
					imagePath: 'a.jpg',
					imageWidth: 640,
					imageHeight: 480,
					imageData: null,
					shapes: [
						{
							label: 'car',
							shape_type: 'rectangle',
							points: [
								[128, 96],
								[192, 144],
							],
						},
					],
				}),
			),
		}),
	],
	[
		'Label Studio, whose files have other names',
		'images/0a1b2c3d-a.jpg',
		() => ({
			'tasks.json': text(
				JSON.stringify([
					{
						id: 1,
						data: { image: '/data/upload/1/0a1b2c3d-a.jpg' },
						annotations: [
							{
								result: [
									{
										type: 'rectanglelabels',
										from_name: 'label',
										to_name: 'image',
										original_width: 640,
										original_height: 480,
										value: { x: 20, y: 20, width: 10, height: 10, rotation: 0, rectanglelabels: ['car'] },
									},
								],
							},
						],
					},
				]),
			),
		}),
	],
	[
		'Create ML',
		'train/a.jpg',
		() => ({
			'train/_annotations.createml.json': text(
				JSON.stringify([
					{
						image: 'a.jpg',
						annotations: [{ label: 'car', coordinates: { x: 160, y: 120, width: 64, height: 48 } }],
					},
				]),
			),
		}),
	],
	[
		'CSV',
		'train/a.jpg',
		() => ({
			'train/_annotations.csv': text(
				'filename,width,height,class,xmin,ymin,xmax,ymax\na.jpg,640,480,car,128,96,192,144\n',
			),
		}),
	],
	[
		'an image folder of Hugging Face',
		'data/train/a.jpg',
		() => ({
			'data/train/metadata.jsonl': text(
				`${JSON.stringify({ file_name: 'a.jpg', objects: { bbox: [[128, 96, 64, 48]], categories: ['car'] } })}\n`,
			),
		}),
	],
	[
		"Roboflow's COCO download",
		'train/a_jpg.rf.0123456789abcdef0123456789abcdef.jpg',
		() => ({
			'README.dataset.txt': text('# cars > 2026\nhttps://universe.roboflow.com/\n'),
			'README.roboflow.txt': text('cars - v1\n==========\n'),
			'train/_annotations.coco.json': text(
				JSON.stringify({
					info: { year: '2026' },
					categories: [
						{ id: 0, name: 'cars', supercategory: 'none' },
						{ id: 1, name: 'car', supercategory: 'cars' },
					],
					images: [{ id: 0, file_name: 'a_jpg.rf.0123456789abcdef0123456789abcdef.jpg', width: 640, height: 480 }],
					annotations: [{ id: 0, image_id: 0, category_id: 1, bbox: [128, 96, 64, 48], area: 3072, segmentation: [] }],
				}),
			),
		}),
	],
];

describe('A dataset of another tool, in a project without classes', () => {
	test.each(LAYOUTS)('%s arrives', async (_, path, files) => {
		const { id } = newProject();
		const items = [await archiveOf({ [path]: await photo(), ...files() }, 'dataset.zip', 6)];
		const outputs = jsonOf(await run(id, items));
		expect(outputs).toEqual([expect.objectContaining({ status: 'imported', upload: 'uploaded', path, labelCount: 1 })]);
		expect(Object.values(labelsOf(id))).toEqual([[['car', BOX]]]);
	});

	test('COCO arrives with its classes, whose names are kept', async () => {
		const project = newProject();
		const outputs = jsonOf(await run(project.id, [await archiveOf(await coco(3))]));
		expect(outputs.map(({ status }) => status)).toEqual(['imported', 'imported', 'imported']);
		expect(labelsOf(project.id)).toEqual({
			'0.jpg': [['traffic light', BOX]],
			'1.jpg': [['traffic light', BOX]],
			'2.jpg': [['traffic light', BOX]],
		});
		expect(project.configuration.roots.map(({ key, value, type }) => [key, value, type])).toEqual([
			['traffic light', 'Traffic light', 'RECTANGLE'],
		]);
	});

	test('classes whose names are no keys in DataGym get others, and images of one name theirs', async () => {
		const { id } = newProject();
		const files = {
			'data.yaml': text("names: ['Lkw/Bus']"),
			'train/images/a.jpg': await photo(1),
			'train/labels/a.txt': text(`0 ${YOLO_BOX}`),
			'valid/images/a.jpg': await photo(2),
			'valid/labels/a.txt': text(''),
		};
		const outputs = jsonOf(await run(id, [await archiveOf(files)]));
		expect(outputs.map(({ path, status }) => [path, status])).toEqual([
			['train/images/a.jpg', 'imported'],
			['valid/images/a.jpg', 'noLabels'],
		]);
		expect(labelsOf(id)).toEqual({
			'train_images_a.jpg': [['lkw_bus', BOX]],
			'valid_images_a.jpg': [],
		});
	});

	test('folders of classes become answers of a classification', async () => {
		const { id } = newProject();
		const files = { 'train/cat/a.jpg': await photo(1), 'val/dog/a.jpg': await photo(2) };
		const outputs = jsonOf(await run(id, [await archiveOf(files)]));
		expect(outputs.map(({ status }) => status)).toEqual(['imported', 'imported']);
		expect(labelsOf(id)).toEqual({ 'train_cat_a.jpg': [['class', 'SELECT']], 'val_dog_a.jpg': [['class', 'SELECT']] });
	});
});

describe('The files of a dataset as items', () => {
	test('are one dataset', async () => {
		const { id } = newProject();
		const files = await coco(2);
		const items = await Promise.all(
			Object.entries(files).map(async ([path, bytes]) => {
				const name = path.slice(path.lastIndexOf('/') + 1);
				const item = await harness.itemWithFile(Buffer.from(bytes as Uint8Array), name, 'application/octet-stream');
				item.binary!.data!.directory = path.slice(0, path.lastIndexOf('/'));
				return item;
			}),
		);
		const outputs = outputOf(await run(id, items));
		expect(outputs.map(({ json }) => json.status)).toEqual(['imported', 'imported']);
		expect(outputs[0]!.pairedItem).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
		expect(labelsOf(id)).toEqual({ '0.jpg': [['traffic light', BOX]], '1.jpg': [['traffic light', BOX]] });
	});
});

describe('A dry run', () => {
	test('says what would be done, and changes nothing', async () => {
		const project = newProject([{ entryKey: 'van', type: 'rectangle' }]);
		const files = {
			'data.yaml': text('names: [van, car]'),
			'images/a.jpg': await photo(1),
			'labels/a.txt': text(`0 ${YOLO_BOX}\n1 ${YOLO_BOX}`),
			'images/b.jpg': await photo(2),
			'images/c.webp': text('RIFF'),
			'labels/x.txt': text(`0 ${YOLO_BOX}`),
		};
		const seen = await requestsDuring(harness, async () => {
			const [plan] = jsonOf(await run(project.id, [await archiveOf(files)], { options: { dryRun: true } }));
			expect(plan).toMatchObject({
				status: 'wouldImport',
				datasetId: null,
				formats: ['YOLO'],
				imageCount: 2,
				newImages: 2,
				labeledImages: 1,
				labelCount: 2,
				problems: [
					{ file: 'images/c.webp', message: expect.stringContaining('not JPEG or PNG') },
					{ file: 'labels/x.txt', message: expect.stringContaining('no image') },
				],
			});
		});
		expect(seen.filter(({ method }) => method !== 'GET')).toEqual([]);
	});
});

describe('The classes of a project that has some', () => {
	test('are kept with their labels; by a token, others are told and left out', async () => {
		const { id } = newProject([{ entryKey: 'van', type: 'rectangle' }]);
		const files = {
			'data.yaml': text('names: [van, car]'),
			'images/a.jpg': await photo(1),
			'labels/a.txt': text(`0 ${YOLO_BOX}\n1 ${YOLO_BOX}`),
		};
		jsonOf(await run(id, [await archiveOf(files)]));
		const again = jsonOf(await run(id, [await archiveOf(files)], { options: { dryRun: true } }));
		expect(again).toEqual([
			expect.objectContaining({
				existingImages: 1,
				newImages: 0,
				notInLabelConfig: ['car'],
				classes: [
					{ className: 'car', labelCount: 1, status: 'lost' },
					{ className: 'van', labelCount: 1, status: 'existing' },
				],
			}),
		]);
		expect(labelsOf(id)).toEqual({ 'a.jpg': [['van', BOX]] });
	});
});

describe('A second run', () => {
	test('doubles nothing', async () => {
		const { id } = newProject();
		const item = await archiveOf(await coco(3));
		jsonOf(await run(id, [item]));
		const first = labelsOf(id);
		const outputs = jsonOf(await run(id, [item]));
		expect(outputs.map(({ status, upload }) => [status, upload])).toEqual(Array(3).fill(['imported', 'skipped']));
		expect(labelsOf(id)).toEqual(first);
		expect([...harness.server.store.tasks.values()].filter(({ project }) => project.id === id)).toHaveLength(3);
	});

	test.each([1 / 3, 2 / 3])('completes one that was killed after %d of its requests', async (share) => {
		const files = await coco(12);
		const counted = newProject();
		const requests = await requestsDuring(harness, async () => {
			jsonOf(await run(counted.id, [await archiveOf(files)]));
		});
		const { id } = newProject();
		const item = await archiveOf(files);
		const controller = new AbortController();
		const before = harness.server.requests.length;
		const running = harness.run(
			'dataset',
			'import',
			{ projectId: byId(id), datasetName: `Dataset of ${id.slice(0, 8)}` },
			{ items: [item], signal: controller.signal },
		);
		while (harness.server.requests.length - before < requests.length * share)
			await new Promise((resolve) => setImmediate(resolve));
		controller.abort();
		await running.catch(() => undefined);
		const outputs = jsonOf(await run(id, [item]));
		expect(outputs.map(({ status }) => status)).toEqual(Array(12).fill('imported'));
		const labels = labelsOf(id);
		expect(Object.keys(labels)).toHaveLength(12);
		expect(Object.values(labels)).toEqual(Array(12).fill([['traffic light', BOX]]));
	});
});

describe('What is wrong with a dataset', () => {
	const failureOf = async (item: INodeExecutionData, more: INodeParameters = {}) => {
		const { id } = newProject();
		const { error } = await run(id, [item], more);
		expect([...harness.server.store.datasets.values()].map(({ name }) => name)).not.toContain(
			`Dataset of ${id.slice(0, 8)}`,
		);
		return `${error?.message ?? ''} ${error?.description ?? ''}`;
	};

	test('labels in two formats are told by their files', async () => {
		const files = { ...(await coco(1)), 'labels/0.txt': text(`0 ${YOLO_BOX}`), 'data.yaml': text('names: [car]') };
		const message = await failureOf(await archiveOf(files));
		expect(message).toContain('COCO in "annotations/instances.json"');
		expect(message).toContain('YOLO in "labels/0.txt"');
	});

	test('an archive without images', async () => {
		expect(await failureOf(await archiveOf({ 'a.txt': text('hello') }))).toContain('no JPEG or PNG images');
	});

	test('labels that no format recognizes, by their file', async () => {
		const files = { 'a.jpg': await photo(), 'labels.json': text('{"hello": "world"}') };
		expect(await failureOf(await archiveOf(files))).toContain('labels.json');
	});

	test('a ZIP that is cut off', async () => {
		const whole = Buffer.from(zipSync(await coco(2), { level: 0 }));
		const item = await harness.itemWithFile(whole.subarray(0, whole.length / 2), 'cut.zip', 'application/zip');
		expect(await failureOf(item)).toContain('The archive "cut.zip" is incomplete');
	});

	test('an image that is none, or whose labels are of another size, is told alone', async () => {
		const { id } = newProject();
		const files = await coco(3);
		const small = new Uint8Array(await png({ width: 32, height: 24 }));
		const outputs = jsonOf(
			await run(id, [await archiveOf({ ...files, 'images/1.jpg': text('no image'), 'images/2.jpg': small })]),
		);
		expect(outputs).toEqual([
			expect.objectContaining({ path: 'images/0.jpg', status: 'imported' }),
			expect.objectContaining({ path: 'images/2.jpg', status: 'failed', error: expect.stringContaining('640 × 480') }),
			expect.objectContaining({ path: 'images/1.jpg', status: 'skipped' }),
			expect.objectContaining({ path: 'annotations/instances.json', status: 'skipped' }),
		]);
	});
});
