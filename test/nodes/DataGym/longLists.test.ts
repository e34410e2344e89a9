/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import * as fc from 'fast-check';
import { addMedium } from '../../emulator/store/media';
import { byId, jsonOf, openHarness, outputOf, type Harness } from '../../support/datagym';

/** Lists that grow with a project: what comes out of them, in which order, and how often the server is asked. */

const NODE = 'n8n-nodes-datagym.dataGym';
const LIST_OF_DATASETS = 'GET /api/v1/dataset';

let harness: Harness;
beforeEach(async () => {
	harness = await openHarness({ dummyProject: false });
});
afterEach(async () => {
	jest.restoreAllMocks();
	await harness.close();
});

const searchImages = async (filter?: string, page?: string) =>
	await harness.engine.searchList(
		{ nodeType: NODE, method: 'searchImages', parameters: {} },
		[harness.credential],
		filter,
		page,
	);

/** Two datasets with images in no order, some of them linked. */
function someImages(count: number) {
	return ['Front', 'Rear'].map((name) => {
		const { dataset } = harness.server.seed.project({ name, datasetName: name });
		for (let index = 0; index < count; index++)
			addMedium(harness.server.store, dataset!, {
				name: `image_${(index * 7919) % 1000}.jpg`,
				sourceType: index % 3 === 0 ? 'SHAREABLE_LINK' : 'LOCAL',
				...(index % 3 === 0 && { url: `https://a.test/${index}.jpg` }),
			});
		return dataset!;
	});
}

describe('The editor’s list of images', () => {
	test('comes a page at a time, sorted by name, each image once, from one request', async () => {
		const datasets = someImages(130);
		const names: string[] = [];
		const values: unknown[] = [];
		for (let page: string | undefined, pages = 0; pages === 0 || page !== undefined; pages++) {
			const { results, paginationToken } = await searchImages(undefined, page);
			names.push(...results.map(({ name }) => name));
			values.push(...results.map(({ value }) => value));
			page = paginationToken as string | undefined;
		}
		expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b)));
		expect(new Set(values)).toEqual(new Set(datasets.flatMap(({ media }) => [...media].map(({ id }) => id))));
		expect(values).toHaveLength(260);
		expect(harness.server.count(LIST_OF_DATASETS)).toBe(1);
	});

	test('is asked for once by those who type while it is loaded, and again after its time', async () => {
		someImages(5);
		const timers: AbortController[] = [];
		const timeout = jest.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
			timers.push(new AbortController());
			return timers.at(-1)!.signal;
		});
		const [all, rear] = await Promise.all([searchImages(), searchImages('rear')]);
		expect([all.results.length, rear.results.length]).toEqual([10, 5]);
		expect((await searchImages('image_0.jpg (front')).results).toHaveLength(1);
		expect(harness.server.count(LIST_OF_DATASETS)).toBe(1);
		expect(timeout).toHaveBeenCalledWith(30_000);
		timers.forEach((timer) => timer.abort());
		await searchImages();
		expect(harness.server.count(LIST_OF_DATASETS)).toBe(2);
	});

	test('is asked for again after a failure', async () => {
		someImages(2);
		harness.server.onRequest(({ route }) =>
			route === LIST_OF_DATASETS ? { status: 401, body: '{"key":"ex_unauthorized"}' } : undefined,
		);
		await expect(searchImages()).rejects.toThrow();
		harness.server.onRequest(undefined);
		expect((await searchImages()).results).toHaveLength(4);
	});
});

const collator = new Intl.Collator('en');
const sortedNames = (names: readonly string[]) => [...names].sort((a, b) => collator.compare(a, b));

test('Get Many gives the first by name, with any limit, of a list in any order', async () => {
	const { project, dataset } = harness.server.seed.project({ name: 'Fleet', datasetName: 'Fleet images' });
	const names = fc
		.sample(fc.uniqueArray(fc.stringMatching(/^[a-z0-9]{1,8}$/), { minLength: 60, maxLength: 60 }), {
			numRuns: 1,
			seed: 7,
		})[0]!
		.map((name) => `${name}.jpg`);
	harness.server.seed.tasks(project, dataset!, {
		count: names.length,
		name: (index) => names[index]!,
	});
	for (const limit of [1, 7, 59, 60, 61, undefined]) {
		const page = limit === undefined ? { returnAll: true } : { returnAll: false, limit };
		const ofImages = await harness.run('image', 'getAll', { datasetId: byId(dataset!.id), ...page });
		const ofTasks = await harness.run('task', 'getAll', { projectId: byId(project.id), ...page });
		const expected = sortedNames(names).slice(0, limit);
		expect(jsonOf(ofImages).map(({ imageName }) => imageName)).toEqual(expected);
		expect(jsonOf(ofTasks).map(({ imageName }) => imageName)).toEqual(expected);
	}
});

test('Dataset: Get and Get Many count the images, and show them as the server does without Simplify', async () => {
	const [front, rear] = someImages(3);
	const simple = jsonOf(await harness.run('dataset', 'getAll', { returnAll: true, simplify: true }));
	expect(simple.map(({ name, imageCount }) => [name, imageCount])).toEqual([
		['Front', 3],
		['Rear', 3],
	]);
	expect(simple[0]).not.toHaveProperty('images');
	const raw = jsonOf(await harness.run('dataset', 'getAll', { returnAll: true, simplify: false }));
	expect(raw.map(({ media }) => (media as unknown[]).length)).toEqual([3, 3]);
	const one = await harness.run('dataset', 'get', { datasetId: byId(rear!.id), simplify: true });
	expect(jsonOf(one)).toEqual([simple[1]]);
	const rawOne = await harness.run('dataset', 'get', { datasetId: byId(front!.id), simplify: false });
	expect(jsonOf(rawOne)[0]).toMatchObject({ id: front!.id });
	expect((jsonOf(rawOne)[0]!.media as Array<{ id: string }>).map(({ id }) => id).sort()).toEqual(
		[...front!.media].map(({ id }) => id).sort(),
	);
});

test('Many items come out in their order, with what failed in its place', async () => {
	const { dataset } = harness.server.seed.project({ name: 'Fleet', datasetName: 'Fleet images' });
	const items = Array.from({ length: 700 }, (_, index) => ({
		json: { datasetId: index % 3 === 0 ? '' : dataset!.id, index },
	}));
	const parameters = { datasetId: '={{ $json.datasetId }}' };
	const settings = { onError: 'continueRegularOutput' } as const;
	const finished = outputOf(await harness.run('dataset', 'get', parameters, { items, settings }));
	expect(finished.map(({ pairedItem }) => pairedItem)).toEqual(items.map((_, item) => ({ item })));
	expect(finished.map(({ json }) => 'error' in json)).toEqual(items.map((_, index) => index % 3 === 0));
});
