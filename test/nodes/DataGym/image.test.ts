/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { IBinaryData, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import sharp from 'sharp';
import type { Override } from '../../emulator/http/observation';
import { byId, jsonOf, openHarness, outputOf, requestsDuring, requestsTo, type Harness } from '../../support/datagym';
import { serve } from '../../support/httpServer';
import { gif, jpeg, png } from '../../support/images';
import { watchOpenFiles } from '../../support/openFiles';
import { chain, manualTrigger, node } from '../../support/workflow';

let harness: Harness;
let photo: Buffer;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
	photo = await jpeg();
});
afterEach(() => jest.restoreAllMocks());
afterAll(async () => await harness.close());

let datasets = 0;
async function newDataset(): Promise<string> {
	return String(jsonOf(await harness.run('dataset', 'create', { name: `Dataset ${++datasets}` }))[0]?.datasetId);
}

/** An item with files in n8n's binary store. */
async function itemWith(
	files: Record<string, { bytes: Buffer; fileName?: string }>,
	json: INodeExecutionData['json'] = {},
): Promise<INodeExecutionData> {
	const binary: Record<string, IBinaryData> = {};
	for (const [field, { bytes, fileName }] of Object.entries(files)) {
		binary[field] = await harness.engine.storeBinary({ bytes, fileName, mimeType: 'application/octet-stream' });
	}
	return { json, binary };
}

const file = async (fileName: string, bytes: Buffer = photo) => await itemWith({ data: { bytes, fileName } });

const upload = async (datasetId: string, items: INodeExecutionData[], parameters = {}, settings = {}) =>
	await harness.run('image', 'upload', { datasetId: byId(datasetId), ...parameters }, { items, settings });

describe('Image: Upload', () => {
	test("uploads the bytes of n8n's binary store as they are", async () => {
		const datasetId = await newDataset();
		const [uploaded] = jsonOf(await upload(datasetId, [await file('street.jpg')]));
		expect(uploaded).toMatchObject({
			imageName: 'street.jpg',
			width: 64,
			height: 48,
			source: 'LOCAL',
			status: 'uploaded',
			datasetId,
		});
		const [back] = outputOf(await harness.run('image', 'download', { imageId: byId(String(uploaded?.imageId)) }));
		expect(await harness.engine.readBinary(back!)).toEqual(photo);
	});

	test('sends the length, so that proxies need no chunks', async () => {
		await upload(await newDataset(), [await file('street.jpg')]);
		const request = harness.server.requests.filter(({ path }) => path.endsWith('/file')).pop();
		expect(request?.headers['content-length']).toBe(String(photo.length));
		expect(request?.headers['transfer-encoding']).toBeUndefined();
	});

	test.each([
		['small', 64],
		['large, which is read in chunks', 1_600],
	])('leaves out the metadata of a file that is %s, if asked, and sends the length of the rest', async (_, size) => {
		const noise = { type: 'gaussian' as const, mean: 128, sigma: 60 };
		const image = sharp({ create: { width: size, height: size, channels: 3, background: 'gray', noise } });
		const withPlace = await image
			.withExif({ IFD0: { Copyright: 'Jane Doe, Berlin' } })
			.jpeg({ quality: 95 })
			.toBuffer();
		expect(withPlace.includes('Jane Doe')).toBe(true);
		const datasetId = await newDataset();
		const [uploaded] = jsonOf(
			await upload(datasetId, [await file('private.jpg', withPlace)], { options: { removeMetadata: true } }),
		);
		expect(uploaded).toMatchObject({ width: size, height: size, status: 'uploaded' });
		const request = harness.server.requests.filter(({ path }) => path.endsWith('/file')).pop();
		const [back] = outputOf(await harness.run('image', 'download', { imageId: byId(String(uploaded?.imageId)) }));
		const stored = await harness.engine.readBinary(back!);
		expect(stored.includes('Jane Doe')).toBe(false);
		expect((await sharp(stored).metadata()).exif).toBeUndefined();
		expect(request?.headers['content-length']).toBe(String(stored.length));
		expect((await sharp(stored).raw().toBuffer()).equals(await sharp(withPlace).raw().toBuffer())).toBe(true);
	});

	test('takes several files of one item', async () => {
		const datasetId = await newDataset();
		const item = await itemWith({
			left: { bytes: photo, fileName: 'l.jpg' },
			right: { bytes: await png(), fileName: 'r.png' },
		});
		const uploaded = outputOf(await upload(datasetId, [item], { binaryPropertyName: 'left, right' }));
		expect(uploaded).toMatchObject([
			{ json: { imageName: 'l.jpg' }, pairedItem: { item: 0 } },
			{ json: { imageName: 'r.png' }, pairedItem: { item: 0 } },
		]);
	});

	test('takes data that n8n holds in memory as base64', async () => {
		const binary = { data: { data: photo.toString('base64'), mimeType: 'image/jpeg', fileName: 'memory.jpg' } };
		expect(jsonOf(await upload(await newDataset(), [{ json: {}, binary }]))).toMatchObject([
			{ imageName: 'memory.jpg', status: 'uploaded' },
		]);
	});

	test.each<[string, Override, boolean]>([
		['breaks off', { destroy: true }, false],
		['is refused before it was sent', { status: 413, body: 'too large' }, false],
		['without its metadata breaks off', { destroy: true }, true],
		['without its metadata is refused before it was sent', { status: 413, body: 'too large' }, true],
	])('closes a large file whose upload %s', async (_, override, removeMetadata) => {
		// More coded pixels than the image has.
		const large = Buffer.concat([photo.subarray(0, -2), Buffer.alloc(8 * 2 ** 20), photo.subarray(-2)]);
		const datasetId = await newDataset();
		const items = [await file('large.jpg', large)];
		const handles = watchOpenFiles();
		harness.server.onRequest(({ method, path }) =>
			method === 'POST' && path.endsWith('/file') ? override : undefined,
		);
		const [failed] = jsonOf(
			await upload(
				datasetId,
				items,
				{ options: { removeMetadata, network: { settings: { retryFor: 0 } } } },
				{ onError: 'continueRegularOutput' },
			),
		);
		harness.server.onRequest(undefined);
		expect(failed).toHaveProperty('error');
		expect(handles.opened()).toBeGreaterThan(0);
		await handles.allClosed();
	});

	test('keeps the order of the items while several are under way', async () => {
		const items = await Promise.all(Array.from({ length: 20 }, async (_, index) => await file(`image ${index}.jpg`)));
		const uploaded = outputOf(await upload(await newDataset(), items));
		expect(uploaded.map(({ json }) => json.imageName)).toEqual(items.map((_, index) => `image ${index}.jpg`));
		expect(uploaded.map(({ pairedItem }) => pairedItem)).toEqual(items.map((_, item) => ({ item })));
	});

	test.each([
		['größe.jpg', 'größe.jpg'],
		['写真.jpg', '_u5199_u771f.jpg'],
		['../../etc/passwd.jpg', 'passwd.jpg'],
		['C:\\photos\\a.jpg', 'a.jpg'],
		['two\n lines\t.jpg', 'two lines .jpg'],
	])('shows the name %j in DataGym as %j', async (fileName, imageName) => {
		const [uploaded] = jsonOf(await upload(await newDataset(), [await file('x.jpg')], { options: { fileName } }));
		expect(uploaded?.imageName).toBe(imageName);
		expect(uploaded?.requestedName).toBe(fileName.trim() === imageName ? undefined : fileName);
	});

	test('cuts an over-long name before its extension, so that two stay different', async () => {
		const long = (end: string) => `${'x'.repeat(300)}${end}.jpg`;
		const uploaded = jsonOf(await upload(await newDataset(), [await file(long('a')), await file(long('b'))]));
		const names = uploaded.map(({ imageName }) => String(imageName));
		expect(names.map(({ length }) => length)).toEqual([255, 255]);
		expect(new Set(names).size).toBe(2);
		expect(names[0]).toMatch(/~[0-9a-f]{8}\.jpg$/);
	});

	describe('if the name exists', () => {
		test('skips it without sending the bytes, and returns the image that is there', async () => {
			const datasetId = await newDataset();
			const [first] = jsonOf(await upload(datasetId, [await file('Street.JPG')]));
			const before = requestsTo(harness, 'POST', '/file');
			const [second] = jsonOf(await upload(datasetId, [await file('street.jpg')], { ifExists: 'skip' }));
			expect(second).toMatchObject({ imageId: first?.imageId, imageName: 'Street.JPG', status: 'skipped' });
			expect(requestsTo(harness, 'POST', '/file')).toBe(before);
		});

		test.each([
			['café.jpg', 'CAFE.jpg'],
			['Müller.jpg', 'muller.jpg'],
			['Straße.jpg', 'strase.jpg'],
		])('takes %s and %s for one name, as the database does', async (name, other) => {
			const datasetId = await newDataset();
			const [first] = jsonOf(await upload(datasetId, [await file(name)]));
			const skipped = jsonOf(await upload(datasetId, [await file(other)], { ifExists: 'skip' }));
			expect(skipped).toMatchObject([{ imageId: first?.imageId, imageName: name, status: 'skipped' }]);
			const renamed = jsonOf(await upload(datasetId, [await file(other)], { ifExists: 'rename' }));
			expect(renamed).toMatchObject([{ imageName: other.replace('.', ' (2).'), status: 'uploaded' }]);
		});

		test('renames it', async () => {
			const datasetId = await newDataset();
			const items = [await file('a.jpg'), await file('a.jpg'), await file('A.jpg')];
			const uploaded = jsonOf(await upload(datasetId, items, { ifExists: 'rename' }));
			expect(uploaded.map(({ imageName }) => imageName)).toEqual(['a.jpg', 'a (2).jpg', 'A (3).jpg']);
		});

		test('fails, and doubles nothing even when the same name comes twice at once', async () => {
			const datasetId = await newDataset();
			const run = await upload(datasetId, [await file('a.jpg'), await file('a.jpg')], { ifExists: 'fail' });
			expect(run.error?.message).toBe('The dataset already has an image named "a.jpg"');
			expect(run.error?.description).toContain('1 of 2 items were processed');
			expect(jsonOf(await harness.run('image', 'getAll', { datasetId: byId(datasetId) }))).toHaveLength(1);
		});
	});

	test('refuses what is no JPEG or PNG before it is sent, and says what it is', async () => {
		const before = requestsTo(harness, 'POST', '/file');
		const run = await upload(await newDataset(), [await file('anim.jpg', await gif())]);
		expect(run.error?.message).toBe('The file "anim.jpg" in the binary field "data" is a GIF, but must be JPEG or PNG');
		expect(requestsTo(harness, 'POST', '/file')).toBe(before);
	});

	test('refuses an empty file', async () => {
		const run = await upload(await newDataset(), [await file('empty.jpg', Buffer.alloc(0))]);
		expect(run.error?.message).toBe('The file in the binary field "data" is empty');
	});

	test('names the binary fields that there are when one is missing', async () => {
		const run = await upload(await newDataset(), [await file('a.jpg')], { binaryPropertyName: 'photo' });
		expect(run.error).toMatchObject({ message: 'The item has no binary field "photo"', itemIndex: 0 });
		expect(run.error?.description).toContain('data');
	});

	test('with "continue on fail", gives each item its own result or error', async () => {
		const datasetId = await newDataset();
		const items = [await file('a.jpg'), await file('b.jpg', await gif()), await file('c.jpg')];
		const run = await upload(datasetId, items, {}, { onError: 'continueRegularOutput' });
		expect(jsonOf(run)).toMatchObject([
			{ imageName: 'a.jpg' },
			{ error: expect.stringContaining('is a GIF'), details: expect.stringContaining('Convert it') },
			{ imageName: 'c.jpg' },
		]);
		expect(outputOf(run).map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
	});

	test.each(['continueRegularOutput', 'continueErrorOutput'])(
		'with "On Error" set to %s, a failed item keeps its fields and its file, with the error and the remedy',
		async (onError) => {
			const broken = await gif();
			const items = [
				await file('a.jpg'),
				await itemWith({ data: { bytes: broken, fileName: 'b.jpg' } }, { path: '/in/b' }),
			];
			const run = await upload(await newDataset(), items, {}, { onError });
			const [uploaded, failed] =
				onError === 'continueRegularOutput'
					? run.itemsOf('DataGym', 0)
					: [...run.itemsOf('DataGym', 0), ...run.itemsOf('DataGym', 1)];
			expect(uploaded).toMatchObject({ json: { imageName: 'a.jpg' } });
			expect(failed?.json).toEqual({
				path: '/in/b',
				error: expect.stringContaining('is a GIF') as string,
				details: expect.stringContaining('Convert it') as string,
			});
			expect(await harness.engine.readBinary(failed!)).toEqual(broken);
		},
	);

	test('says that there is no such dataset', async () => {
		const run = await upload('00000000-0000-4000-8000-000000000000', [await file('a.jpg')]);
		expect(run.error?.message).toBe('There is no dataset with the ID "00000000-0000-4000-8000-000000000000"');
	});
});

describe('Image: Get Many', () => {
	test('filters by name and source, sorted by name', async () => {
		const datasetId = await newDataset();
		await upload(datasetId, [await file('b.jpg'), await file('a.jpg')]);
		await harness.run('image', 'addUrls', { datasetId: byId(datasetId), imageUrl: 'http://127.0.0.1:9/c.jpg' });
		const get = async (parameters = {}) =>
			jsonOf(await harness.run('image', 'getAll', { datasetId: byId(datasetId), ...parameters })).map(
				({ imageName }) => imageName,
			);
		expect(await get()).toEqual(['a.jpg', 'b.jpg', 'c.jpg']);
		expect(await get({ search: 'A' })).toEqual(['a.jpg']);
		expect(await get({ options: { sources: ['SHAREABLE_LINK'] } })).toEqual(['c.jpg']);
		expect(await get({ returnAll: false, limit: 2 })).toEqual(['a.jpg', 'b.jpg']);
	});
});

describe('Image: Download', () => {
	test("keeps the item's fields and its other files", async () => {
		const datasetId = await newDataset();
		const [{ imageId } = { imageId: '' }] = jsonOf(await upload(datasetId, [await file('größe 1.jpg')]));
		const item = await itemWith({ other: { bytes: Buffer.from('x') } }, { imageId: String(imageId), note: 'kept' });
		const [out] = outputOf(
			await harness.run(
				'image',
				'download',
				{ imageId: byId('={{ $json.imageId }}'), binaryPropertyName: 'photo' },
				{ items: [item] },
			),
		);
		expect(out?.json).toMatchObject({ note: 'kept', fileName: 'größe 1.jpg' });
		expect(Object.keys(out?.binary ?? {})).toEqual(['other', 'photo']);
		expect(out?.binary?.photo).toMatchObject({ mimeType: 'image/jpeg', fileName: 'größe 1.jpg' });
		expect(out?.binary?.photo?.id).toMatch(/^filesystem/);
	});

	test('asks for no list of images if an item before it says where the image is stored', async () => {
		const datasetId = await newDataset();
		const image = (name: string, parameters: INodeParameters) =>
			node(name, 'n8n-nodes-datagym.dataGym', { resource: 'image', ...parameters });
		const answer = { mode: 'raw', jsonOutput: '={{ { imageId: $json.imageId } }}', options: {} };
		const workflow = chain(
			manualTrigger,
			image('Upload', { operation: 'upload', datasetId: byId(datasetId) }),
			node('Answer', 'n8n-nodes-base.set', answer, { typeVersion: 3.4 }),
			image('DataGym', { operation: 'download', imageId: byId('={{ $json.imageId }}') }),
		);
		const requests = await requestsDuring(harness, async () => {
			const input = [await file('stored.jpg')];
			const run = await harness.engine.runWorkflow(workflow, { credentials: [harness.credential], input });
			expect(outputOf(run)[0]?.binary?.data).toMatchObject({ fileName: 'stored.jpg' });
		});
		// The upload looks for the name in its dataset before.
		const lists = requests.filter(({ path }) => path.includes('/dataset'));
		expect(lists.map(({ route }) => route)).toEqual(['GET /api/v1/dataset/:id']);
	});

	test('finds the image although the dataset is gone that an item before it names', async () => {
		const items = await Promise.all([file('moved.jpg')]);
		const [{ imageId = '' } = {}] = jsonOf(
			await harness.run('image', 'upload', { datasetId: byId(await newDataset()) }, { items }),
		) as Array<{ imageId?: string }>;
		const answer = { mode: 'raw', jsonOutput: '={{ { imageId: $json.imageId } }}', options: {} };
		const workflow = chain(
			manualTrigger,
			node('Answer', 'n8n-nodes-base.set', answer, { typeVersion: 3.4 }),
			node('DataGym', 'n8n-nodes-datagym.dataGym', {
				resource: 'image',
				operation: 'download',
				imageId: byId('={{ $json.imageId }}'),
			}),
		);
		const input = [{ json: { imageId, datasetId: '11111111-2222-4333-8444-555555555555' } }];
		const run = await harness.engine.runWorkflow(workflow, { credentials: [harness.credential], input });
		expect(outputOf(run)[0]?.binary?.data).toMatchObject({ fileName: 'moved.jpg' });
	});

	test('says that there is no such image', async () => {
		const run = await harness.run('image', 'download', { imageId: byId('nope') });
		expect(run.error).toMatchObject({ message: 'There is no image with the ID "nope"', httpCode: '404' });
	});

	test('says what DataGym did when a link is dead', async () => {
		const datasetId = await newDataset();
		const source = await serve((_, response) => response.writeHead(404).end());
		const [{ imageId } = { imageId: '' }] = jsonOf(
			await harness.run('image', 'addUrls', { datasetId: byId(datasetId), imageUrl: `${source.url}/gone.jpg` }),
		);
		const run = await harness.run('image', 'download', { imageId: byId(String(imageId)) });
		await source.close();
		expect(run.error?.message).toContain('does not return an image');
		expect(run.error?.message).toContain('skipped its tasks');
	});
});

describe('Image: Delete', () => {
	test('deletes once, and takes a second time as done unless told otherwise', async () => {
		const datasetId = await newDataset();
		const [{ imageId } = { imageId: '' }] = jsonOf(await upload(datasetId, [await file('a.jpg')]));
		const remove = async (parameters = {}) =>
			await harness.run('image', 'delete', { imageId: byId(String(imageId)), ...parameters });
		expect(jsonOf(await remove())).toMatchObject([{ deleted: true, deletedNow: true }]);
		expect(jsonOf(await remove())).toMatchObject([{ deleted: true, deletedNow: false }]);
		expect((await remove({ options: { ifDeleted: 'fail' } })).error?.message).toBe(
			'The image has already been deleted',
		);
	});
});

describe('Image: Add by URL', () => {
	const add = async (datasetId: string, urls: string[], parameters = {}, settings = {}) =>
		await harness.run(
			'image',
			'addUrls',
			{ datasetId: byId(datasetId), imageUrl: '={{ $json.url }}', ...parameters },
			{ items: urls.map((url) => ({ json: { url } })), settings },
		);

	test('sends the links of all items in one request, and matches the answers to their items', async () => {
		const datasetId = await newDataset();
		const urls = Array.from({ length: 50 }, (_, index) => `http://127.0.0.1:9/image_${index}.jpg`);
		const before = requestsTo(harness, 'POST', '/url');
		const added = outputOf(await add(datasetId, urls));
		expect(added.map(({ json }) => json.url)).toEqual(urls);
		expect(added.map(({ json }) => json.imageName)).toEqual(urls.map((_, index) => `image_${index}.jpg`));
		expect(added.map(({ pairedItem }) => pairedItem)).toEqual(urls.map((_, item) => ({ item })));
		expect(requestsTo(harness, 'POST', '/url')).toBe(before + 1);
	});

	test('tells a link that is there already from a new one', async () => {
		const datasetId = await newDataset();
		await add(datasetId, ['http://127.0.0.1:9/a.jpg']);
		const run = await add(datasetId, ['http://127.0.0.1:9/a.jpg', 'http://127.0.0.1:9/b.jpg']);
		expect(jsonOf(run)).toMatchObject([
			{ status: 'exists', serverStatus: 'DUPLICATE' },
			{ status: 'added', serverStatus: 'SUCCESS' },
		]);
		// What would be the same on thousands of items is said once.
		for (const item of jsonOf(run)) expect(item).not.toHaveProperty('message');
		expect(run.hintsOf('DataGym').map(({ message }) => message)).toEqual([
			'Links that the dataset already contains: 1.',
		]);
	});

	test('gives the images also when the answer was lost', async () => {
		const datasetId = await newDataset();
		let lost = 1;
		harness.server.onRequest(async ({ method, path, headers }) => {
			if (method !== 'POST' || !path.endsWith('/url') || lost-- <= 0) return undefined;
			const { authorization = '' } = headers;
			const body = JSON.stringify(['http://127.0.0.1:9/a.jpg', 'http://127.0.0.1:9/b.jpg']);
			await fetch(harness.server.url + path, {
				method,
				body,
				headers: { Authorization: String(authorization), 'Content-Type': 'application/json' },
			});
			return { destroy: true };
		});
		const added = jsonOf(await add(datasetId, ['http://127.0.0.1:9/a.jpg', 'http://127.0.0.1:9/b.jpg']));
		harness.server.onRequest(undefined);
		expect(added).toMatchObject(
			['a.jpg', 'b.jpg'].map((imageName) => ({ status: 'added', imageName, imageId: expect.any(String) as string })),
		);
	});

	test('gives two items with the same link the same image', async () => {
		const [first, second] = jsonOf(
			await add(await newDataset(), ['http://127.0.0.1:9/a.jpg', 'http://127.0.0.1:9/a.jpg']),
		);
		expect(first?.imageId).toBe(second?.imageId);
	});

	test('explains a refused link: as an error, or in the output', async () => {
		const datasetId = await newDataset();
		const signed = 'http://127.0.0.1:9/a.jpg?signature=1';
		const failed = await add(datasetId, [signed]);
		expect(failed.error?.message).toContain('does not end in .jpg, .jpeg or .png');
		expect(failed.error?.description).toContain('Fetch and Upload');
		expect(jsonOf(await add(datasetId, [signed], { ifRefused: 'report' }))).toMatchObject([
			{
				status: 'refused',
				serverStatus: 'UNSUPPORTED_MIME_TYPE',
				message: 'The link does not end in .jpg, .jpeg or .png.',
			},
		]);
	});

	test('fetches and uploads a refused link, without the token', async () => {
		const asked: Array<string | undefined> = [];
		const source = await serve((request, response) => {
			asked.push(request.headers.authorization);
			response.writeHead(200, { 'Content-Type': 'image/jpeg' }).end(photo);
		});
		const datasetId = await newDataset();
		const [uploaded] = jsonOf(await add(datasetId, [`${source.url}/signed.jpg?signature=1`], { ifRefused: 'upload' }));
		await source.close();
		expect(uploaded).toMatchObject({ status: 'uploaded', imageName: 'signed.jpg', source: 'LOCAL', width: 64 });
		expect(asked).toEqual([undefined]);
	});

	test('says when a refused link cannot be fetched either', async () => {
		const source = await serve((_, response) => response.writeHead(403).end('expired'));
		const run = await add(await newDataset(), [`${source.url}/signed.jpg?signature=1`], { ifRefused: 'upload' });
		await source.close();
		expect(run.error?.message).toContain('returned HTTP 403');
	});

	test.each(['file:///etc/passwd.jpg', 'ftp://host/a.jpg', 'no link'])(
		'refuses %s, which the server would accept',
		async (url) => {
			const run = await add(await newDataset(), [url]);
			expect(run.error?.message).toMatch(/^"Image URL" is not a valid URL/);
		},
	);

	test('an over-long link does not spoil the others', async () => {
		const long = `http://127.0.0.1:9/${'x'.repeat(300)}.jpg`;
		const run = await add(
			await newDataset(),
			[long, 'http://127.0.0.1:9/b.jpg'],
			{},
			{ onError: 'continueRegularOutput' },
		);
		expect(jsonOf(run)).toMatchObject([{ error: expect.stringContaining('too long') }, { status: 'added' }]);
	});
});
