import { DataGymApi, type HttpRequest } from '@datagym/client';
import { failure, fakeServer, type Reply } from './fakeServer';

afterEach(() => jest.restoreAllMocks());

const HOUR = 3_600_000;
const TEXT = { 'content-type': 'application/json' };
const SECOND = 1_000;

interface Ahead {
	/** By how many milliseconds the server's clock is ahead of ours. */
	readonly ahead: number;
}

/** A server that loses the answer to the first POST, and has these things then, made so many milliseconds after the POST. */
function losingServer(
	things: (startedAt: number) => unknown,
	{ ahead }: Ahead,
	later: (request: HttpRequest) => Reply,
) {
	let posts = 0;
	let startedAt = 0;
	const server = fakeServer((request) => {
		// HTTP tells the time in whole seconds, the part of a second cut off.
		const headers = { ...TEXT, date: new Date(server.clock.now + ahead).toUTCString() };
		if (request.method === 'GET') return { body: JSON.stringify(things(startedAt)), headers };
		if (++posts > 1) return { ...later(request), headers };
		startedAt = server.clock.now + ahead;
		return { code: 'ECONNRESET' };
	});
	return { api: DataGymApi.over(server.transport, 'media'), posts: () => posts };
}

/** Ways to name the same behavior: the same clock, and one that is an hour ahead or behind. */
const CLOCKS: ReadonlyArray<readonly [string, Ahead]> = [
	['as ours', { ahead: 0 }],
	['an hour ahead', { ahead: HOUR }],
	['an hour behind', { ahead: -HOUR }],
];

describe.each(CLOCKS)("By a server's clock that is %s, what a lost upload has made", (_name, clock) => {
	const upload = async (age: number, imageName = 'a.jpg') => {
		const image = (startedAt: number) => ({ id: 'found', mediaName: imageName, timestamp: startedAt - age });
		const again: Reply = { body: JSON.stringify({ id: 'again', mediaName: 'a.jpg' }) };
		const { api, posts } = losingServer(
			(at) => ({ id: 'd', name: 'D', media: [image(at)] }),
			clock,
			() => again,
		);
		const { imageId } = await api.images.upload('d', { name: 'a.jpg', open: async () => Buffer.from('bytes') });
		return { imageId, posts: posts() };
	};

	test.each([-60 * SECOND, 0, SECOND, 2 * SECOND])(
		'is an image of its name that is %i ms older than the request, as clocks of whole seconds say',
		async (age) => expect(await upload(age)).toEqual({ imageId: 'found', posts: 1 }),
	);

	test.each([4 * SECOND, 60 * SECOND, 24 * HOUR])(
		'is not an image that is %i ms older: it is sent again',
		async (age) => expect(await upload(age)).toEqual({ imageId: 'again', posts: 2 }),
	);

	test('is not an image of another name', async () =>
		expect(await upload(0, 'b.jpg')).toEqual({ imageId: 'again', posts: 2 }));

	test('is an image whose name differs by case and blanks at the end only', async () =>
		expect(await upload(0, 'A.JPG ')).toEqual({ imageId: 'found', posts: 1 }));
});

describe.each(CLOCKS)("By a server's clock that is %s, what a lost request for a dataset has made", (_name, clock) => {
	const create = async (dataset: { age: number; name?: string; media?: object[]; projectCount?: number }) => {
		const { age, name = 'Cars', media = [], projectCount = 0 } = dataset;
		const again: Reply = { body: JSON.stringify({ id: 'again', name: 'Cars' }) };
		const { api, posts } = losingServer(
			(at) => [{ id: 'found', name, media, projectCount, timestamp: at - age }],
			clock,
			() => again,
		);
		return { datasetId: (await api.datasets.create('Cars', '')).datasetId, posts: posts() };
	};

	test.each([0, 2 * SECOND])('is an unused dataset of its name, %i ms older', async (age) =>
		expect(await create({ age })).toEqual({ datasetId: 'found', posts: 1 }),
	);
	test('is a dataset whose name differs by case and blanks at the end only', async () =>
		expect(await create({ age: 0, name: 'CARS ' })).toEqual({ datasetId: 'found', posts: 1 }));
	test.each([
		['clearly older', { age: 4 * SECOND }],
		['of another name', { age: 0, name: 'Cars 2' }],
		['with images', { age: 0, media: [{ id: 'i' }] }],
		['of a project', { age: 0, projectCount: 1 }],
	])('is none that is %s', async (_what, dataset) =>
		expect(await create(dataset)).toEqual({ datasetId: 'again', posts: 2 }),
	);
});

describe('The links that a lost request has added', () => {
	const link = (name: string) => `https://example.com/${name}`;
	const image = (id: string, mediaName: string, timestamp: number, mediaSourceType = 'SHAREABLE_LINK') => ({
		id,
		mediaName,
		timestamp,
		mediaSourceType,
	});
	const result = (name: string, mediaUploadStatus: string) => ({ imageUrl: link(name), mediaUploadStatus });

	async function add(images: (startedAt: number) => object[], results: object[]) {
		const { api, posts } = losingServer(
			(at) => ({ id: 'd', name: 'D', media: images(at) }),
			{ ahead: 0 },
			() => ({ body: JSON.stringify(results) }),
		);
		const added = await api.images.addUrls('d', [link('a.jpg?x=1')]);
		return { added: added.map(({ status, imageId }) => [status, imageId]), posts: posts() };
	}

	test('are no duplicates when they are sent again', async () => {
		const { added } = await add((at) => [image('1', 'a.jpg', at)], [result('a.jpg?x=1', 'DUPLICATE')]);
		expect(added).toEqual([['SUCCESS', '1']]);
	});

	test.each([
		['were there before', (at: number) => [image('1', 'a.jpg', at - 4 * SECOND)]],
		['are uploaded files', (at: number) => [image('1', 'a.jpg', at, 'LOCAL')]],
		['have other names', (at: number) => [image('1', 'b.jpg', at)]],
		['are two of that name', (at: number) => [image('1', 'a.jpg', at), image('2', 'a.jpg', at)]],
	])('stay duplicates if the images %s', async (_what, images) => {
		const { added } = await add(images, [result('a.jpg?x=1', 'DUPLICATE')]);
		expect(added).toEqual([['DUPLICATE', undefined]]);
	});

	test('keep what else the server says of them', async () => {
		const { added } = await add((at) => [image('1', 'a.jpg', at)], [result('a.jpg?x=1', 'UNSUPPORTED_FORMAT')]);
		expect(added).toEqual([['UNSUPPORTED_MIME_TYPE', undefined]]);
	});
});

test('Where the server tells no time, the name alone says what a lost request has made', async () => {
	const old = { id: 'found', mediaName: 'a.jpg', timestamp: 0 };
	const server = fakeServer(({ method }) =>
		method === 'GET' ? { body: JSON.stringify({ id: 'd', name: 'D', media: [old] }) } : { code: 'ECONNRESET' },
	);
	const api = DataGymApi.over(server.transport, 'media');
	const { imageId } = await api.images.upload('d', { name: 'a.jpg', open: async () => Buffer.from('bytes') });
	expect(imageId).toBe('found');
});

describe('A label configuration whose upload was lost', () => {
	const lost = (isCleared: boolean) => {
		const methods: string[] = [];
		const { transport } = fakeServer(({ method }) => {
			methods.push(method);
			if (method === 'DELETE') return {};
			return methods.length === 1 ? { code: 'ECONNRESET' } : { body: '{"id":"c"}' };
		});
		return { methods, upload: DataGymApi.over(transport).labelConfigs.upload('c', [], isCleared) };
	};

	test('is cleared and sent again if the caller had just cleared it', async () => {
		const { methods, upload } = lost(true);
		expect((await upload).id).toBe('c');
		expect(methods).toEqual(['PUT', 'DELETE', 'PUT']);
	});

	test('is not touched again otherwise, since labels could be lost', async () => {
		const { methods, upload } = lost(false);
		expect((await failure(upload)).failure.remedy).toMatch(/^DataGym may already have made the change/);
		expect(methods).toEqual(['PUT']);
	});
});

describe('An import of labels whose answer was lost', () => {
	const importing = (elements: object[]) => {
		const { transport, requests } = fakeServer([{ code: 'ECONNRESET' }, { body: '{}' }]);
		return { requests, work: DataGymApi.over(transport).imports.send('p', elements) };
	};

	test('is sent again if it replaces the labels of every image', async () => {
		const { requests, work } = importing([{ keepData: false }, { keepData: false }]);
		await work;
		expect(requests).toHaveLength(2);
	});

	test.each([[[{ keepData: false }, { keepData: true }]], [[{ keepData: false }, {}]]])(
		'is not sent again if it could double labels (%j)',
		async (elements) => {
			const { requests, work } = importing(elements);
			expect((await failure(work)).failure.remedy).toContain('would duplicate them');
			expect(requests).toHaveLength(1);
		},
	);
});
