/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeParameters } from 'n8n-workflow';
import sharp from 'sharp';
import { addLinks } from '../../emulator/store/media';
import { byId, jsonOf, openHarness, requestsDuring, type Harness } from '../../support/datagym';
import { LinkHost } from '../../support/linkHost';

// The promise: docs/duplicates.md.

let harness: Harness;
let host: LinkHost;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
	host = await LinkHost.open();
});
afterAll(async () => {
	await host.close();
	await harness.close();
});

const photo = (name: string) => readFileSync(join(__dirname, '../../../examples/photos', name));
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const small = async (bytes: Buffer) => await sharp(bytes).resize(200).jpeg({ quality: 60 }).toBuffer();

let count = 0;
/** A dataset with these files by their names. */
async function datasetWith(files: Readonly<Record<string, Buffer>>): Promise<string> {
	const [made] = jsonOf(await harness.run('dataset', 'create', { name: `Duplicates ${++count}` }));
	const datasetId = String(made?.datasetId);
	const items = await Promise.all(
		Object.entries(files).map(async ([fileName, bytes]) => ({
			json: {},
			binary: { data: await harness.engine.storeBinary({ bytes, fileName, mimeType: 'application/octet-stream' }) },
		})),
	);
	if (items.length > 0) await harness.run('image', 'upload', { datasetId: byId(datasetId) }, { items });
	return datasetId;
}

const find = async (parameters: INodeParameters) => jsonOf(await harness.run('image', 'findDuplicates', parameters));

test('each duplicate is an item that names the image to keep: the largest one', async () => {
	const coffee = photo('coffee.jpg');
	const files = {
		'a_small.jpg': await small(coffee),
		'cat.jpg': photo('cat.jpg'),
		'coffee.jpg': coffee,
		'd_coffee.jpg': coffee,
		'rocket.jpg': photo('rocket.jpg'),
	};
	const datasetId = await datasetWith(files);
	const found = await find({ datasetId: byId(datasetId) });
	const { width, height } = await sharp(coffee).metadata();
	const of = {
		datasetId,
		group: 1,
		groupSize: 3,
		keepImageName: 'coffee.jpg',
		keepDatasetId: datasetId,
		problem: null,
	};
	expect(found).toMatchObject([
		{
			...of,
			imageName: 'd_coffee.jpg',
			match: 'exact',
			similarity: 1,
			sha256: sha256(coffee),
			width,
			height,
			byteCount: coffee.length,
			isDuplicate: true,
		},
		{
			...of,
			imageName: 'a_small.jpg',
			match: 'near',
			sha256: sha256(files['a_small.jpg']),
			width: 200,
			isDuplicate: true,
		},
	]);
	expect(found[1]?.similarity).toBeGreaterThan(0.9);
	expect(found[1]?.perceptualHash).toMatch(/^[0-9a-f]{64}$/);
	// It never deletes.
	expect(
		await harness.run('image', 'getAll', { datasetId: byId(datasetId), returnAll: true }).then(jsonOf),
	).toHaveLength(5);
});

test('a group is an item with all its images, and Compare: Files finds equal bytes only', async () => {
	const cat = photo('cat.jpg');
	const datasetId = await datasetWith({ 'cat.jpg': cat, 'the_cat.jpg': cat, 'cat_small.jpg': await small(cat) });
	const [group, ...others] = await find({ datasetId: byId(datasetId), output: 'group' });
	expect(others).toEqual([]);
	expect(group).toMatchObject({ group: 1, groupSize: 3, match: 'near', keepImageName: 'cat.jpg' });
	expect((group?.images as Array<{ imageName: string }>).map(({ imageName }) => imageName)).toEqual([
		'cat.jpg',
		'the_cat.jpg',
		'cat_small.jpg',
	]);
	const exact = await find({ datasetId: byId(datasetId), compare: 'files' });
	expect(exact.map(({ imageName, match }) => [imageName, match])).toEqual([['the_cat.jpg', 'exact']]);
	// Its item is what Image: Delete takes.
	await harness.run('image', 'delete', { imageId: byId(String(exact[0]?.imageId)) });
	expect(await find({ datasetId: byId(datasetId), compare: 'files' })).toEqual([]);
});

test('with an item per image, all have their hashes and the same columns; a white page is compared by its bytes', async () => {
	const page = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#fff' } })
		.jpeg()
		.toBuffer();
	const other = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#eee' } })
		.jpeg()
		.toBuffer();
	const dogs = photo('dogs.jpg');
	const datasetId = await datasetWith({
		'page.jpg': page,
		'second_page.jpg': page,
		'other.jpg': other,
		'dogs.jpg': dogs,
		'dogs_2.jpg': await small(await sharp(dogs).rotate().toBuffer()),
	});
	const items = await find({ datasetId: byId(datasetId), output: 'image' });
	expect(items).toHaveLength(5);
	expect(new Set(items.map((item) => Object.keys(item).sort().join())).size).toBe(1);
	const byName = new Map(items.map((item) => [item.imageName, item]));
	expect(byName.get('second_page.jpg')).toMatchObject({ isDuplicate: true, match: 'exact', perceptualHash: null });
	expect(byName.get('second_page.jpg')?.problem).toMatch(/too uniform/);
	expect(byName.get('other.jpg')).toMatchObject({ isDuplicate: false, group: null });
	expect(byName.get('dogs_2.jpg')).toMatchObject({ isDuplicate: true, match: 'near', keepImageName: 'dogs.jpg' });
});

test('a file that ends too early is compared by its bytes, and the note above the output says so', async () => {
	const whole = photo('flower.jpg');
	const broken = whole.subarray(0, whole.length / 2);
	const datasetId = await datasetWith({ 'a.jpg': broken, 'b.jpg': broken, 'whole.jpg': whole });
	const run = await harness.run('image', 'findDuplicates', { datasetId: byId(datasetId) });
	expect(jsonOf(run)).toMatchObject([
		{ imageName: 'b.jpg', match: 'exact', perceptualHash: null, keepImageName: 'a.jpg' },
	]);
	const [hint] = run.hintsOf('DataGym');
	expect(hint?.message).toBe(
		'1 duplicate of 1 image was found in 3 images: 1 with equal bytes, 0 similar.\nCompared by their bytes only: 2 images. The reason for "a.jpg": The JPEG file ends too early. Upload it again.',
	);
});

test('other datasets are compared with, and theirs are kept', async () => {
	const rocket = photo('rocket.jpg');
	const old = await datasetWith({ 'old.jpg': await small(rocket) });
	const fresh = await datasetWith({ 'new.jpg': rocket });
	expect(await find({ datasetId: byId(fresh) })).toEqual([]);
	const found = await find({ datasetId: byId(fresh), options: { otherDatasetIds: `${old}, ${fresh}` } });
	expect(found).toMatchObject([
		{ imageName: 'new.jpg', datasetId: fresh, keepImageName: 'old.jpg', keepDatasetId: old },
	]);
});

test('in a project, the image with more work is kept; linked images come from their links, and each image is read once', async () => {
	const { seed, store } = harness.server;
	const { project, dataset } = seed.project({
		name: 'With work',
		datasetName: 'With work',
		classes: [{ entryKey: 'car', type: 'rectangle' }],
	});
	const addresses = ['a', 'b', 'c'].map((name) => `${host.url}/${name}.jpg`);
	const media = addLinks(store, dataset!, addresses).map(({ medium }) => medium!);
	seed.move([...media[1]!.tasks][0]!, 'COMPLETED');
	host.reset();
	host.answer = (request, response) =>
		request.url === '/c.jpg' ? response.writeHead(404).end() : host.givePhoto(request, response);
	let items: Array<Record<string, unknown>> = [];
	const requests = await requestsDuring(harness, async () => {
		items = await find({ searchIn: 'project', projectId: byId(project.id), output: 'image' });
	});
	expect(items.map(({ imageName, status, isDuplicate }) => [imageName, status, isDuplicate])).toEqual([
		['b.jpg', 'completed', false],
		['a.jpg', null, true],
		['c.jpg', null, false],
	]);
	expect(items[2]?.problem).toMatch(/404|link/i);
	expect(host.asked.map((each) => each.split(' ')[0]).sort()).toEqual(['/a.jpg', '/b.jpg', '/c.jpg']);
	expect(requests.filter(({ method }) => method !== 'GET')).toEqual([]);
});

test('on an empty dataset there are no items', async () => {
	expect(await find({ datasetId: byId(await datasetWith({})) })).toEqual([]);
});
