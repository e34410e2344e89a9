import { Readable } from 'node:stream';
import * as fc from 'fast-check';
import { DataGymApi, Transport } from '@datagym/client';
import { decoderFor, withoutUtf16 } from '@datagym/client/charset';
import { InnerLists } from '@datagym/client/innerLists';
import { failure, fakeServer, untilAborted } from './fakeServer';

afterEach(() => jest.restoreAllMocks());

const bytes = (text: string) => new TextEncoder().encode(text);

function* cut(whole: Uint8Array, length: number) {
	for (let start = 0; start < whole.length; start += length) yield whole.subarray(start, start + length);
}

async function* buffers(pieces: Iterable<Uint8Array>) {
	for (const piece of pieces) yield await Promise.resolve(Buffer.from(piece));
}

/** The server sends these pieces as one answer, each time it is asked. */
function serverOf(pieces: () => Iterable<Uint8Array>, contentType = 'application/json') {
	const send = async () =>
		await Promise.resolve({
			status: 200,
			headers: { 'content-type': contentType },
			body: Readable.from(buffers(pieces())),
		});
	const transport = new Transport(send, {
		baseUrl: 'http://pieces.test',
		idleTimeout: 120_000,
		retryFor: 0,
		isUnattended: false,
		limits: { concurrency: 6 },
		sleep: async (_milliseconds, signal) => await untilAborted(signal!),
	});
	return DataGymApi.over(transport, 'media');
}

describe('The long lists in a JSON text', () => {
	const names = new Set(['media', 'images']);
	const field = fc.constantFrom('id', 'name', 'media', 'images', 'other', 'me"dia');
	const object = fc.dictionary(field, fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue())));

	test('are given one by one, and the rest is as it was, however the bytes are cut', () => {
		const indents = fc.constantFrom(undefined, 2, '\t');
		fc.assert(
			fc.property(fc.array(object), fc.integer({ min: 1, max: 50 }), indents, (objects, length, indent) => {
				const lists = new InnerLists(names, 2);
				const elements: unknown[] = [];
				let text = '';
				for (const chunk of cut(bytes(JSON.stringify(objects, null, indent)), length))
					for (const part of lists.push(chunk))
						if ('element' in part) elements.push(part.element);
						else text += Buffer.from(part.text).toString('latin1');
				const lists2 = objects.flatMap((one) =>
					Object.entries(JSON.parse(JSON.stringify(one)) as object).flatMap(([name, value]) =>
						names.has(name) && Array.isArray(value) ? [value as unknown[]] : [],
					),
				);
				expect(elements).toEqual(lists2.flat());
				const emptied = objects.map((one) =>
					Object.fromEntries(
						Object.entries(one).map(([name, value]) => [name, names.has(name) && Array.isArray(value) ? [] : value]),
					),
				);
				expect(JSON.parse(Buffer.from(text, 'latin1').toString())).toEqual(JSON.parse(JSON.stringify(emptied)));
			}),
			{ numRuns: 150 },
		);
	});
});

describe('A list of datasets', () => {
	const image = fc.record({ id: fc.uuid(), mediaName: fc.string(), mediaSourceType: fc.constant('LOCAL') });
	const dataset = fc.record(
		{ id: fc.uuid(), name: fc.string(), media: fc.option(fc.array(image)), projectCount: fc.nat() },
		{ requiredKeys: ['id', 'name', 'media'] },
	);

	test('is what it says, with its images, however the bytes are cut', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(dataset), fc.integer({ min: 1, max: 80 }), async (datasets, length) => {
				const api = serverOf(() => cut(bytes(JSON.stringify(datasets)), length));
				const found = await api.datasets.listWithImages();
				expect(found.map(({ datasetId, images }) => [datasetId, images.map(({ imageName }) => imageName)])).toEqual(
					datasets.map(({ id, media }) => [id, (media ?? []).map(({ mediaName }) => mediaName)]),
				);
				expect(found.map(({ imageCount }) => imageCount)).toEqual(datasets.map(({ media }) => media?.length ?? 0));
				// What the user gets with Simplify off; a list that is null is empty there.
				expect(found.map(({ raw }) => raw)).toEqual(datasets.map((one) => ({ ...one, media: one.media ?? [] })));
			}),
			{ numRuns: 100 },
		);
	});

	test('is read without holding its images, of which each is seen once, however the bytes are cut', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(dataset), fc.integer({ min: 1, max: 80 }), async (datasets, length) => {
				// The server's fields have no order, so a dataset may be known only after its images.
				const late = datasets.map(({ media, ...rest }) => ({ media, ...rest }));
				const api = serverOf(() => cut(bytes(JSON.stringify(late)), length));
				const folded = await api.datasets.foldAll(() => {
					const seen: string[] = [];
					return { add: ({ imageId, imageName }) => seen.push(imageId, imageName), end: () => seen };
				});
				expect(folded.map(({ datasetId, kept }) => [datasetId, kept])).toEqual(
					datasets.map(({ id, media }) => [id, (media ?? []).flatMap((one) => [one.id, one.mediaName])]),
				);
				const listed = await api.datasets.list();
				expect(listed.map(({ name, imageCount }) => [name, imageCount])).toEqual(
					datasets.map(({ name, media }) => [name, media?.length ?? 0]),
				);
			}),
			{ numRuns: 50 },
		);
	});

	test.each([
		['{"mediaName":"a.jpg"}', '"0.id" is missing or has an unexpected value'],
		['{"id":"1","mediaName":5}', '"0.mediaName" is missing or has an unexpected value'],
		['null', '0" is missing or has an unexpected value'],
	])('with the image %s is refused, also where images are not held', async (image, what) => {
		const api = serverOf(() => [bytes(`[{"id":"1","name":"A","media":[${image}]}]`)]);
		for (const work of [async () => await api.datasets.list(), async () => await api.datasets.listWithImages()])
			expect((await failure(work())).message).toContain(what);
	});

	test('has images of the API of 2020, too', async () => {
		const text = '{"id":"1","name":"A","images":[{"id":"2","imageName":"a.jpg","imageType":"LOCAL"}]}';
		const [dataset] = await serverOf(() => [bytes(`[${text}]`)]).datasets.listWithImages();
		expect(dataset).toMatchObject({ imageCount: 1, images: [{ imageName: 'a.jpg' }] });
		expect(dataset?.raw).toEqual(JSON.parse(text));
		expect(await serverOf(() => [bytes(text)]).datasets.get('1')).toEqual(dataset);
	});
});

describe('A list of any length', () => {
	const ID = '00000000-0000-4000-8000-000000000000';
	const row = (number: number) =>
		JSON.stringify({
			taskId: ID.slice(0, -7) + String(number).padStart(7, '0'),
			projectId: ID,
			projectName: 'Fleet',
			labelTaskState: 'COMPLETED',
			labelTaskType: 'DEFAULT',
			preLabelState: null,
			mediaId: ID,
			mediaName: `car_${number}.jpg`,
			labeler: 'a@example.com',
			iterationId: ID,
			reviewComment: null,
			hasJsonUpload: true,
			iterationRun: 1,
			benchmark: false,
		});

	test('is read, of a million tasks and 400 MB', async () => {
		const some = Array.from({ length: 500 }, (_, index) => row(index)).join(',');
		const [first, more] = [bytes(some), bytes(`,${some}`)];
		function* pieces() {
			yield bytes('[');
			for (let count = 0; count < 2000; count++) yield count === 0 ? first : more;
			yield bytes(`,${row(999_999)}]`);
		}
		const rows = await serverOf(pieces).tasks.listRows('p', 'COMPLETED');
		expect(rows).toHaveLength(1_000_001);
		expect(rows.at(-1)).toMatchObject({ taskId: '00000000-0000-4000-8000-000000999999', mediaName: 'car_999999.jpg' });
	}, 120_000);

	const forever = (start: string, piece: string) => async () => {
		let sent = 0;
		const big = bytes(piece.repeat(Math.ceil(2 ** 20 / piece.length)));
		function* pieces() {
			yield bytes(start);
			for (; sent < 400; sent++) yield big;
		}
		const error = await failure(serverOf(pieces).tasks.list('p', 'COMPLETED'));
		return { sent, message: error.message };
	};

	test.each([
		['a login page', '<!DOCTYPE html>', '<p>', 3, 'it is a web page'],
		['blanks', '', ' \n', 3, 'is not from DataGym'],
		['blanks in the list', '[', ' \n', 80, 'it has an element without an end'],
		['blanks behind the list', '[]', ' \n', 80, 'is not from DataGym'],
		['a text', '["', 'a', 80, 'it has an element without an end'],
		['numbers', '[0', ',0', 3, '"0" is missing or has an unexpected value'],
		['lists', '[', '[', 80, 'it has an element without an end'],
		['an object', '{"a":"', 'b', 3, 'it has an unexpected structure'],
		['a word', 'Sorry', 'y', 3, 'it is not valid JSON'],
	])('ends when it is %s without an end', async (_what, start, piece, most, told) => {
		const { sent, message } = await forever(start, piece)();
		expect(message).toContain(told);
		expect(sent).toBeLessThanOrEqual(most);
	});

	test('is asked for again when it was cut, and has nothing twice', async () => {
		const whole = `[${row(1)},${row(2)},${row(3)}]`;
		const { transport } = fakeServer([
			{ body: whole.slice(0, 900) },
			{ body: whole, breaks: 'ECONNRESET' },
			{ body: whole },
		]);
		const tasks = await DataGymApi.over(transport, 'media').tasks.list('p', 'COMPLETED');
		expect(tasks.map(({ imageName }) => imageName)).toEqual(['car_1.jpg', 'car_2.jpg', 'car_3.jpg']);
	});
});

describe('The characters of an answer', () => {
	const NAME = 'Über Straße';
	const text = `[{"id":"1","name":"${NAME}","labelConfigurationId":"2"}]`;
	const latin1 = Buffer.from(text, 'latin1');
	const utf16 = Buffer.from(text, 'utf16le');
	const big = Buffer.from(utf16).swap16();

	test.each([
		['UTF-8', Buffer.from(text), 'application/json'],
		['UTF-8 with a byte order mark', Buffer.from(`\ufeff${text}`), 'application/json'],
		['UTF-8 that a proxy calls ISO-8859-1', Buffer.from(text), 'application/json; charset=ISO-8859-1'],
		['UTF-8 of an unknown charset', Buffer.from(text), 'application/json; charset=x-unknown'],
		['ISO-8859-1', latin1, 'application/json;charset="iso-8859-1"'],
		['Windows-1252', latin1, 'application/json; charset=windows-1252'],
		['UTF-16 with a mark', Buffer.from(`\ufeff${text}`, 'utf16le'), 'application/json'],
		['UTF-16, big-endian, with a mark', Buffer.concat([Buffer.from([0xfe, 0xff]), big]), 'application/json'],
		['UTF-16LE by its name', utf16, 'application/json; charset=utf-16le'],
		['UTF-16BE by its name', big, 'application/json; charset=UTF-16BE'],
		['UTF-16 by its name', big, 'application/json; charset=UTF-16'],
		['UTF-8 that is called UTF-16', Buffer.from(text), 'application/json; charset=UTF-16'],
	])('are read as they are meant: %s', async (_what, body, contentType) => {
		for (const length of [1, 2, 7, 1000]) {
			const api = serverOf(() => cut(body, length), contentType);
			const [project] = await api.projects.list();
			expect(project?.name).toBe(NAME);
		}
	});

	test('are read in an answer that is no list, too', async () => {
		const task = `{"taskId":"${NAME}","labelTaskState":"X","labelConfig":{"id":"1","entries":[]}}`;
		for (const [body, contentType] of [
			[Buffer.from(`\ufeff${task}`), ''],
			[Buffer.from(task, 'latin1'), 'application/json;charset=iso-8859-1'],
			[Buffer.from(`\ufeff${task}`, 'utf16le'), ''],
		] as const)
			expect((await serverOf(() => [body], contentType).tasks.get('1')).taskId).toBe(NAME);
	});

	test('are never an error', () => {
		fc.assert(
			fc.property(fc.uint8Array(), fc.string(), (some, charset) => {
				expect(typeof decoderFor({ 'content-type': `text/plain; charset=${charset}` })(some)).toBe('string');
			}),
		);
		expect(withoutUtf16).toBeDefined();
	});
});
