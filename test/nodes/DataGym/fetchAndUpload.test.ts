/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { INodeParameters } from 'n8n-workflow';
import { byId, jsonOf, openHarness, type Harness } from '../../support/datagym';
import { LinkHost } from '../../support/linkHost';

// The promise: docs/uploading.md#links.

let harness: Harness;
let host: LinkHost;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
	host = await LinkHost.open();
});
beforeEach(() => host.reset());
afterAll(async () => {
	await host.close();
	await harness.close();
});

function newDataset() {
	const { dataset } = harness.server.seed.project({ name: 'Fetched', datasetName: 'Fetched' });
	return dataset!;
}

const add = async (
	datasetId: string,
	paths: readonly string[],
	parameters: INodeParameters = {},
	options: { onError?: 'continueRegularOutput'; signal?: AbortSignal } = {},
) =>
	await harness.run(
		'image',
		'addUrls',
		{
			datasetId: byId(datasetId),
			imageUrl: '={{ $json.url }}',
			ifRefused: 'upload',
			...parameters,
			options: { network: { settings: { retryFor: 0 } } },
		},
		{
			items: paths.map((path) => ({ json: { url: `${host.url}${path}` } })),
			settings: options.onError === undefined ? {} : { onError: options.onError },
			...(options.signal === undefined ? {} : { signal: options.signal }),
		},
	);

const namesIn = ({ media }: ReturnType<typeof newDataset>) => [...media].map(({ name }) => name).sort();

test('running it twice uploads once, and the second run fetches nothing', async () => {
	const dataset = newDataset();
	const [first] = jsonOf(await add(dataset.id, ['/a.jpg?signature=1']));
	const [second] = jsonOf(await add(dataset.id, ['/a.jpg?signature=2']));
	expect(first).toMatchObject({ status: 'uploaded', imageName: 'a.jpg' });
	expect(second).toMatchObject({ status: 'skipped', imageName: 'a.jpg', imageId: first?.imageId });
	expect(namesIn(dataset)).toEqual(['a.jpg']);
	expect(host.asked).toHaveLength(1);
});

describe('two links with the same last part', () => {
	const links = ['/one/a.jpg?s=1', '/two/a.jpg?s=2', '/three/A.jpg?s=3'];

	test('are kept apart with "Rename", in the order of the items', async () => {
		const dataset = newDataset();
		const items = jsonOf(await add(dataset.id, links, { ifExists: 'rename' }));
		expect(items.map(({ url, imageName }) => [String(url).slice(host.url.length), imageName])).toEqual([
			['/one/a.jpg?s=1', 'a.jpg'],
			['/two/a.jpg?s=2', 'a (2).jpg'],
			['/three/A.jpg?s=3', 'A (3).jpg'],
		]);
	});

	test('are told with "Skip"', async () => {
		const dataset = newDataset();
		const run = await add(dataset.id, links, { ifExists: 'skip' });
		const items = jsonOf(run);
		expect(items.map(({ status }) => status).sort()).toEqual(['skipped', 'skipped', 'uploaded']);
		expect(items.filter((item) => 'message' in item)).toEqual([]);
		expect(run.hintsOf('DataGym').map(({ message }) => message)).toEqual([
			'Refused links whose files were fetched and uploaded: 1.<br>Refused links of images that the dataset already has by name: 2.',
		]);
		expect(dataset.media.size).toBe(1);
	});

	test('are an error with "Fail", which leaves the first one', async () => {
		const dataset = newDataset();
		const items = jsonOf(await add(dataset.id, links, { ifExists: 'fail' }, { onError: 'continueRegularOutput' }));
		expect(items.filter(({ status }) => status === 'uploaded')).toHaveLength(1);
		expect(
			items.filter(({ error }) => String(error).startsWith('The dataset already has an image named')),
		).toHaveLength(2);
		expect(dataset.media.size).toBe(1);
	});
});

/** Sends without end, and counts what went out before the connection was closed. */
async function floodOf(response: ServerResponse, start: Buffer, type: string): Promise<number> {
	response.setMaxListeners(0).writeHead(200, { 'Content-Type': type });
	const piece = Buffer.alloc(64 * 1024, ' ');
	response.write(start);
	let sent = start.length;
	while (!response.destroyed && sent < 2 ** 30) {
		sent += piece.length;
		if (!response.write(piece)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
	}
	return sent;
}

test('stops at the first bytes that are no picture', async () => {
	let sent: Promise<number> = Promise.resolve(0);
	host.answer = (_, response) => void (sent = floodOf(response, Buffer.from('<!DOCTYPE html><html>'), 'image/jpeg'));
	const dataset = newDataset();
	const { error } = await add(dataset.id, ['/page.jpg?s=1']);
	expect(error?.message).toBe(
		`The link ${host.url}/page.jpg returned a file that is a web page or XML, but must be JPEG or PNG`,
	);
	// What the sockets hold, and no more.
	expect(await sent).toBeLessThan(32 * 2 ** 20);
	expect(dataset.media.size).toBe(0);
});

test('hears that the execution is canceled, while the file comes', async () => {
	let sent: Promise<number> = Promise.resolve(0);
	const stop = new AbortController();
	host.answer = (_, response) => {
		sent = floodOf(response, host.photo, 'image/jpeg');
		response.once('drain', () => stop.abort());
	};
	const dataset = newDataset();
	await add(dataset.id, ['/endless.jpg?s=1'], {}, { signal: stop.signal });
	expect(await sent).toBeLessThan(200 * 2 ** 20);
	expect(dataset.media.size).toBe(0);
});

test('refuses a file that says it is too large, without reading it', async () => {
	host.answer = (_, response) => response.writeHead(200, { 'Content-Length': 3 * 2 ** 30 }).write(host.photo);
	expect((await add(newDataset().id, ['/huge.jpg?s=1'])).error?.message).toBe(
		`The link ${host.url}/huge.jpg returns more than 256 MB`,
	);
});

test('has the time limit of the node', async () => {
	host.answer = (_, response) => response.writeHead(200).write(host.photo.subarray(0, 40));
	const { error } = await harness.run(
		'image',
		'addUrls',
		{
			datasetId: byId(newDataset().id),
			imageUrl: `${host.url}/silent.jpg?s=1`,
			ifRefused: 'upload',
			options: { network: { settings: { timeout: 1, retryFor: 0 } } },
		},
		{},
	);
	expect(error?.message).toBe(`The link ${host.url}/silent.jpg could not be fetched (ETIMEDOUT)`);
});
