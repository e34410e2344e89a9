/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { addMedium } from '../../emulator/store/media';
import type { Dataset } from '../../emulator/store/model';
import { addDataset } from '../../emulator/store/datasets';
import { ORGANIZATION } from '../../emulator/store/store';
import { byId, jsonOf, openHarness, requestsDuring, type Harness } from '../../support/datagym';
import { jpeg } from '../../support/images';

/** On an open core, names may be any, and images are looked up by them where that is cheaper than listing a dataset. */

let harness: Harness;

beforeAll(async () => {
	harness = await openHarness({ generation: 'open-core', dummyProject: false }, { authentication: 'none' });
});
afterEach(() => harness.server.onRequest(undefined));
afterAll(async () => await harness.close());

let datasets = 0;
function newDataset(count: number, name = (index: number) => `image_${index}.jpg`): Dataset {
	const { store } = harness.server;
	const dataset = addDataset(store, { name: `By name ${++datasets}`, owner: ORGANIZATION, mediaType: 'IMAGE' });
	for (let index = 0; index < count; index++)
		addMedium(store, dataset, { name: name(index), sourceType: 'LOCAL', mimeType: 'image/jpeg', width: 4, height: 3 });
	return dataset;
}

const upload = async (dataset: Dataset, names: readonly string[], parameters = {}) => {
	const bytes = await jpeg();
	const items = [];
	for (const name of names) items.push(await harness.itemWithFile(bytes, name));
	return await harness.run('image', 'upload', { datasetId: byId(dataset.id), ...parameters }, { items });
};
const listed = (requests: ReadonlyArray<{ route: string }>) =>
	requests.filter(({ route }) => route === 'GET /api/dataset/:datasetId/file').length;

describe('Image: Upload', () => {
	test.each([
		'写真.jpg',
		'ümlaut ß é.jpg',
		'👨\u200d👩\u200d👧.png',
		'50%_off it\'s "q" <b>.jpg',
		'Ελλάς.jpg',
		`${'日'.repeat(251)}.jpg`,
		`${'😀'.repeat(251)}.jpg`,
	])('keeps the name %j', async (name) => {
		const dataset = newDataset(0);
		const [first] = jsonOf(await upload(dataset, [name]));
		expect(first).toMatchObject({ imageName: name, status: 'uploaded' });
		expect(first).not.toHaveProperty('requestedName');
		expect(jsonOf(await upload(dataset, [name]))).toMatchObject([{ imageId: first?.imageId, status: 'skipped' }]);
	});

	test.each([
		['a\tb\u0007c.jpg', 'a bc.jpg'],
		['folder/写真.jpg', '写真.jpg'],
		['cafe\u0301.jpg', 'caf\u00e9.jpg'],
		['half \ud800.jpg', 'half \ufffd.jpg'],
		['\u200b', 'image'],
	])('changes %j to %j', async (name, stored) =>
		expect(jsonOf(await upload(newDataset(0), [name]))).toMatchObject([{ imageName: stored }]),
	);

	test('shortens names over 255 characters, and keeps them apart', async () => {
		const long = (end: string) => `${'😀'.repeat(300)}${end}.jpg`;
		const names = jsonOf(await upload(newDataset(0), [long('1'), long('2')], { ifExists: 'rename' }));
		for (const { imageName } of names) expect([...String(imageName)]).toHaveLength(255);
		expect(names[0]?.imageName).not.toBe(names[1]?.imageName);
	});

	test('looks up a few names in a large dataset, also those that the search would read in another way', async () => {
		const existing = ['50%_off.jpg', 'back slash.jpg', '写真.jpg'];
		const dataset = newDataset(1000, (index) => existing[index] ?? `image_${index}.jpg`);
		const requests = await requestsDuring(harness, async () => {
			const found = jsonOf(await upload(dataset, [...existing, 'mage_7.jpg', 'IMAGE_7.JPG', '5.jpg']));
			expect(found.map(({ status }) => status)).toEqual([
				'skipped',
				'skipped',
				'skipped',
				'uploaded',
				'skipped',
				'uploaded',
			]);
		});
		expect(listed(requests)).toBe(0);
	});

	test('lists a dataset once for many names', async () => {
		const dataset = newDataset(300);
		const names = Array.from({ length: 10 }, (_, index) => `image_${index}.jpg`);
		const requests = await requestsDuring(harness, async () => {
			for (const { status } of jsonOf(await upload(dataset, names))) expect(status).toBe('skipped');
		});
		expect(listed(requests)).toBe(1);
		expect(requests.length).toBeLessThanOrEqual(3);
	});

	test('numbers names by all that are there, and looks nothing up twice', async () => {
		const dataset = newDataset(500, (index) => (index < 2 ? ['a.jpg', 'a (2).jpg'][index]! : `image_${index}.jpg`));
		expect(jsonOf(await upload(dataset, ['a.jpg', 'a.jpg'], { ifExists: 'rename' }))).toMatchObject([
			{ imageName: 'a (3).jpg' },
			{ imageName: 'a (4).jpg' },
		]);
	});

	test('finds the image of a name that somebody adds meanwhile, without a list', async () => {
		const dataset = newDataset(500);
		harness.server.onRequest(async ({ method }) => {
			const isThere = [...dataset.media].some(({ name }) => name === 'new.jpg');
			if (method !== 'POST' || isThere) return;
			addMedium(harness.server.store, dataset, { name: 'new.jpg', sourceType: 'LOCAL', mimeType: 'image/jpeg' });
		});
		const requests = await requestsDuring(harness, async () => {
			expect(jsonOf(await upload(dataset, ['NEW.jpg']))).toMatchObject([{ imageName: 'new.jpg', status: 'skipped' }]);
		});
		expect(listed(requests)).toBe(0);
	});
});

test('Image: Get Many asks for the names that contain a text only, and sorts as ever', async () => {
	const dataset = newDataset(1200, (index) => `${index % 400 === 0 ? 'Ärger' : 'image'} ${index}.jpg`);
	const requests = await requestsDuring(harness, async () => {
		const found = jsonOf(
			await harness.run('image', 'getAll', { datasetId: byId(dataset.id), search: 'ärger', returnAll: true }),
		);
		expect(found.map(({ imageName }) => imageName)).toEqual(['Ärger 0.jpg', 'Ärger 400.jpg', 'Ärger 800.jpg']);
		expect(found[0]).toMatchObject({ datasetId: dataset.id, source: 'LOCAL' });
	});
	expect(requests.map(({ route }) => route)).toEqual(['GET /api/dataset/:id/media']);
});

test('predictions find images by names in any letters, and by their label files', async () => {
	const classes = [{ entryKey: 'car', type: 'rectangle' }];
	const { project, dataset } = harness.server.seed.project({ name: 'Names', datasetName: 'Names', classes });
	const names = ['写真.jpg', '_u5199.jpg', 'ein 😀.png'];
	harness.server.seed.tasks(project, dataset!, { count: 3, name: (index) => names[index]! });
	const items = ['写真.jpg', '写.jpg', 'ein 😀'].map((name) => ({
		json: { external_media_ID: name, labels: { car: [{ rectangle: [{ x: 1, y: 1, w: 2, h: 2 }] }] } },
	}));
	const run = await harness.run('prediction', 'import', { projectId: byId(project.id) }, { items });
	expect(jsonOf(run).map(({ imageName }) => imageName)).toEqual(names);
});

describe("the editor's list of images", () => {
	const search = async (filter?: string, page?: string) =>
		await harness.engine.searchList(
			{ nodeType: 'n8n-nodes-datagym.dataGym', method: 'searchImages', parameters: {} },
			[harness.credential],
			filter,
			page,
		);

	test('asks each dataset for a page, by a part of the name', async () => {
		const dataset = newDataset(1200, (index) => `picker_${index}.jpg`);
		const name = dataset.name;
		const requests = await requestsDuring(harness, async () => {
			const { results, paginationToken } = await search('picker_7.');
			expect(results).toEqual([
				{ name: `picker_7.jpg (${name})`, value: expect.any(String), url: expect.stringContaining('/api/media/') },
			]);
			expect(paginationToken).toBeUndefined();
		});
		expect(listed(requests)).toBe(0);
	});

	test('goes on where it was, to the last image of all datasets, and finds the images of a dataset by its name', async () => {
		newDataset(150, (index) => `paged_${index}.jpg`);
		const last = newDataset(150, (index) => `paged_${index}.jpg`);
		const all: string[] = [];
		let token: string | undefined;
		do {
			const { results, paginationToken } = await search('paged_', token);
			expect(results.length).toBeGreaterThan(0);
			all.push(...results.map(({ value }) => String(value)));
			token = paginationToken === undefined ? undefined : String(paginationToken);
		} while (token !== undefined);
		expect(new Set(all).size).toBe(300);
		expect(all).toHaveLength(300);
		expect((await search(last.name)).results).toHaveLength(100);
		expect((await search('nothing is named so')).results).toEqual([]);
	});

	test('says why it cannot be loaded', async () => {
		harness.server.onRequest(() => ({ status: 403, body: '{"key":"ex_forbidden","params":[]}' }));
		await expect(search('a')).rejects.toThrow(/./);
	});
});
