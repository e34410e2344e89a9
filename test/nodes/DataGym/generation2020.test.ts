/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { byId, jsonOf, openHarness, outputOf, requestsDuring, type Harness } from '../../support/datagym';
import { addLinks } from '../../emulator/store/media';
import { jpeg } from '../../support/images';

let harness: Harness;

beforeAll(async () => {
	harness = await openHarness({ generation: '2020', dummyProject: false });
});
afterAll(async () => await harness.close());

const CAR = { entryKey: 'car', type: 'rectangle' };

function newProject(name: string) {
	const { project, dataset } = harness.server.seed.project({ name, datasetName: name, classes: [CAR] });
	return { project, dataset: dataset!, projectId: byId(project.id), datasetId: byId(dataset!.id) };
}

describe('a server of the API documented in 2020', () => {
	test('is found out with one request, once', async () => {
		// A server of its own, since the node remembers the generation of a server that it has asked.
		const unknown = await openHarness({ generation: '2020', dummyProject: false });
		const { dataset } = unknown.server.seed.project({ name: 'Detection', datasetName: 'Detection', classes: [CAR] });
		const items = [await unknown.itemWithFile(await jpeg(), 'a.jpg')];
		const requests = await requestsDuring(unknown, async () => {
			for (let time = 0; time < 2; time++)
				jsonOf(await unknown.run('image', 'upload', { datasetId: byId(dataset!.id) }, { items }));
		});
		await unknown.close();
		const paths = requests.map(({ method, path }) => `${method} ${path}`);
		expect(paths.filter((path) => path.startsWith('GET /api/v1/media/'))).toHaveLength(1);
	});

	test('gives projects, datasets and images under the same names as a current one', async () => {
		const { project, dataset, datasetId } = newProject('Names');
		harness.server.seed.tasks(project, dataset, { count: 2 });
		const [found] = jsonOf(await harness.run('project', 'getAll', { search: 'Names' }));
		expect(found).toMatchObject({ projectId: project.id, datasets: [{ datasetId: dataset.id, imageCount: 2 }] });
		expect(jsonOf(await harness.run('dataset', 'get', { datasetId }))).toMatchObject([
			{ datasetId: dataset.id, imageCount: 2 },
		]);
		expect(jsonOf(await harness.run('image', 'getAll', { datasetId }))).toMatchObject([
			{ imageName: 'image_000001.jpg', source: 'LOCAL' },
			{},
		]);
	});

	test('takes uploads and links, and gives and deletes images', async () => {
		const { datasetId } = newProject('Images');
		const bytes = await jpeg();
		const item = await harness.itemWithFile(bytes, 'a.jpg');
		const [uploaded] = jsonOf(await harness.run('image', 'upload', { datasetId }, { items: [item] }));
		expect(uploaded).toMatchObject({ imageName: 'a.jpg', status: 'uploaded' });
		const imageId = byId(String(uploaded?.imageId));
		const [back] = outputOf(await harness.run('image', 'download', { imageId }));
		expect(await harness.engine.readBinary(back!)).toEqual(bytes);
		expect(jsonOf(await harness.run('image', 'delete', { imageId }))).toMatchObject([{ deletedNow: true }]);
		const refused = await harness.run('image', 'addUrls', {
			datasetId,
			imageUrl: 'http://127.0.0.1:9/a.gif',
			ifRefused: 'report',
		});
		expect(jsonOf(refused)).toMatchObject([{ status: 'refused', serverStatus: 'UNSUPPORTED_MIME_TYPE' }]);
	});

	test('does not tell the link of an image, which is not asked for then', async () => {
		const { dataset } = newProject('Links');
		const [added] = addLinks(harness.server.store, dataset, ['http://127.0.0.1:9/a.jpg']);
		const { id } = added!.medium!;
		const requests = await requestsDuring(harness, async () => {
			const run = await harness.run('image', 'download', { imageId: byId(id) });
			expect(run.error?.message).toBe(`The link of the image ${id} is not known, so the image was not fetched`);
		});
		expect(requests.filter(({ path }) => path.endsWith(`/image/${id}`))).toEqual([]);
	});

	test('gives labels in the same form', async () => {
		const { project, dataset, projectId } = newProject('Labels');
		harness.server.seed.tasks(project, dataset, {
			count: 1,
			state: 'COMPLETED',
			labels: () => ({ labels: { car: [{ rectangle: [{ x: 1, y: 2, w: 3, h: 4 }], classifications: {} }] } }),
		});
		const options = { includeClasses: true };
		expect(jsonOf(await harness.run('export', 'getLabels', { projectId, options }))).toMatchObject([
			{
				imageName: 'image_000001.jpg',
				labels: [{ className: 'car', geometry: { type: 'rectangle', x: 1, y: 2, width: 3, height: 4 } }],
				classes: [{ className: 'car' }],
			},
		]);
	});

	test('takes predictions, but not for finished images', async () => {
		const { project, dataset, projectId } = newProject('Predictions');
		const [open, finished] = harness.server.seed.tasks(project, dataset, {
			count: 2,
			state: (index) => (index === 0 ? 'BACKLOG' : 'COMPLETED'),
		});
		const items = [open!, finished!].map(({ medium }) => ({
			json: {
				internal_image_ID: medium.id,
				labels: { car: [{ geometry: [{ x: 1, y: 2, w: 3, h: 4 }], classifications: {} }] },
			},
		}));
		const run = await harness.run(
			'prediction',
			'import',
			{ projectId, existingLabels: 'replaceAll' },
			{ items, settings: { onError: 'continueRegularOutput' } },
		);
		expect(jsonOf(run)).toMatchObject([
			{ status: 'imported', labelCount: 1, removedLabels: null },
			{ error: expect.stringContaining('is finished') },
		]);
		const safe = await harness.run('prediction', 'import', { projectId }, { items: [items[0]!] });
		expect(safe.error).toMatchObject({
			message: expect.stringContaining('because this server does not provide their authors'),
			description: expect.stringContaining('"Keep and Add"'),
		});
	});

	test('gives the classes of the label configuration from the export', async () => {
		const { project, dataset, projectId } = newProject('Config');
		harness.server.seed.tasks(project, dataset, { count: 1, state: 'COMPLETED' });
		expect(jsonOf(await harness.run('labelConfig', 'get', { projectId }))).toMatchObject([
			{ complete: false, entries: [], classes: [{ className: 'car', type: 'rectangle' }] },
		]);
	});

	test('says what it did not accept, though its errors have no key', async () => {
		const run = await harness.run(
			'project',
			'getAll',
			{},
			{ credential: await harness.saveCredential({ token: 'wrong' }) },
		);
		expect(run.error?.message).toContain('did not accept the API token');
	});

	test('can be forced, without a request', async () => {
		const credential = await harness.saveCredential({ baseUrl: `${harness.server.url}/`, apiGeneration: 'image' });
		const before = harness.server.requests.length;
		await harness.run('image', 'delete', { imageId: byId('nope') }, { credential });
		expect(harness.server.requests.slice(before).map(({ path }) => path)).toEqual(['/api/v1/image/nope']);
	});
});
