/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { setTimeout as sleep } from 'node:timers/promises';
import { byId, jsonOf, openHarness, outputOf, type Harness } from '../../support/datagym';
import { serve } from '../../support/httpServer';
import { jpeg } from '../../support/images';
import { startEngine, type Engine } from '../../support/n8n/lentEngine';
import { RequestGate } from '../../support/requestGate';

let engine: Engine;
let harness: Harness;

// Keeps n8n's services running from the first harness to the last.
beforeAll(async () => {
	engine = await startEngine();
});
afterAll(async () => await engine.stop());

beforeEach(async () => {
	harness = await openHarness({ dummyProject: false });
});
afterEach(async () => await harness.close());

describe('the lists of the editor', () => {
	const search = async (method: string, filter?: string, page?: string) =>
		await harness.engine.searchList(
			{ nodeType: 'n8n-nodes-datagym.dataGym', method, parameters: {} },
			[harness.credential],
			filter,
			page,
		);

	test('find projects, datasets and images by a part of their name', async () => {
		const { project, dataset } = harness.server.seed.project({ name: 'Fleet', datasetName: 'Front cameras' });
		harness.server.seed.tasks(project, dataset!, { count: 2 });
		expect(await search('searchProjects', 'fle')).toMatchObject({ results: [{ name: 'Fleet', value: project.id }] });
		expect(await search('searchDatasets', 'FRONT')).toMatchObject({
			results: [{ name: 'Front cameras', value: dataset!.id }],
		});
		expect((await search('searchImages', '000002')).results).toMatchObject([
			{ name: 'image_000002.jpg (Front cameras)' },
		]);
		expect((await search('searchProjects', 'none')).results).toEqual([]);
	});

	test('come a page at a time, and are asked for once while someone types', async () => {
		const { project, dataset } = harness.server.seed.project({ name: 'Fleet', datasetName: 'Many' });
		harness.server.seed.tasks(project, dataset!, { count: 150 });
		const first = await search('searchImages');
		expect(first.results).toHaveLength(100);
		const second = await search('searchImages', '', String(first.paginationToken));
		expect(second.results).toHaveLength(50);
		expect(second.paginationToken).toBeUndefined();
		expect(harness.server.requests).toHaveLength(1);
	});

	test('say why they cannot be loaded', async () => {
		harness.server.onRequest(() => ({ status: 401, body: '{"key":"ex_unauthorized","params":[]}' }));
		await expect(search('searchProjects')).rejects.toThrow('DataGym did not accept the API token');
	});
});

describe('a run over many items', () => {
	test('has no more requests under way than the user allows', async () => {
		const gate = new RequestGate(harness.server, 3);
		const items = Array.from({ length: 12 }, () => ({ json: {} }));
		jsonOf(
			await harness.run('project', 'getAll', { options: { network: { settings: { concurrency: 3 } } } }, { items }),
		);
		expect(gate.most).toBe(3);
	});

	test('stops starting items after the first error, and says what was done', async () => {
		const { dataset } = harness.server.seed.project({ name: 'A', datasetName: 'A' });
		const ids = [dataset!.id, 'nope', ...Array.from({ length: 20 }, () => dataset!.id)];
		const run = await harness.run(
			'dataset',
			'get',
			{ datasetId: byId('={{ $json.id }}'), options: { network: { settings: { concurrency: 1 } } } },
			{ items: ids.map((id) => ({ json: { id } })) },
		);
		expect(run.error).toMatchObject({ message: 'There is no dataset with the ID "nope"', itemIndex: 1 });
		expect(run.error?.description).toContain('1 of 22 items were processed, 1 failed and 20 were not started.');
		expect(harness.server.requests).toHaveLength(2);
	});

	test('ends when the execution is canceled, whether or not answers come, and asks for nothing more', async () => {
		const cancel = new AbortController();
		const held: Array<() => void> = [];
		harness.server.onRequest(async () => {
			const answered = new Promise<void>((resolve) => held.push(resolve));
			if (held.length === 6) cancel.abort();
			await answered;
		});
		const items = Array.from({ length: 200 }, () => ({ json: {} }));
		const options = { network: { settings: { concurrency: 6 } } };
		const run = await harness.run('project', 'getAll', { options }, { items, signal: cancel.signal });
		expect(run.status).toBe('canceled');
		for (const answer of held) answer();
		// Time for requests that must not come; the test does not fail when they would take longer.
		await sleep(200);
		expect(harness.server.requests).toHaveLength(6);
	});
});

describe('a passing fault', () => {
	test.each([502, 503, 504, 429])('HTTP %d is tried again when the request changes nothing', async (status) => {
		let faults = 2;
		harness.server.onRequest(() => (faults-- > 0 ? { status, body: '', headers: { 'Retry-After': '0' } } : undefined));
		expect(jsonOf(await harness.run('project', 'getAll'))).toEqual([]);
		expect(harness.server.requests).toHaveLength(3);
	});

	test('a lost connection, too', async () => {
		let faults = 1;
		harness.server.onRequest(() => (faults-- > 0 ? { destroy: true } : undefined));
		expect(jsonOf(await harness.run('project', 'getAll'))).toEqual([]);
	});

	test('is tried again for a change, too, when the server has surely not begun it', async () => {
		let faults = 1;
		harness.server.onRequest(({ method }) =>
			method === 'POST' && faults-- > 0 ? { status: 503, body: '' } : undefined,
		);
		expect(jsonOf(await harness.run('dataset', 'create', { name: 'A' }))).toMatchObject([{ name: 'A', created: true }]);
		expect(harness.server.count('POST /api/v1/dataset')).toBe(2);
	});

	test('is not tried again when the user does not want it, or when it is an answer', async () => {
		harness.server.onRequest(({ method }) =>
			method === 'POST' ? { status: 503, body: '' } : { status: 500, body: '{"key":"ex_gen_file_stream","params":[]}' },
		);
		expect(
			(await harness.run('dataset', 'create', { name: 'A', options: { network: { settings: { retryFor: 0 } } } })).error
				?.message,
		).toContain('unavailable at the moment');
		expect(
			(
				await harness.run(
					'image',
					'download',
					{ imageId: byId('x') },
					{ credential: await harness.saveCredential({ apiGeneration: 'media' }) },
				)
			).error?.message,
		).toContain('could not fetch the image');
		expect(harness.server.requests).toHaveLength(2);
	});
});

describe("an answer that is not DataGym's", () => {
	test.each([
		['a web page', { status: 200, body: '<!doctype html><title>Sign in</title>' }, 'it is a web page'],
		['cut JSON', { status: 200, body: '[{"id":"1","na' }, 'it is not valid JSON, or was cut off'],
		['other JSON', { status: 200, body: '{"hello":"world"}' }, 'it has an unexpected structure'],
		[
			'JSON with a part missing',
			{ status: 200, body: '[{"id":"1"}]' },
			'"0.name" is missing or has an unexpected value',
		],
		['nothing', { status: 200, body: '' }, 'it is empty'],
	])('is told: %s', async (_, answer, reason) => {
		harness.server.onRequest(() => answer);
		const run = await harness.run('project', 'getAll', { options: { network: { settings: { retryFor: 0 } } } });
		expect(run.error?.message).toBe(`The response is not from DataGym: ${reason}`);
		expect(run.error?.description).toContain('base URL');
	});

	test.each([
		[
			'a login page',
			{ body: '<!doctype html><title>Sign in</title>', headers: { 'Content-Type': 'text/html' } },
			'it is text instead of an image',
		],
		['nothing', { body: '', headers: { 'Content-Type': 'image/jpeg' } }, 'it is empty'],
	])('is told in place of a picture, too: %s', async (_, answer, reason) => {
		harness.server.onRequest(() => ({ status: 200, ...answer }));
		const credential = await harness.saveCredential({ apiGeneration: 'media' });
		const run = await harness.run(
			'image',
			'download',
			{ imageId: byId('x'), options: { network: { settings: { retryFor: 1 } } } },
			{ credential, items: [{ json: { imageId: 'x', source: 'LOCAL' } }] },
		);
		expect(run.error?.message).toBe(`The response is not from DataGym: ${reason}`);
	});

	test('an unreachable server is told with the remedy', async () => {
		const run = await harness.run(
			'project',
			'getAll',
			{},
			{ credential: await harness.saveCredential({ baseUrl: 'http://127.0.0.1:1' }) },
		);
		expect(run.error?.message).toBe('The server refused the connection (ECONNREFUSED)');
	});

	test('a silent server is given up after the timeout', async () => {
		harness.server.onRequest(() => new Promise(() => undefined));
		const run = await harness.run('dataset', 'create', {
			name: 'A',
			options: { network: { settings: { timeout: 1, retryFor: 0 } } },
		});
		expect(run.error?.message).toContain('did not respond in time');
		expect(run.error?.description).toContain('Timeout');
	});

	test('a download that falls silent after its first bytes is given up, too', async () => {
		const silent = await serve(
			(_, response) => void response.writeHead(200, { 'Content-Type': 'image/jpeg' }).write('first bytes'),
		);
		const credential = await harness.saveCredential({ baseUrl: silent.url, apiGeneration: 'media' });
		const run = await harness.run(
			'image',
			'download',
			{ imageId: byId('x'), options: { network: { settings: { timeout: 1, retryFor: 0 } } } },
			{ credential, items: [{ json: { imageId: 'x', source: 'LOCAL' } }] },
		);
		await silent.close();
		expect(run.error?.message).toContain('did not respond in time');
	});

	test('a base URL that is none is told', async () => {
		const run = await harness.run(
			'project',
			'getAll',
			{},
			{ credential: await harness.saveCredential({ baseUrl: 'ftp://x' }) },
		);
		expect(run.error?.message).toContain('is not a valid URL');
	});
});

test('an uploaded image keeps its binary store entry small: an id, no base64', async () => {
	const { dataset } = harness.server.seed.project({ name: 'A', datasetName: 'A' });
	const item = await harness.itemWithFile(await jpeg(), 'a.jpg');
	const [uploaded] = jsonOf(await harness.run('image', 'upload', { datasetId: byId(dataset!.id) }, { items: [item] }));
	const [back] = outputOf(await harness.run('image', 'download', { imageId: byId(String(uploaded?.imageId)) }));
	expect(back?.binary?.data?.data).toBe('filesystem-v2');
});
