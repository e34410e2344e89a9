/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { setTimeout as sleep } from 'node:timers/promises';
import { jsonOf, openHarness, type Harness } from '../../support/datagym';

let harness: Harness;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
});
afterEach(() => harness.server.onRequest(undefined));
afterAll(async () => await harness.close());

const items = (count: number) => Array.from({ length: count }, (_, index) => ({ json: { name: `Dataset ${index}` } }));

test('two executions together keep to the requests at once of their server', async () => {
	let underWay = 0;
	let most = 0;
	harness.server.onRequest(async () => {
		most = Math.max(most, ++underWay);
		await sleep(20);
		underWay--;
	});
	const run = async () => await harness.run('project', 'getAll', { options: { concurrency: 2 } }, { items: items(8) });
	for (const done of await Promise.all([run(), run()])) expect(jsonOf(done)).toEqual([]);
	expect(harness.server.requests).toHaveLength(16);
	expect(most).toBe(2);
});

test('no more requests begin in a second than the user wants, and the results keep the order of the items', async () => {
	const starts: number[] = [];
	harness.server.onRequest(() => void starts.push(performance.now()));
	const options = { requestsPerSecond: 20 };
	const names = jsonOf(
		await harness.run('dataset', 'create', { name: '={{ $json.name }}', options }, { items: items(6) }),
	).map(({ name }) => name);
	expect(names).toEqual(items(6).map(({ json }) => json.name));
	expect(starts).toHaveLength(6);
	// Five pauses of 50 ms; a slow machine only makes it longer.
	expect(starts.at(-1)! - starts[0]!).toBeGreaterThan(200);
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
