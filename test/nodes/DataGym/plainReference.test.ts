/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { follow, followToJson, hasExpression, pathOf } from '@datagym/nodes/DataGym/runner/plainReference';
import { byId, openHarness, type Harness } from '../../support/datagym';

test.each([
	['={{ $json.url }}', ['url']],
	['={{$json.image.url}}', ['image', 'url']],
	['={{ $json["image name"].url }}', ['image name', 'url']],
	["={{ $json['url'] }}", ['url']],
	['={{ $json.url.trim() }}', undefined],
	['={{ $json.urls[0] }}', undefined],
	['={{ $json.a }}{{ $json.b }}', undefined],
	['= {{ $json.url }}', undefined],
	['={{ $json }}', undefined],
	['{{ $json.url }}', undefined],
	['https://example.com/a.jpg', undefined],
	[undefined, undefined],
	[{ __rl: true, mode: 'id', value: '={{ $json.id }}' }, ['id']],
] as const)('%j names the path %j', (saved, path) => {
	expect(pathOf(saved as never)).toEqual(path);
});

test('follows own fields of plain objects only, to a text or number', () => {
	const json = { text: 'a', number: 0, nothing: null, yes: true, list: ['a'], inner: { text: 'b' } };
	expect(follow(json, ['text'])).toBe('a');
	expect(follow(json, ['number'])).toBe(0);
	expect(follow(json, ['inner', 'text'])).toBe('b');
	for (const path of [
		['nothing'],
		['yes'],
		['list'],
		['list', 'length'],
		['text', 'length'],
		['inner'],
		['missing'],
		['missing', 'text'],
		['constructor', 'name'],
	]) {
		expect(follow(json, path)).toBeUndefined();
	}
});

test('follows to lists and objects where JSON is asked for', () => {
	const json = { text: 'a', list: [{ x: 1 }], inner: { answer: { x: 1 } }, nothing: null, date: new Date() as never };
	expect(followToJson(json, ['list'])).toBe(json.list);
	expect(followToJson(json, ['inner', 'answer'])).toBe(json.inner.answer);
	expect(followToJson(json, ['text'])).toBe('a');
	for (const path of [['nothing'], ['date'], ['missing'], ['list', 'length']])
		expect(followToJson(json, path)).toBeUndefined();
});

test.each([
	['text', false],
	['={{ $json.a }}', true],
	['=text', true],
	[7, false],
	[null, false],
	[undefined, false],
	[{ __rl: true, mode: 'id', value: '={{ $json.id }}' }, true],
	[{ entry: [{ key: 'a' }, { key: '={{ $json.key }}' }] }, true],
	[{ entry: [{ key: 'a=b' }] }, false],
])('%j has an expression: %s', (saved, isSo) => {
	expect(hasExpression(saved)).toBe(isSo);
});

describe('in a run', () => {
	let harness: Harness;
	beforeAll(async () => {
		harness = await openHarness({ dummyProject: false });
	});
	afterAll(async () => await harness.close());

	test('says what n8n says', async () => {
		const values = [
			'https://x.test/a.jpg',
			' https://x.test/b.jpg ',
			'',
			7,
			0,
			null,
			true,
			['https://x.test/c.jpg'],
			{ url: 'https://x.test/d.jpg' },
			'={{ 1 }}',
			'{{ $json.n }}',
		];
		const items = [...values.map((value) => ({ json: { in: { value } } })), { json: {} }, { json: { in: 'text' } }];
		const runs = ['={{ $json.in.value }}', '={{ ($json.in.value) }}'].map(async (imageUrl) => {
			const { dataset } = harness.server.seed.project({ name: imageUrl, datasetName: 'A' });
			const run = await harness.run(
				'image',
				'addUrls',
				{ datasetId: byId(dataset!.id), imageUrl, ifRefused: 'report' },
				{ items, settings: { onError: 'continueRegularOutput' } },
			);
			return run
				.itemsOf('DataGym')
				.map(({ json, pairedItem }) => ({ pairedItem, ...json, datasetId: '', imageId: '' }));
		});
		const [read, evaluated] = await Promise.all(runs);
		expect(read).toHaveLength(items.length);
		expect(read).toEqual(evaluated);
	});

	test('takes the whole item as n8n gives it', async () => {
		const { project, dataset } = harness.server.seed.project({
			name: 'Fleet',
			classes: [{ entryKey: 'car', type: 'rectangle' }],
			datasetName: 'Cars',
		});
		const [task] = harness.server.seed.tasks(project, dataset!, { count: 1 });
		const labels = { car: [{ rectangle: [{ x: 1, y: 2, w: 3, h: 4 }] }] };
		const items = [
			{ internal_media_ID: task!.medium.id, labels },
			{ internal_media_ID: 'nope', labels },
			{},
			{ internal_media_ID: task!.medium.id, labels: null },
		].map((json) => ({ json }));
		const runs = ['={{ $json }}', '={{ ($json) }}'].map(async (predictions) => {
			const run = await harness.run(
				'prediction',
				'import',
				{ projectId: byId(project.id), predictions, options: { dryRun: true } },
				{ items, settings: { onError: 'continueRegularOutput' } },
			);
			return run.itemsOf('DataGym').map(({ json, pairedItem }) => ({ pairedItem, ...json }));
		});
		const [read, evaluated] = await Promise.all(runs);
		expect(read).toHaveLength(items.length);
		expect(read).toEqual(evaluated);
	});

	test('takes an answer in a field of the item as n8n gives it, and each item has options of its own', async () => {
		const { project, dataset } = harness.server.seed.project({
			name: 'Fleet in fields',
			classes: [{ entryKey: 'car', type: 'rectangle' }],
			datasetName: 'Cars in fields',
		});
		const tasks = harness.server.seed.tasks(project, dataset!, { count: 2 });
		const box = (score: number) => ({ label: 'car', score, box: { xmin: 1, ymin: 2, xmax: 30, ymax: 40 } });
		const items = [
			{ imageId: tasks[0]!.medium.id, least: 0.5, answer: { boxes: [box(0.9), box(0.4)] } },
			{ imageId: tasks[1]!.medium.id, least: 0.1, answer: { boxes: [box(0.9), box(0.4)] } },
			{ imageId: tasks[1]!.medium.id, least: 0.1, answer: { boxes: '[]' } },
			{ imageId: tasks[1]!.medium.id, least: 0.1, answer: { boxes: null } },
			{ imageId: tasks[1]!.medium.id, least: 0.1, answer: {} },
		].map((json) => ({ json }));
		const runs = ['={{ $json.answer.boxes }}', '={{ ($json.answer.boxes) }}'].map(async (predictions) => {
			const options = { dryRun: true, minimumScore: '={{ $json.least }}' };
			const run = await harness.run(
				'prediction',
				'import',
				{ projectId: byId(project.id), predictions, options },
				{ items, settings: { onError: 'continueRegularOutput' } },
			);
			return run.itemsOf('DataGym').map(({ json, pairedItem }) => ({ pairedItem, ...json }));
		});
		const [read, evaluated] = await Promise.all(runs);
		expect(read?.slice(0, 2)).toEqual([
			expect.objectContaining({ labelCount: 1 }),
			expect.objectContaining({ labelCount: 2 }),
		]);
		expect(read).toHaveLength(items.length);
		expect(read).toEqual(evaluated);
	});
});
