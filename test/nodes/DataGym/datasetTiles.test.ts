/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import sharp, { type Sharp } from 'sharp';
import type { Task } from '../../emulator/store/model';
import { byId, jsonOf, openHarness, outputOf, type Harness } from '../../support/datagym';
import { filesIn, unpack } from '../../support/datasetLab';

// Random labels and photographs are judged by numpy, Pillow and shapely in test/readers/test_tiles.py.

let harness: Harness;
let projectId: string;

const CLASSES = [
	{ entryKey: 'car', type: 'rectangle', children: [{ entryKey: 'lamp', type: 'point' }] },
	{ entryKey: 'road', type: 'polygon' },
	{ entryKey: 'weather', type: 'select', options: { sun: 'Sun', rain: 'Rain' } },
];

/** Of noise, so that no part looks like another. */
function noise(width: number, height: number, orientation?: number): Sharp {
	const data = Buffer.alloc(width * height * 3);
	let seed = 7;
	for (let index = 0; index < data.length; index++) {
		seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
		data[index] = seed >>> 24;
	}
	const image = sharp(data, { raw: { width, height, channels: 3 } });
	return orientation === undefined ? image : image.blur(3).withMetadata({ orientation });
}

let files: Record<string, Buffer>;

const car = (x: number, y: number, w: number, h: number, lamp?: [number, number]) => ({
	rectangle: [{ x, y, w, h }],
	classifications: {},
	...(lamp && { nested_geometries: { lamp: [{ point: [{ x: lamp[0], y: lamp[1] }], classifications: {} }] } }),
});
/** Its teeth point to the right. */
const comb = {
	polygon: [
		[0, 60],
		[60, 60],
		[60, 70],
		[5, 70],
		[5, 80],
		[60, 80],
		[60, 90],
		[0, 90],
	].map(([x, y]) => ({ x, y })),
	classifications: {},
};

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
	files = {
		'large.png': await noise(150, 110).png().toBuffer(),
		'turned.jpg': await noise(110, 150, 6).jpeg({ quality: 95 }).toBuffer(),
		'small.png': await noise(40, 64).png().toBuffer(),
	};
	projectId = (await newProject()).id;
});
afterAll(async () => await harness.close());

async function newProject(images: Record<string, Buffer> = files): Promise<{ id: string; tasks: Task[] }> {
	const { project, dataset } = harness.server.seed.project({ name: 'Tiles', datasetName: 'Tiles', classes: CLASSES });
	const seeded: Task[] = [];
	for (const [name, bytes] of Object.entries(images)) {
		const items = [await harness.itemWithFile(bytes, name)];
		const [uploaded] = jsonOf(await harness.run('image', 'upload', { datasetId: byId(dataset!.id) }, { items }));
		const task = [...harness.server.store.tasks.values()].find(({ medium }) => medium.id === uploaded?.imageId)!;
		seeded.push(task);
		harness.server.seed.move(task, 'COMPLETED');
	}
	if (images === files) labelFiles(seeded);
	return { id: project.id, tasks: seeded };
}

function labelFiles(seeded: readonly Task[]): void {
	const [large, turned, small] = seeded;
	harness.server.seed.label(large!, {
		// In the first tile only; over four tiles; and 4 of 40 columns in the first tile.
		labels: { car: [car(2, 3, 10, 12, [4, 5]), car(50, 50, 20, 20), car(60, 2, 40, 10, [90, 6])], road: [comb] },
		global_classifications: { weather: ['sun'] },
	});
	harness.server.seed.label(turned!, { labels: { car: [car(100, 70, 30, 20)] } });
	harness.server.seed.label(small!, { labels: { car: [car(5, 5, 10, 10)] } });
}

interface Exported {
	report: IDataObject;
	files: Map<string, Buffer>;
}

const TILES = { tileSize: 64, tileOverlap: 25 };

async function exported(
	format: string,
	options: INodeParameters = TILES,
	parameters: INodeParameters = {},
	id = projectId,
): Promise<Exported> {
	const run = await harness.run('export', 'createDataset', {
		projectId: byId(id),
		format,
		output: 'files',
		...parameters,
		options,
	});
	const items = outputOf(run);
	const written = new Map<string, Buffer>();
	for (const item of items) if (item.binary) written.set(String(item.json.path), await harness.engine.readBinary(item));
	return { report: items.at(-1)?.json ?? {}, files: written };
}

const train = { trainShare: 1, valShare: 0 };
const raw = async (file: Buffer | undefined) => await sharp(file).removeAlpha().raw().toBuffer();

async function extracted(name: string, region: { left: number; top: number; width: number; height: number }) {
	const upright = await sharp(files[name]).rotate().removeAlpha().png().toBuffer();
	return await sharp(upright).extract(region).raw().toBuffer();
}

function meanDifference(a: Buffer, b: Buffer): number {
	expect(a.length).toBe(b.length);
	return a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] ?? 0)), 0) / a.length;
}

interface CocoFile {
	images: { id: number; file_name: string; width: number; height: number; datagym_id?: string }[];
	annotations: { image_id: number; category_id: number; bbox: number[]; segmentation: number[][]; area: number }[];
}

const cocoOf = ({ files: written }: Exported, split = 'train') =>
	JSON.parse(written.get(`annotations/instances_${split}.json`)!.toString()) as CocoFile;

const namesIn = (written: Iterable<string>, folder: string) =>
	[...written].filter((path) => path.startsWith(folder)).map((path) => path.slice(folder.length));

/** 64 pixels with an overlap of 16 begin at 0, 48 and so on; the last ones are moved back to end with the image of 150 × 110. */
const PLACES = [0, 46].flatMap((y) => [0, 48, 86].map((x) => ({ left: x, top: y, width: 64, height: 64 })));

describe('Tiles', () => {
	test('show exactly their pixels, named by their place, and small images stay byte by byte', async () => {
		const dataset = await exported('coco', { ...TILES, ...train });
		const names = ['large', 'turned'].flatMap((stem) =>
			PLACES.map(({ left, top }) => `${stem}_${left}_${top}.${stem === 'large' ? 'png' : 'jpg'}`),
		);
		const found = namesIn(dataset.files.keys(), 'images/train/');
		expect(found.sort()).toEqual([...names, 'small_0_0.png'].sort());
		for (const region of PLACES) {
			const { left, top } = region;
			const png = dataset.files.get(`images/train/large_${left}_${top}.png`);
			expect((await raw(png)).equals(await extracted('large.png', region))).toBe(true);
			const jpeg = dataset.files.get(`images/train/turned_${left}_${top}.jpg`);
			expect((await sharp(jpeg).metadata()).orientation ?? 1).toBe(1);
			expect(meanDifference(await raw(jpeg), await extracted('turned.jpg', region))).toBeLessThan(2);
		}
		expect(dataset.files.get('images/train/small_0_0.png')!.equals(files['small.png']!)).toBe(true);
		expect(dataset.report).toMatchObject({
			imageCount: 3,
			splits: { train: 3, val: 0, test: 0 },
			tiles: { cutImages: 2, tiles: 13, emptyTilesLeftOut: 0, splits: { train: 13, val: 0, test: 0 } },
			renamedImageCount: 0,
			orientation: { imageCount: 1, action: 'madeUpright', frame: 'displayed' },
		});
	});

	test('have what they show of each label, if it is enough', async () => {
		const coco = cocoOf(await exported('coco', { ...TILES, ...train }));
		const labelsIn = (name: string) => {
			const image = coco.images.find(({ file_name: fileName }) => fileName === name)!;
			expect(image).toMatchObject({ width: 64, height: 64 });
			expect(image).not.toHaveProperty('datagym_id');
			return coco.annotations.filter(({ image_id: imageId }) => imageId === image.id);
		};
		const boxesIn = (name: string) =>
			labelsIn(name)
				.map(({ bbox }) => bbox)
				.sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!);
		// Of the car at 60, a tenth is in the first tile, which is the minimum; of the comb, all that is above 64.
		expect(boxesIn('large_0_0.png')).toEqual([
			[0, 60, 60, 4],
			[2, 3, 10, 12],
			[50, 50, 14, 14],
			[60, 2, 4, 10],
		]);
		expect(boxesIn('large_48_46.png')).toEqual([
			[0, 14, 12, 30],
			[2, 4, 20, 20],
		]);
		const [parts] = labelsIn('large_48_46.png').filter(({ area }) => area === 240);
		expect(parts?.segmentation).toHaveLength(2);
		expect(boxesIn('large_86_0.png')).toEqual([[0, 2, 14, 10]]);
		expect(boxesIn('turned_86_46.jpg')).toEqual([[14, 24, 30, 20]]);
		const strict = cocoOf(await exported('coco', { ...TILES, ...train, tileVisibleShare: 100 }));
		expect(strict.annotations.every(({ bbox }) => bbox[2]! === 10 || bbox[2]! >= 20)).toBe(true);
	});

	test('leave out labels of which they show too little, and it is said if no tile has one', async () => {
		const { report } = await exported('yoloDetect', { ...TILES, ...train, tileOverlap: 0, tileVisibleShare: 100 });
		expect(report.tiles).toMatchObject({ cutLabels: 0 });
		expect(report.conversionReport).toContainEqual(
			expect.objectContaining({ reason: 'not-in-tiles', className: 'car', example: 'large.png' }),
		);
	});

	test('that are whole photographs with an orientation are upright, too', async () => {
		const { id } = await newProject({ 'whole.jpg': await noise(50, 30, 6).jpeg({ quality: 95 }).toBuffer() });
		const { files: written } = await exported('yoloDetect', { ...TILES, ...train }, {}, id);
		const file = written.get('images/train/whole_0_0.jpg');
		const { width, height, orientation = 1 } = await sharp(file).metadata();
		expect({ width, height, orientation }).toEqual({ width: 30, height: 50, orientation: 1 });
	});

	test('are none if none has a label and none without is wanted, which is said', async () => {
		const { id, tasks } = await newProject({ 'empty.png': files['large.png']! });
		harness.server.seed.label(tasks[0]!, { labels: {} });
		const run = await harness.run('export', 'createDataset', {
			projectId: byId(id),
			format: 'coco',
			options: { ...TILES, ...train, tileEmptyShare: 0 },
		});
		expect(outputOf(run)[0]!.json.tiles).toMatchObject({ tiles: 0, emptyTilesLeftOut: 6 });
		expect(run.hintsOf('DataGym').map(({ message }) => message)).toEqual([
			expect.stringContaining('No tile has a label, so the dataset has no images.'),
		]);
	});

	test('go to the split of their image', async () => {
		const { files: written } = await exported('yoloDetect');
		for (const name of Object.keys(files)) {
			const stem = name.split('.')[0]!;
			const splits = [...written.keys()].filter((path) => path.includes(`/${stem}_`)).map((path) => path.split('/')[1]);
			expect(new Set(splits).size).toBe(1);
		}
	});

	test.each([0, 50])('without labels are kept to %i percent, always the same ones', async (tileEmptyShare) => {
		const all = await exported('yoloDetect', { ...TILES, ...train });
		const some = await exported('yoloDetect', { ...TILES, ...train, tileEmptyShare });
		const labeled = [...all.files].filter(([path, content]) => path.endsWith('.txt') && content.length > 0);
		const kept = [...some.files].filter(([path]) => path.startsWith('labels/'));
		expect(kept.map(([path]) => path)).toEqual(expect.arrayContaining(labeled.map(([path]) => path)));
		if (tileEmptyShare === 0) expect(kept).toHaveLength(labeled.length);
		expect(namesIn(some.files.keys(), 'images/')).toHaveLength(kept.length);
		const { tiles } = some.report as { tiles: { tiles: number; emptyTilesLeftOut: number } };
		expect([tiles.tiles, tiles.emptyTilesLeftOut]).toEqual([kept.length, 13 - kept.length]);
		const again = await exported('yoloDetect', { ...TILES, ...train, tileEmptyShare });
		expect([...again.files.keys()]).toEqual([...some.files.keys()]);
	});

	test('are in archives as they are in separate files, and their labels can be had without images', async () => {
		const whole = await exported('pascalVoc');
		const labels = await exported('pascalVoc', TILES, { includeImages: false });
		const isLabel = (path: string) => path.startsWith('Annotations/');
		expect([...labels.files].filter(([path]) => isLabel(path))).toEqual(
			[...whole.files].filter(([path]) => isLabel(path)),
		);
		expect(namesIn(labels.files.keys(), 'JPEGImages/')).toEqual([]);
		expect(namesIn(whole.files.keys(), 'JPEGImages/')).toHaveLength(13);
		const folder = await mkdtemp(join(tmpdir(), 'tiles-'));
		const run = await harness.run('export', 'createDataset', {
			projectId: byId(projectId),
			format: 'pascalVoc',
			options: TILES,
		});
		await writeFile(join(folder, 'tiles.zip'), await harness.engine.readBinary(outputOf(run)[0]!));
		unpack(join(folder, 'tiles.zip'), join(folder, 'out'));
		expect(await filesIn(join(folder, 'out'))).toEqual(
			Object.fromEntries([...whole.files].sort().map(([path, content]) => [path, content.toString('base64')])),
		);
		await rm(folder, { recursive: true });
	});

	test('of DataGym JSON do not pass for labels of the images in DataGym', async () => {
		const { files: written } = await exported('dataGym');
		const [, ...elements] = JSON.parse(written.get('datagym.json')!.toString()) as Record<string, unknown>[];
		expect(elements.map(({ internal_media_ID: id }) => id)).toEqual(elements.map(() => ''));
		expect(elements.map(({ external_media_ID: name }) => name).sort()).toEqual(
			namesIn(written.keys(), 'images/').sort(),
		);
	});

	test.each<[string, INodeParameters, string]>([
		['coco', { tileOverlap: 10 }, '"Tile Overlap (%)" has no effect without "Tile Size"'],
		['coco', { tileSize: 5 }, 'a tile has at least 32 pixels'],
		['coco', { ...TILES, orientation: 'tagRemoved' }, 'Images are cut upright'],
		['cropsByClass', TILES, '"Tile Size" cannot be used with the format Crops by Class'],
	])('of %s are refused with %j', async (format, options, message) => {
		await expect(exported(format, options)).rejects.toThrow(message);
	});
});

describe.each([
	['yoloDetect', TILES],
	['cropsByClass', {}],
])('Increments of %s', (format, more) => {
	test('hold what changed and name what is gone, and together they are one whole export', async () => {
		const project = await newProject();
		const folder = new Map<string, Buffer>();
		let manifest: unknown = {};
		const update = async (options: INodeParameters = more) => {
			const { report, files: written } = await exported(
				format,
				{ ...train, ...options, manifest: JSON.stringify(manifest) },
				{},
				project.id,
			);
			manifest = report.manifest;
			for (const path of report.removedFiles as string[]) expect(folder.delete(path)).toBe(true);
			for (const [path, content] of written) folder.set(path, content);
			const whole = await exported(format, { ...train, ...options }, {}, project.id);
			folder.delete('removed_files.txt');
			for (const lists of [folder, whole.files]) lists.delete('dataset_report.json');
			expect([...folder.keys()].sort()).toEqual([...whole.files.keys()].sort());
			for (const [path, content] of whole.files) expect(folder.get(path)!.equals(content)).toBe(true);
			return { report, written: [...written.keys()].filter((path) => /\.(txt|png|jpg)$/.test(path)) };
		};
		await update();
		expect((await update()).written).toEqual(['removed_files.txt']);
		harness.server.seed.label(project.tasks[0]!, { labels: { car: [car(2, 30, 10, 12)] } });
		const { written } = await update();
		expect(written.length).toBeGreaterThan(1);
		for (const path of written) expect(path).toMatch(/large_|removed_files/);
		if (format === 'yoloDetect') expect(written.filter((path) => path.startsWith('images/'))).toEqual([]);
		harness.server.seed.move(project.tasks[1]!, 'WAITING_CHANGED');
		const { report } = await update();
		expect((report.removedFiles as string[]).every((path) => path.includes('turned_'))).toBe(true);
		expect((report.removedFiles as string[]).length).toBeGreaterThan(0);
		const changed = format === 'cropsByClass' ? {} : { tileSize: 80 };
		if (format === 'yoloDetect') expect((await update(changed)).report).toMatchObject({ isComplete: true });
	});
});

describe('Crops by Class', () => {
	test('are the boxes and the boxes around other areas, in the folder of their class', async () => {
		const { files: written, report } = await exported('cropsByClass', train);
		expect(namesIn(written.keys(), 'train/').sort()).toEqual([
			'car/large_1.png',
			'car/large_2.png',
			'car/large_3.png',
			'car/small_1.png',
			'car/turned_1.jpg',
			'road/large_4.png',
		]);
		const crop = await extracted('large.png', { left: 50, top: 50, width: 20, height: 20 });
		expect((await raw(written.get('train/car/large_3.png'))).equals(crop)).toBe(true);
		const turned = await extracted('turned.jpg', { left: 100, top: 70, width: 30, height: 20 });
		expect(meanDifference(await raw(written.get('train/car/turned_1.jpg')), turned)).toBeLessThan(3);
		expect(report.conversionReport).toContainEqual(
			expect.objectContaining({ reason: 'geometry-type', className: 'lamp', count: 2 }),
		);
	});

	test('have a margin within the image, and a smallest size', async () => {
		const parameters = { cropMargin: 10, minimumCropSize: 12 };
		const { files: written, report } = await exported('cropsByClass', train, parameters);
		expect(namesIn(written.keys(), 'train/').sort()).toEqual([
			'car/large_1.png',
			'car/turned_1.jpg',
			'road/large_2.png',
		]);
		expect(await sharp(written.get('train/car/large_1.png')).metadata()).toMatchObject({ width: 24, height: 24 });
		// It begins at the edge of the image.
		expect(await sharp(written.get('train/road/large_2.png')).metadata()).toMatchObject({ width: 66, height: 42 });
		expect(report.conversionReport).toContainEqual(
			expect.objectContaining({ reason: 'small-crop', className: 'car', count: 3 }),
		);
	});
});
