/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { load, type CheerioAPI } from 'cheerio';
import type { INodeParameters } from 'n8n-workflow';
import sharp from 'sharp';
import { byId, jsonOf, openHarness, outputOf, type Harness } from '../../support/datagym';
import { jpeg } from '../../support/images';

const HOSTILE = '"><script>alert(1)</script>';
const CLASSES = [
	{
		entryKey: 'dog',
		entryValue: HOSTILE,
		type: 'rectangle',
		color: '#bfef45',
		children: [{ entryKey: 'eye', type: 'point' }],
	},
	{ entryKey: 'sky', type: 'image_segmentation' },
	{ entryKey: 'weather', entryValue: 'Weather', type: 'select', options: { sun: 'Sun' } },
];
const FILES = ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg', 'dogs.jpg'];

let harness: Harness;
let projectId: string;
let imageIds: Record<string, string>;

/** Five images with a dog each, of which one is a photograph with EXIF orientation 6, one is skipped and one waits. */
beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
	const { project, dataset } = harness.server.seed.project({
		name: `Dogs & ${HOSTILE}`,
		datasetName: 'Photographs',
		classes: CLASSES,
	});
	projectId = project.id;
	const photo = await readFile(join(__dirname, '..', '..', '..', 'examples', 'photos', 'dogs.jpg'));
	const blank = await jpeg({ width: 640, height: 426 });
	const items = await Promise.all(
		FILES.map(async (fileName) => await harness.itemWithFile(fileName === 'dogs.jpg' ? photo : blank, fileName)),
	);
	const uploaded = jsonOf(await harness.run('image', 'upload', { datasetId: byId(dataset!.id) }, { items }));
	imageIds = Object.fromEntries(uploaded.map(({ imageName, imageId }) => [String(imageName), String(imageId)]));
	for (const task of harness.server.store.tasks.values()) {
		const dog = {
			rectangle: [{ x: 285.5, y: 138, w: 137, h: 91 }],
			classifications: {},
			nested_geometries: { eye: [{ point: [{ x: 300, y: 150 }], classifications: {} }] },
		};
		harness.server.seed.label(task, { labels: { dog: [dog] }, global_classifications: { weather: ['sun'] } });
		harness.server.seed.move(
			task,
			task.medium.name === 'c.jpg' ? 'SKIPPED' : task.medium.name === 'd.jpg' ? 'WAITING' : 'COMPLETED',
		);
	}
});
afterAll(async () => await harness.close());
afterEach(() => harness.server.onRequest(undefined));

const preview = async (parameters: INodeParameters = {}) =>
	await harness.run('export', 'preview', { projectId: byId(projectId), choice: 'first', ...parameters });

async function pageOf(
	parameters: INodeParameters = {},
): Promise<{ $: CheerioAPI; json: Record<string, unknown>; html: string }> {
	const [item] = outputOf(await preview(parameters));
	const html = (await harness.engine.readBinary(item!)).toString('utf8');
	return { $: load(html), json: item!.json, html };
}

const namesIn = ($: CheerioAPI) =>
	$('figcaption strong')
		.toArray()
		.map((name) => $(name).text());
const figureOf = ($: CheerioAPI, name: string) =>
	$('figure').filter((_, figure) => $(figure).find('strong').text() === name);

describe('Export: Preview', () => {
	test('writes one HTML file with every finished image in it, its labels and the numbers', async () => {
		const [item] = outputOf(await preview());
		expect(item?.binary?.data).toMatchObject({
			mimeType: 'text/html',
			fileExtension: 'html',
			fileName: 'Dogs_script_alert_1_script__preview.html',
		});
		const { $, json } = await pageOf();
		expect(namesIn($)).toEqual(['a.jpg', 'b.jpg', 'c.jpg', 'dogs.jpg']);
		expect($('figure img')).toHaveLength(4);
		expect($('figure dl').first().text().trim()).toBe('Weathersun');
		expect(json).toMatchObject({
			imageCount: 4,
			shownCount: 4,
			labelCount: 8,
			tasksByStatus: { completed: 3, skipped: 1 },
			classes: expect.arrayContaining([
				{ className: 'dog', labelCount: 4 },
				{ className: 'eye', labelCount: 4 },
			]),
			brokenImages: [],
		});
	});

	test('holds the images as the server gave them', async () => {
		const { $ } = await pageOf();
		const [, base64 = ''] = figureOf($, 'dogs.jpg').find('img').attr('src')?.split('data:image/jpeg;base64,') ?? [];
		const [image] = outputOf(await harness.run('image', 'download', { imageId: byId(imageIds['dogs.jpg']!) }));
		expect(Buffer.from(base64, 'base64').equals(await harness.engine.readBinary(image!))).toBe(true);
	});

	test('draws labels where people drew them, over the image as browsers show it', async () => {
		const { $ } = await pageOf();
		expect(figureOf($, 'dogs.jpg').find('.labels').attr('viewBox')).toBe('0 0 426 640');
		expect(figureOf($, 'dogs.jpg').find('.rectangle path').attr('d')).toBe('M285 138 422 138 422 229 285 229Z');
		expect(figureOf($, 'a.jpg').find('.rectangle path').attr('d')).toBe('M285 138 422 138 422 229 285 229Z');
	});

	test('lets no name become code', async () => {
		const { $, html } = await pageOf();
		expect($('script')).toHaveLength(0);
		expect(html).not.toContain('<script');
		expect($('h1').text()).toBe(`Dogs & ${HOSTILE}`);
		expect($('nav').text()).toContain(HOSTILE);
	});

	test('draws exact coordinates, of tasks in any state, and reads no more tasks than it shows', async () => {
		const before = harness.server.count('GET /api/v1/task/:id');
		const { $, json } = await pageOf({ limit: 2, options: { labelSource: 'tasks', status: ['waiting', 'completed'] } });
		expect(harness.server.count('GET /api/v1/task/:id') - before).toBe(2);
		expect(namesIn($)).toEqual(['a.jpg', 'b.jpg']);
		expect($('.rectangle path').attr('d')).toBe('M285.5 138 422.5 138 422.5 229 285.5 229Z');
		expect(json).toMatchObject({ imageCount: 4, shownCount: 2, labelCount: 4 });
		expect($('header p').text()).toBe('4 images; the first 2 by name are shown below');
		expect($('.charts section').first().text()).toContain('4 labels in the 2 images below');
	});

	test('takes a sample that is the same each time, and fetches no other images', async () => {
		const before = harness.server.requests.length;
		const first = await pageOf({ choice: 'random', limit: 2 });
		const fetched = harness.server.requests
			.slice(before)
			.filter(({ path }) => Object.values(imageIds).some((id) => path.endsWith(id)));
		expect(fetched).toHaveLength(2);
		expect(namesIn((await pageOf({ choice: 'random', limit: 2 })).$)).toEqual(namesIn(first.$));
		expect(first.json).toMatchObject({ imageCount: 4, shownCount: 2, labelCount: 8 });
	});

	test('shows why an image is missing and goes on with the others', async () => {
		harness.server.onRequest(({ path }) => {
			if (path.endsWith(imageIds['a.jpg']!))
				return { status: 404, body: JSON.stringify({ key: 'ex_gen_not_found', params: ['image', 'id', 'x'] }) };
			if (path.endsWith(imageIds['b.jpg']!))
				return { status: 200, body: '<html>not an image', headers: { 'Content-Type': 'image/jpeg' } };
			return undefined;
		});
		const run = await preview();
		const [item] = outputOf(run);
		const $ = load((await harness.engine.readBinary(item!)).toString('utf8'));
		expect($('figure')).toHaveLength(4);
		expect($('figure img')).toHaveLength(2);
		expect(figureOf($, 'a.jpg').find('.frame p').text()).toMatch(/^The image cannot be shown\. .+\.$/);
		expect(figureOf($, 'b.jpg').find('.frame p').text()).toBe(
			'The image cannot be shown. The file is neither a JPEG nor a PNG.',
		);
		expect(item?.json.brokenImages).toMatchObject([
			{ imageName: 'a.jpg' },
			{ imageName: 'b.jpg', reason: 'The file is neither a JPEG nor a PNG.' },
		]);
	});

	test('stops when the token is no longer taken, instead of a page full of broken images', async () => {
		harness.server.onRequest(({ path }) => (path.endsWith(imageIds['b.jpg']!) ? { status: 403, body: '' } : undefined));
		const run = await preview();
		expect(run.error).toBeDefined();
	});

	test("stops at a proxy's page, which says nothing of the image", async () => {
		harness.server.onRequest(({ path }) =>
			path.endsWith(imageIds['b.jpg']!)
				? { status: 500, body: '<html>Proxy error', headers: { 'Content-Type': 'text/html' } }
				: undefined,
		);
		const run = await preview();
		expect(run.error).toBeDefined();
	});

	test('makes a page of a project without finished images, too', async () => {
		const { project } = harness.server.seed.project({ name: 'New' });
		const { $, json } = await pageOf({ projectId: byId(project.id) });
		expect($('header p').text()).toBe('0 images, 0 labels');
		expect(json).toMatchObject({ imageCount: 0, shownCount: 0 });
	});

	test('splits many images into pages, an item each, which link to each other', async () => {
		const items = outputOf(await preview({ options: { imagesPerPage: 3 } }));
		expect(items.map(({ json, binary }) => [json.page, json.pageCount, json.fileName, binary?.data?.fileName])).toEqual(
			[
				[1, 2, 'Dogs_script_alert_1_script__preview.html', 'Dogs_script_alert_1_script__preview.html'],
				[2, 2, 'Dogs_script_alert_1_script__preview_2.html', 'Dogs_script_alert_1_script__preview_2.html'],
			],
		);
		const pages = await Promise.all(
			items.map(async (item) => load((await harness.engine.readBinary(item)).toString('utf8'))),
		);
		expect(pages.map(namesIn)).toEqual([['a.jpg', 'b.jpg', 'c.jpg'], ['dogs.jpg']]);
		expect(pages[0]!('.pages a').last().attr('href')).toBe(`./${String(items[1]!.json.fileName)}`);
		expect(items[1]!.json).toMatchObject({ imageCount: 4, shownCount: 4, labelCount: 8 });
	});

	test('gives each image an anchor of its ID', async () => {
		const { $ } = await pageOf();
		expect(figureOf($, 'dogs.jpg').attr('id')).toBe(`image-${imageIds['dogs.jpg']}`);
	});

	test('marks suspicious labels, and none if nobody wants it', async () => {
		const { project, dataset } = harness.server.seed.project({ name: 'Twice', datasetName: 'Twins', classes: CLASSES });
		const blank = await jpeg({ width: 640, height: 426 });
		await harness.run(
			'image',
			'upload',
			{ datasetId: byId(dataset!.id) },
			{ items: [await harness.itemWithFile(blank, 'twice.jpg'), await harness.itemWithFile(blank, 'once.jpg')] },
		);
		const dogAt = (x: number) => ({ rectangle: [{ x, y: 138, w: 137, h: 91 }], classifications: {} });
		for (const task of harness.server.store.tasks.values()) {
			if (!['twice.jpg', 'once.jpg'].includes(task.medium.name)) continue;
			const dogs = task.medium.name === 'twice.jpg' ? [dogAt(200), dogAt(201)] : [dogAt(20), dogAt(400)];
			harness.server.seed.label(task, { labels: { dog: dogs } });
			harness.server.seed.move(task, 'COMPLETED');
		}
		const { $, json } = await pageOf({ projectId: byId(project.id) });
		expect(json.issueCount).toBe(1);
		expect(figureOf($, 'twice.jpg').find('.issues li')).toHaveLength(1);
		expect(figureOf($, 'twice.jpg').find('.labels .flagged')).toHaveLength(2);
		expect(figureOf($, 'once.jpg').find('.issues, .flagged')).toHaveLength(0);
		const without = await pageOf({ projectId: byId(project.id), options: { findIssues: false } });
		expect(without.$('.issues, .flagged')).toHaveLength(0);
		expect(without.json).not.toHaveProperty('issueCount');
	});

	test('reduces large photographs and keeps the labels in the frame of the original', async () => {
		const { projectId: large } = await seedLarge();
		const { $ } = await pageOf({ projectId: byId(large) });
		const bytes = bytesOf($);
		const { width, height, orientation } = await sharp(bytes).metadata();
		expect([width, height, orientation ?? 1]).toEqual([750, 1000, 1]);
		expect($('.labels').attr('viewBox')).toBe('0 0 1800 2400');
		expect($('.rectangle path').attr('d')).toBe('M300 400 600 400 600 1000 300 1000Z');
		expect($('figcaption').text()).toContain('1 label · 1800 × 2400');
		const red = await redBox(bytes);
		const scale = 1800 / 750;
		for (const [index, edge] of [300, 400, 600, 1000].entries())
			expect(Math.abs(red[index]! * scale - edge)).toBeLessThanOrEqual(3);
	});

	test('embeds large photographs as they are if that is wanted', async () => {
		const { projectId: large, file } = await seedLarge();
		const { $ } = await pageOf({ projectId: byId(large), options: { imageFiles: 'original' } });
		expect(bytesOf($).equals(file)).toBe(true);
	});

	test('says why a large photograph cannot be reduced, and goes on', async () => {
		const { projectId: large, imageId } = await seedLarge();
		const cut = (await largePhotograph()).subarray(0, 2_000);
		harness.server.onRequest(({ path }) =>
			path.endsWith(imageId) ? { status: 200, body: cut, headers: { 'Content-Type': 'image/jpeg' } } : undefined,
		);
		const { $, json } = await pageOf({ projectId: byId(large) });
		expect($('.frame p').text()).toMatch(/^The image cannot be shown\. .+ Try setting "Image Files" to "Original"\.$/);
		expect(json.brokenImages).toMatchObject([{ imageId }]);
		expect($('.labels > .rectangle')).toHaveLength(1);
	});
});

/** A photograph of 2400 × 1800 stored pixels that people see upright, 1800 × 2400, with a red block from 300, 400 to 600, 1000. */
async function largePhotograph(): Promise<Buffer> {
	const upright = await sharp({ create: { width: 1800, height: 2400, channels: 3, background: '#5a78c8' } })
		.composite([
			{
				input: { create: { width: 300, height: 600, channels: 3, background: '#e01010' } },
				left: 300,
				top: 400,
			},
		])
		.png()
		.toBuffer();
	// Orientation 6 tells to turn the stored pixels clockwise.
	return await sharp(upright).rotate(-90).withMetadata({ orientation: 6 }).jpeg({ quality: 90 }).toBuffer();
}

async function seedLarge() {
	const { project, dataset } = harness.server.seed.project({
		name: `Large ${Math.random()}`,
		datasetName: `Large ${Math.random()}`,
		classes: CLASSES,
	});
	const file = await largePhotograph();
	const [uploaded] = jsonOf(
		await harness.run(
			'image',
			'upload',
			{ datasetId: byId(dataset!.id) },
			{ items: [await harness.itemWithFile(file, 'large.jpg')] },
		),
	);
	const task = [...harness.server.store.tasks.values()].find(({ medium }) => medium.id === uploaded?.imageId)!;
	harness.server.seed.label(task, {
		labels: { dog: [{ rectangle: [{ x: 300, y: 400, w: 300, h: 600 }], classifications: {} }] },
	});
	harness.server.seed.move(task, 'COMPLETED');
	return { projectId: project.id, imageId: task.medium.id, file };
}

function bytesOf($: CheerioAPI): Buffer {
	const [, base64 = ''] = $('figure img').attr('src')?.split('data:image/jpeg;base64,') ?? [];
	return Buffer.from(base64, 'base64');
}

/** Left, top, right and bottom edge of what is red. */
async function redBox(bytes: Buffer): Promise<readonly number[]> {
	const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
	let [left, top, right, bottom] = [info.width, info.height, 0, 0];
	for (let index = 0; index < data.length; index += 3) {
		if ((data[index] ?? 0) < 150 || (data[index + 1] ?? 255) > 90) continue;
		const [x, y] = [(index / 3) % info.width, Math.floor(index / 3 / info.width)];
		[left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x + 1), Math.max(bottom, y + 1)];
	}
	return [left, top, right, bottom];
}
