/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { follow, pathOf } from '@datagym/nodes/DataGym/runner/plainReference';
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
});
