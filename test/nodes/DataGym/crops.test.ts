/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';
import sharp from 'sharp';
import type { SeedLabels } from '../../emulator/store/seeding';
import { byId, openHarness, outputOf, requestsDuring, type Harness } from '../../support/datagym';
import { ORIENTATIONS, paintedPhotograph, redIn, SAVED_BOXES } from '../../support/paintedPhotographs';

let harness: Harness;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
});
afterEach(() => harness.server.onRequest(undefined));
afterAll(async () => await harness.close());

const CLASSES = [
	{ entryKey: 'car', type: 'rectangle' },
	{ entryKey: 'tree', type: 'polygon' },
	{ entryKey: 'lamp', type: 'point' },
];

interface Photograph {
	readonly name: string;
	readonly bytes: Buffer;
	readonly labels: SeedLabels;
}

/** A project with finished images, whose files are uploaded. */
async function projectOf(...photographs: Photograph[]): Promise<string> {
	const { project, dataset } = harness.server.seed.project({ name: 'Crops', datasetName: 'Crops', classes: CLASSES });
	for (const { name, bytes, labels } of photographs) {
		const answer = await fetch(`${harness.server.url}/api/v1/media/${dataset!.id}/file`, {
			method: 'POST',
			headers: { Authorization: `Token ${harness.server.token}`, 'X-filename': name },
			body: new Uint8Array(bytes),
		});
		expect(answer.ok).toBe(true);
		const task = harness.server.store
			.board(project)
			.listAll()
			.find(({ medium }) => medium.name === name)!;
		harness.server.seed.label(task, labels);
		harness.server.seed.move(task, 'COMPLETED');
	}
	return project.id;
}

const runCrops = async (projectId: string, crop: INodeParameters = {}, parameters: INodeParameters = {}) =>
	await harness.run('export', 'getLabels', {
		projectId: byId(projectId),
		labelSource: 'tasks',
		output: 'itemPerLabel',
		includeCrop: true,
		crop,
		...parameters,
	});
const cropsOf = async (projectId: string, crop: INodeParameters = {}, parameters: INodeParameters = {}) =>
	outputOf(await runCrops(projectId, crop, parameters));
const fileOf = async (item: INodeExecutionData | undefined) => await harness.engine.readBinary(item!);
const pixelsOf = async (picture: Buffer) =>
	await sharp(picture).ensureAlpha().raw().toBuffer({ resolveWithObject: true });

const car = (x: number, y: number, w: number, h: number): SeedLabels => ({
	labels: { car: [{ rectangle: [{ x, y, w, h }] }] },
});

const SIZE = { width: 60, height: 40 };

/** Each pixel has a color of its own. */
async function gradient(): Promise<Buffer> {
	const pixels = Buffer.alloc(SIZE.width * SIZE.height * 3);
	for (let index = 0; index < SIZE.width * SIZE.height; index++)
		pixels.set([(index % SIZE.width) * 4, Math.floor(index / SIZE.width) * 6, index % 251], index * 3);
	return await sharp(pixels, { raw: { ...SIZE, channels: 3 } })
		.png()
		.toBuffer();
}

describe('Export: Get Labels with crops', () => {
	test('gives the pixels that a box touches, without loss from a PNG', async () => {
		const bytes = await gradient();
		const projectId = await projectOf({ name: 'a photo.png', bytes, labels: car(10.5, 5, 20.2, 10) });
		const [item] = await cropsOf(projectId);
		expect(item?.binary?.data).toMatchObject({ fileName: 'a photo_car_1.png', mimeType: 'image/png' });
		expect(item?.json).toMatchObject({ className: 'car', x: 10.5, problem: null });
		const expected = await sharp(bytes).extract({ left: 10, top: 5, width: 21, height: 10 }).png().toBuffer();
		const [found, wanted] = await Promise.all([pixelsOf(await fileOf(item)), pixelsOf(expected)]);
		expect(found.info).toMatchObject({ width: 21, height: 10 });
		expect(found.data.equals(wanted.data)).toBe(true);
	});

	test.each(ORIENTATIONS)('of a photograph with EXIF orientation %i is upright, where people drew it', async (turn) => {
		const [x, y, width, height] = SAVED_BOXES[turn];
		const bytes = await paintedPhotograph('jpeg', turn);
		const projectId = await projectOf({ name: 'a.jpg', bytes, labels: car(x, y, width, height) });
		const file = await fileOf((await cropsOf(projectId))[0]);
		expect(await sharp(file).metadata()).toMatchObject({ format: 'jpeg', width, height });
		expect(await redIn(file, [0, 0, width, height])).toBeGreaterThan(0.97);
	});

	test.each([
		['margin', { margin: 10 }, { width: 24, height: 14 }],
		['square', { square: true }, { width: 20, height: 20 }],
		['maximum size', { maxSize: 10 }, { width: 10, height: 5 }],
	])('takes the %s', async (_, settings, size) => {
		const projectId = await projectOf({ name: 'a.png', bytes: await gradient(), labels: car(20, 10, 20, 10) });
		expect(await sharp(await fileOf((await cropsOf(projectId, settings))[0])).metadata()).toMatchObject(size);
	});

	test.each([
		['image', 'png'],
		['jpeg', 'jpeg'],
		['png', 'png'],
	])('takes the file format %s', async (fileFormat, format) => {
		const projectId = await projectOf({ name: 'a.png', bytes: await gradient(), labels: car(20, 10, 20, 10) });
		const [item] = await cropsOf(projectId, { fileFormat });
		expect(await sharp(await fileOf(item)).metadata()).toMatchObject({ format });
		expect(item?.binary?.data).toMatchObject({
			mimeType: `image/${format}`,
			fileName: format === 'png' ? 'a_car_1.png' : 'a_car_1.jpg',
		});
	});

	test.each([
		['black', [0, 0, 0, 255]],
		['white', [255, 255, 255, 255]],
		['transparent', [expect.any(Number), expect.any(Number), expect.any(Number), 0]],
	])('paints what lies around a polygon %s', async (background, outside) => {
		const triangle = [
			{ x: 10, y: 10 },
			{ x: 30, y: 10 },
			{ x: 10, y: 30 },
		];
		const bytes = await gradient();
		const labels = { labels: { tree: [{ polygon: triangle }] } };
		const projectId = await projectOf({ name: 'a.png', bytes, labels });
		const { data, info } = await pixelsOf(await fileOf((await cropsOf(projectId, { background }))[0]));
		const [image, place] = [await pixelsOf(bytes), (x: number, y: number) => (y * info.width + x) * 4];
		expect(info).toMatchObject({ width: 20, height: 20 });
		expect([...data.subarray(place(18, 18), place(19, 18))]).toEqual(outside);
		const inside = (12 * SIZE.width + 12) * 4;
		expect([...data.subarray(place(2, 2), place(3, 2))]).toEqual([...image.data.subarray(inside, inside + 4)]);
	});

	test('shows the surroundings of a point', async () => {
		const bytes = await sharp({ create: { width: 200, height: 100, channels: 3, background: '#336699' } })
			.png()
			.toBuffer();
		const projectId = await projectOf({
			name: 'a.png',
			bytes,
			labels: { labels: { lamp: [{ point: [{ x: 90, y: 50 }] }] } },
		});
		expect(await sharp(await fileOf((await cropsOf(projectId))[0])).metadata()).toMatchObject({
			width: 64,
			height: 64,
		});
	});

	test('fetches an image once, and one without labels not at all', async () => {
		const bytes = await gradient();
		const many = { labels: { car: [1, 2, 3].map((x) => ({ rectangle: [{ x, y: 2, w: 5, h: 5 }] })) } };
		const projectId = await projectOf(
			{ name: 'a.png', bytes, labels: many },
			{ name: 'empty.png', bytes, labels: { labels: {} } },
		);
		let items: INodeExecutionData[] = [];
		const requests = await requestsDuring(harness, async () => {
			items = await cropsOf(projectId, {}, { options: { includeEmpty: true } });
		});
		expect(items.map(({ json, binary }) => [json.imageName, binary?.data?.fileName])).toEqual([
			['a.png', 'a_car_1.png'],
			['a.png', 'a_car_2.png'],
			['a.png', 'a_car_3.png'],
			['empty.png', undefined],
		]);
		expect(requests.filter(({ method, path }) => method === 'GET' && /\/media\/[^/]+$/.test(path))).toHaveLength(1);
	});

	test('says in the item why there is no crop, and gives all others', async () => {
		const bytes = await gradient();
		const projectId = await projectOf(
			{ name: 'broken.png', bytes, labels: car(1, 1, 5, 5) },
			{ name: 'gone.png', bytes, labels: car(1, 1, 5, 5) },
			{
				name: 'outside.png',
				bytes,
				labels: {
					labels: { car: [{ rectangle: [{ x: 500, y: 1, w: 5, h: 5 }] }, { rectangle: [{ x: 1, y: 1, w: 5, h: 5 }] }] },
				},
			},
			{ name: 'whole.png', bytes, labels: car(1, 1, 5, 5) },
		);
		const idOf = (name: string) =>
			[...harness.server.store.tasks.values()].find(
				({ project, medium }) => project.id === projectId && medium.name === name,
			)!.medium.id;
		const [broken, gone] = [idOf('broken.png'), idOf('gone.png')];
		harness.server.onRequest(({ path }) =>
			path.endsWith(`/media/${broken}`)
				? { status: 200, body: bytes.subarray(0, 60) }
				: path.endsWith(`/media/${gone}`)
					? { status: 404, body: '{"key":"ex_notfound","params":["Image","id","x"]}' }
					: undefined,
		);
		const items = await cropsOf(projectId);
		expect(items.map(({ json, binary }) => [json.imageName, binary?.data !== undefined, json.problem])).toEqual([
			['broken.png', false, expect.stringMatching(/^The crop is missing: /)],
			['gone.png', false, expect.stringMatching(/^The crop is missing: /)],
			['outside.png', true, null],
			['outside.png', false, expect.stringContaining('outside of the image')],
			['whole.png', true, null],
		]);
	});

	test('keeps the other crops if one is too long for its format', async () => {
		const bytes = await sharp({ create: { width: 70_000, height: 20, channels: 3, background: '#336699' } })
			.png()
			.toBuffer();
		const labels = [
			{ x: 0, y: 0, w: 70_000, h: 10 },
			{ x: 10, y: 5, w: 8, h: 8 },
		];
		const projectId = await projectOf({
			name: 'panorama.png',
			bytes,
			labels: { labels: { car: labels.map((each) => ({ rectangle: [each] })) } },
		});
		const items = await cropsOf(projectId, { fileFormat: 'jpeg' });
		const byWidth = [...items].sort((a, b) => Number(a.json.width) - Number(b.json.width));
		expect(byWidth.map(({ json, binary }) => [json.width, binary?.data !== undefined, json.problem])).toEqual([
			[8, true, null],
			[70_000, false, expect.stringContaining('Set a maximum size')],
		]);
	});

	test('fails if the server cannot be reached, rather than giving items without crops', async () => {
		const projectId = await projectOf({ name: 'a.png', bytes: await gradient(), labels: car(1, 1, 5, 5) });
		harness.server.onRequest(({ path }) => (/\/media\/[^/]+$/.test(path) ? { status: 403, body: '' } : undefined));
		expect((await runCrops(projectId)).error).toBeDefined();
	});
});
