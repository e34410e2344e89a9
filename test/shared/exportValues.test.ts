import { DataGymApi } from '@datagym/client';
import { exportElements, exportValues } from '@datagym/shared/exportElements';
import { failure, fakeServer, type Reply } from '../client/fakeServer';

afterEach(() => jest.restoreAllMocks());

const HEADER = { project: 'Fleet', label_classes: [] };
const image = (id: string) => ({ internal_media_ID: id, external_media_name: `${id}.jpg` });
const of2020 = (id: string) => ({ internal_image_ID: id, external_image_name: `${id}.jpg` });

const whole = (...elements: readonly object[]): Reply => ({ body: JSON.stringify(elements) });
/** As a server that fails while it writes the last of these elements: half of an answer, with status 200. */
const cut = (...elements: readonly object[]): Reply => ({ body: JSON.stringify(elements).slice(0, -10) });
/** As a connection that breaks after these elements. */
const lost = (...elements: readonly object[]): Reply => ({
	body: `${JSON.stringify(elements).slice(0, -1)},`,
	breaks: 'ECONNRESET',
});

/** What comes out of the export of a server that answers so, and what it ends with. */
async function valuesFrom(...replies: readonly Reply[]) {
	const { transport, requests } = fakeServer(replies);
	const values: unknown[] = [];
	const read = async () => {
		for await (const value of exportValues(DataGymApi.over(transport, 'media'), 'p')) values.push(value);
	};
	return { read, values, requests };
}

describe('an export', () => {
	test('gives its elements as the server wrote them', async () => {
		const { read, values, requests } = await valuesFrom(whole(HEADER, image('a'), image('b')));
		await read();
		expect(values).toEqual([HEADER, image('a'), image('b')]);
		expect(requests).toHaveLength(1);
	});

	test('is read as classes and images', async () => {
		const { transport } = fakeServer([whole(HEADER, image('a'))]);
		const kinds: string[] = [];
		for await (const { kind } of exportElements(DataGymApi.over(transport, 'media'), 'p')) kinds.push(kind);
		expect(kinds).toEqual(['classes', 'image']);
	});
});

describe.each([
	['an answer that is half of one', cut],
	['a connection that breaks', lost],
])('after %s', (_name, broken) => {
	test('gives each element once, though the server begins anew and in another order', async () => {
		const { read, values } = await valuesFrom(
			broken(HEADER, image('a'), image('b'), image('c')),
			whole(HEADER, image('d'), image('c'), image('b'), image('a')),
		);
		await read();
		expect(values.length).toBe(new Set(values.map((value) => JSON.stringify(value))).size);
		expect(values).toHaveLength(5);
		expect(values).toEqual(expect.arrayContaining([HEADER, image('a'), image('b'), image('c'), image('d')]));
	});

	test('gives each element once, though it happens twice and elsewhere', async () => {
		const { read, values, requests } = await valuesFrom(
			broken(HEADER, image('a'), image('b')),
			broken(HEADER, image('c'), image('a'), image('d')),
			whole(HEADER, image('a'), image('b'), image('c'), image('d')),
		);
		await read();
		expect(values).toHaveLength(5);
		expect(values).toEqual(expect.arrayContaining([HEADER, image('a'), image('b'), image('c'), image('d')]));
		expect(requests).toHaveLength(3);
	});

	test('gives up the third time: there likely is a label that the server cannot write', async () => {
		const { read, requests } = await valuesFrom(broken(HEADER, image('a'), image('b')));
		const { failure: last } = await failure(read());
		expect(last).toMatchObject({ method: 'GET', path: '/api/v1/export/p' });
		expect(requests).toHaveLength(3);
	});

	test('knows the images of a server of 2020 by their own ID', async () => {
		const { read, values } = await valuesFrom(
			broken(HEADER, of2020('a'), of2020('b')),
			whole(HEADER, of2020('b'), of2020('a')),
		);
		await read();
		expect(values).toHaveLength(3);
	});
});

test('two images without a difference but their ID are both given', async () => {
	const { read, values } = await valuesFrom(
		whole(
			HEADER,
			{ internal_media_ID: 'a', internal_image_ID: 'x' },
			{ internal_media_ID: 'b', internal_image_ID: 'x' },
		),
	);
	await read();
	expect(values).toHaveLength(3);
});

test('a refusal ends it at once', async () => {
	const { read, requests } = await valuesFrom({ status: 401, body: '{"key":"ex_unauthorized","params":[]}' });
	expect((await failure(read())).status).toBe(401);
	expect(requests).toHaveLength(1);
});

describe('an answer of other things than images', () => {
	const others = (count: number) => whole(HEADER, ...Array.from({ length: count - 1 }, (_, number) => ({ number })));

	test('is no export once a thousand of its elements have no ID', async () => {
		const { read, values, requests } = await valuesFrom(others(1_200));
		expect((await failure(read())).message).toContain('it is a list of something other than images');
		expect(values).toHaveLength(1_000);
		expect(requests).toHaveLength(1);
	});

	test('is taken as it is up to then, whatever the elements are', async () => {
		const { read, values } = await valuesFrom(others(1_000));
		await read();
		expect(values).toHaveLength(1_000);
		const nothing = await valuesFrom({ body: '[null]' });
		await nothing.read();
		expect(nothing.values).toEqual([null]);
	});
});
