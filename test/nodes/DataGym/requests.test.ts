/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { setTimeout as sleep } from 'node:timers/promises';
import { jsonOf, openHarness, requestsDuring, type Harness } from '../../support/datagym';
import { RequestGate } from '../../support/requestGate';

let harness: Harness;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
});
afterEach(() => harness.server.onRequest(undefined));
afterAll(async () => await harness.close());

const items = (count: number) => Array.from({ length: count }, (_, index) => ({ json: { name: `Dataset ${index}` } }));

test('two executions together keep to the requests at once of their server', async () => {
	const gate = new RequestGate(harness.server, 2);
	const run = async () =>
		await harness.run(
			'project',
			'getAll',
			{ search: 'None', options: { network: { settings: { concurrency: 2 } } } },
			{ items: items(8) },
		);
	const requests = await requestsDuring(harness, async () => {
		for (const done of await Promise.all([run(), run()])) expect(jsonOf(done)).toEqual([]);
	});
	expect(requests).toHaveLength(16);
	expect(gate.most).toBe(2);
});

test('with a limit of requests per second, the results keep the order of the items', async () => {
	const options = { network: { settings: { requestsPerSecond: 20 } } };
	const requests = await requestsDuring(harness, async () => {
		const names = jsonOf(
			await harness.run('dataset', 'create', { name: '={{ $json.name }}', options }, { items: items(6) }),
		).map(({ name }) => name);
		expect(names).toEqual(items(6).map(({ json }) => json.name));
	});
	expect(requests).toHaveLength(6);
});

test('no more requests begin in a second than the user wants', async () => {
	// A server of its own, since the node remembers how soon a server may be asked again.
	const other = await openHarness({ dummyProject: false });
	const cancel = new AbortController();
	other.server.onRequest(async () => {
		await sleep(50);
		cancel.abort();
	});
	// One in a hundred seconds: longer than any machine takes to send the others, if it may.
	const options = { network: { settings: { requestsPerSecond: 0.01, concurrency: 6 } } };
	await other.run('project', 'getAll', { options }, { items: items(6), signal: cancel.signal });
	expect(other.server.requests).toHaveLength(1);
	await other.close();
});

test('adding links ends with the request under way when the execution is canceled', async () => {
	const { dataset } = harness.server.seed.project({ name: 'Links', datasetName: 'Links' });
	const cancel = new AbortController();
	let posts = 0;
	harness.server.onRequest(async ({ method }) => {
		if (method !== 'POST') return undefined;
		posts++;
		cancel.abort();
		await sleep(50);
		return undefined;
	});
	const imageUrl = Array.from({ length: 5000 }, (_, index) => `https://x.test/${index}.jpg`).join(' ');
	await harness.run(
		'image',
		'addUrls',
		{ datasetId: { __rl: true, mode: 'id', value: dataset!.id }, imageUrl },
		{ signal: cancel.signal },
	);
	await sleep(200);
	expect(posts).toBe(1);
});
