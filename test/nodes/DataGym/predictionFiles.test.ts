/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { IDataObject, INode } from 'n8n-workflow';
import sharp from 'sharp';
import { jsonOf } from '../../support/datagym';
import { jpeg } from '../../support/images';
import { PredictionHarness } from './predictionHarness';

/** Docs/predictions.md, "Files of an earlier project": files that are no text, and several files of one item. */

let lab: PredictionHarness;

beforeAll(async () => {
	lab = await PredictionHarness.open();
});
afterAll(async () => await lab.close());

type Files = Readonly<Record<string, readonly [content: Buffer | string, fileName: string]>>;

async function itemOf(files: Files, json: IDataObject = {}) {
	const binary = await Promise.all(
		Object.entries(files).map(
			async ([field, [content, fileName]]) => [field, (await lab.file(content, fileName)).data!] as const,
		),
	);
	return { json, binary: Object.fromEntries(binary) };
}

async function importFiles(
	projectId: string,
	files: Files,
	{ format = 'auto', field = '*', options = {}, json = {} as IDataObject, settings = {} as Partial<INode> } = {},
) {
	return await lab.import(
		projectId,
		format,
		{ predictionsFrom: 'file', binaryPropertyName: field, options },
		[await itemOf(files, json)],
		settings,
	);
}

/** A gray PNG with a box of a value, from left, top to right, bottom. */
async function mask(
	value: number,
	[left, top, right, bottom]: readonly [number, number, number, number],
	width = 640,
	height = 480,
) {
	const pixels = Buffer.alloc(width * height);
	for (let y = top; y < bottom; y++) pixels.fill(value, y * width + left, y * width + right);
	return await sharp(pixels, { raw: { width, height, channels: 1 } })
		.toColorspace('b-w')
		.png()
		.toBuffer();
}

const YOLO = '2 0.5 0.5 0.25 0.25\n';
const NAMES = 'names:\n  0: car\n  1: lane\n  2: person\n';

test.each(['auto', 'coco'])('A large COCO file (%s) is imported whatever its lists come in', async (format) => {
	const { projectId } = lab.newProject('a.jpg');
	const file = {
		annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [10, 20, 30, 40], area: 1200, iscrowd: 0 }],
		categories: [{ id: 1, name: 'car' }],
		info: { description: 'x'.repeat(3_000_000) },
		images: [{ id: 1, file_name: 'a.jpg', width: 640, height: 480 }],
	};
	const run = await importFiles(projectId, { data: [JSON.stringify(file), 'train.json'] }, { format, field: 'data' });
	expect(run.error).toBeUndefined();
	expect(jsonOf(run)).toMatchObject([{ imageName: 'a.jpg', status: 'imported', labelCount: 1 }]);
});

test('A large file that is cut off says where it ends', async () => {
	const { projectId } = lab.newProject('a.jpg');
	const text = `{"info": {"description": "${'x'.repeat(3_000_000)}"}, "images": [{"id": 1}`;
	const run = await importFiles(projectId, { data: [text, 'train.json'] }, { format: 'coco', field: 'data' });
	expect(run.error?.message).toBe('The file in the binary field "data" is not valid JSON');
});

describe('Files about no image, such as the table of a split in which nothing is labeled', () => {
	const HEADING = 'filename,width,height,class,xmin,ymin,xmax,ymax\n';
	const TRAIN = [`${HEADING}a.jpg,640,480,car,10,20,40,60\n`, 'train.csv'] as const;
	const VAL = [HEADING, 'val.csv'] as const;
	const importItems = async (projectId: string, files: Array<readonly [string, string]>, format: string) =>
		await lab.import(
			projectId,
			format,
			{ predictionsFrom: 'file', binaryPropertyName: 'data' },
			await Promise.all(files.map(async (data) => await itemOf({ data }))),
		);

	test.each(['auto', 'csv'])('are nothing among the files of an item (%s)', async (format) => {
		const { projectId } = lab.newProject('a.jpg');
		const run = await importFiles(projectId, { file_0: TRAIN, file_1: VAL }, { format });
		expect(run.error).toBeUndefined();
		expect(jsonOf(run)).toMatchObject([{ imageName: 'a.jpg', status: 'imported', labelCount: 1 }]);
	});

	test('are nothing among items, and counted', async () => {
		const { projectId } = lab.newProject('a.jpg');
		const run = await importItems(projectId, [VAL, TRAIN], 'csv');
		expect(run.error).toBeUndefined();
		expect(jsonOf(run)).toMatchObject([{ imageName: 'a.jpg', status: 'imported', labelCount: 1 }]);
		expect(run.hintsOf('DataGym')).toMatchObject([{ message: 'Items whose predictions contain no images: 1' }]);
	});

	test.each(['*', 'data'])('are an error if there is no other (field %s)', async (field) => {
		const { projectId } = lab.newProject('a.jpg');
		const run = await importFiles(projectId, { data: VAL }, { format: 'csv', field });
		expect(run.error?.message).toBe('The predictions contain no images');
	});
});

describe('Several files of one item', () => {
	test('are read beside what Roboflow, Label Studio, Ultralytics and operating systems put into archives', async () => {
		const { projectId } = lab.newProject('a.jpg');
		const appleDouble = Buffer.from([0x00, 0x05, 0x16, 0x07, 0x00, 0x02, 0x00, 0x00]);
		const picture = await jpeg({ width: 640, height: 480 });
		const run = await importFiles(projectId, {
			file_0: [NAMES, 'data.yaml'],
			file_1: [YOLO, 'a.txt'],
			file_2: [appleDouble, '._a.txt'],
			file_3: [Buffer.from('\0\0\0\u0001Bud1'), '.DS_Store'],
			file_4: ['# cars > 2026-11-26\nhttps://universe.roboflow.com/a/cars', 'README.dataset.txt'],
			file_5: ['cars - v1\n', 'README.roboflow.txt'],
			file_6: ['{"categories": [{"id": 0, "name": "car"}], "info": {"year": 2026}}', 'notes.json'],
			file_7: [Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]), 'train.cache'],
			file_8: ['MIT', 'LICENSE'],
			file_9: [picture, 'a.jpg'],
		});
		expect(run.error).toBeUndefined();
		expect(jsonOf(run)).toMatchObject([{ imageName: 'a.jpg', status: 'imported', labelCount: 1 }]);
	});

	test('are the labels of several images, with the list of class names among them', async () => {
		const { projectId, images } = lab.newProject('a.jpg', 'b.jpg', 'c.jpg');
		const picture = await jpeg({ width: 640, height: 480 });
		const run = await importFiles(projectId, {
			file_0: [NAMES, 'data.yaml'],
			file_1: [picture, 'a.jpg'],
			file_2: [YOLO, 'a.txt'],
			file_3: [picture, 'b.jpg'],
			file_4: ['', 'b.txt'],
			file_5: ['images/train/a.jpg', 'train.txt'],
		});
		expect(jsonOf(run)).toMatchObject([
			{ imageName: 'a.jpg', status: 'imported', format: 'YOLO', labelCount: 1 },
			{ imageName: 'b.jpg', status: 'imported', labelCount: 0 },
		]);
		expect(await lab.storedLabels(images[0]!.taskId)).toEqual(['person 240 180 160 120']);
	});

	test('of one image are imported together', async () => {
		const { projectId, images } = lab.newProject('a.jpg');
		const files: Files = {
			cars: [await mask(1, [10, 20, 40, 60]), 'cars.png'],
			people: [await mask(3, [100, 100, 200, 200]), 'people.png'],
			other: ['no predictions', 'notes.txt'],
		};
		const run = await importFiles(projectId, files, {
			field: 'cars, people',
			format: 'masks',
			json: { imageName: 'a.jpg' },
		});
		expect(run.error).toBeUndefined();
		expect(await lab.storedLabels(images[0]!.taskId)).toEqual(['car 10 20 30 40', 'person 100 100 100 100']);
	});

	test('fail together, or each with its own name where the node continues', async () => {
		const { projectId, images } = lab.newProject('a.jpg', 'b.jpg');
		const box = (file_name: string) =>
			JSON.stringify({ file_name, objects: { bbox: [[10, 20, 30, 40]], categories: ['car'] } });
		const files: Files = {
			one: [box('a.jpg'), 'one.json'],
			two: ['Hello', 'two.md'],
			three: [box('b.jpg'), 'three.json'],
		};
		const failed = await importFiles(projectId, files);
		expect(failed.error?.message).toContain('two.md');
		expect(await lab.storedLabels(images[0]!.taskId)).toEqual([]);
		const run = await importFiles(projectId, files, { settings: { onError: 'continueRegularOutput' } });
		expect(jsonOf(run)).toMatchObject([
			{ imageName: 'a.jpg', status: 'imported' },
			{ imageName: 'two.md', status: 'failed' },
			{ imageName: 'b.jpg', status: 'imported' },
		]);
	});

	test('need one with predictions', async () => {
		const { projectId } = lab.newProject('a.jpg');
		const run = await importFiles(projectId, { data: [await jpeg(), 'a.jpg'] });
		expect(run.error?.message).toBe('The item has no files with predictions');
	});
});

describe('A mask of classes', () => {
	test('asks for the names of its values', async () => {
		const { projectId } = lab.newProject('a.jpg');
		const files: Files = { data: [await mask(1, [10, 20, 40, 60]), 'a.png'] };
		const run = await importFiles(projectId, files, { field: 'data' });
		expect(`${run.error?.message} ${run.error?.description}`).toMatch(
			/no class name for the class ID 0 .* Set "Format" to "Masks \(PNG\)", and enter "Class Names", or leave them empty/,
		);
	});

	test('of another size than the image is scaled to it', async () => {
		const { projectId, images } = lab.newProject('a.jpg');
		const files: Files = {
			data: [await mask(1, [10, 20, 40, 60], 320, 240), 'a.png'],
			image: [await jpeg({ width: 640, height: 480 }), 'a.jpg'],
		};
		await importFiles(projectId, files, { field: 'data', format: 'masks' });
		expect(await lab.storedLabels(images[0]!.taskId)).toEqual(['car 20 40 60 80']);
	});

	test('of the stored pixels is turned with the image', async () => {
		const { projectId, images } = lab.newProject('a.jpg');
		const stored = await sharp(await jpeg({ width: 640, height: 480 }))
			.withMetadata({ orientation: 6 })
			.jpeg()
			.toBuffer();
		const files: Files = { data: [await mask(1, [10, 20, 40, 60]), 'a.png'], image: [stored, 'a.jpg'] };
		const run = await importFiles(projectId, files, {
			field: 'data',
			format: 'masks',
			options: { orientation: 'stored' },
		});
		expect(run.error).toBeUndefined();
		// A quarter turn to the right: the top left corner of the stored pixels is at the top right.
		expect(await lab.storedLabels(images[0]!.taskId)).toEqual(['car 420 10 40 30']);
	});

	test('in colors says what is needed', async () => {
		const { projectId } = lab.newProject('a.jpg');
		const colors = await sharp(await jpeg({ width: 640, height: 480 }))
			.png()
			.toBuffer();
		const run = await importFiles(projectId, { data: [colors, 'a.png'] }, { field: 'data', format: 'masks' });
		expect(run.error?.message).toContain('has colors instead of class IDs');
	});

	test('in Base64 is read from a field', async () => {
		const { projectId, images } = lab.newProject('a.jpg');
		const data = (await mask(1, [10, 20, 40, 60])).toString('base64');
		await lab.import(projectId, 'masks', { imageReference: 'a.jpg' }, [{ json: { data } }]);
		expect(await lab.storedLabels(images[0]!.taskId)).toEqual(['car 10 20 30 40']);
	});
});

test('An image is no file of predictions', async () => {
	const { projectId } = lab.newProject('a.jpg');
	const run = await importFiles(projectId, { data: [await jpeg(), 'a.jpg'] }, { field: 'data' });
	expect(run.error?.message).toBe('The file "a.jpg" in the binary field "data" is an image, not a file of predictions');
});

test('Lines of JSON are read from a file with the format chosen, too', async () => {
	const { projectId, images } = lab.newProject('a.jpg', 'b.jpg');
	const line = (file_name: string) =>
		`${JSON.stringify({ file_name, objects: { bbox: [[10, 20, 30, 40]], categories: ['car'] } })}\n`;
	const files: Files = { data: [line('a.jpg') + line('b.jpg'), 'metadata.jsonl'] };
	const run = await importFiles(projectId, files, { field: 'data', format: 'huggingFaceMetadata' });
	expect(jsonOf(run)).toHaveLength(2);
	for (const { taskId } of images) expect(await lab.storedLabels(taskId)).toEqual(['car 10 20 30 40']);
});
