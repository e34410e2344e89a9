/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { byId, jsonOf, openHarness, requestsDuring, type Harness } from '../../support/datagym';

let harness: Harness;

beforeAll(async () => {
	harness = await openHarness({ generation: 'open-core', dummyProject: false }, { authentication: 'none', token: '' });
});
afterEach(() => harness.server.onRequest(undefined));
afterAll(async () => await harness.close());

let datasets = 0;
function imagesOf(count: number) {
	const { project, dataset } = harness.server.seed.project({ name: `P ${++datasets}`, datasetName: `D ${datasets}` });
	return harness.server.seed.tasks(project, dataset!, { count }).map(({ medium }) => medium);
}

const remove = async (ids: readonly string[], parameters = {}, settings = {}) =>
	await harness.run(
		'image',
		'delete',
		{ imageId: byId('={{ $json.id }}'), ...parameters },
		{ items: ids.map((id) => ({ json: { id } })), settings },
	);

const isWrite = ({ method }: { method: string }) => method === 'DELETE';

describe('Image: Delete of many on an open core', () => {
	test('sends few requests, and each item has its result', async () => {
		const images = imagesOf(250);
		const requests = await requestsDuring(harness, async () => {
			const results = jsonOf(await remove(images.map(({ id }) => id)));
			expect(results).toEqual(images.map(({ id }) => ({ imageId: id, deleted: true, deletedNow: true })));
		});
		expect(images.every(({ deleted }) => deleted)).toBe(true);
		expect(requests.filter(isWrite).map(({ route }) => route)).toEqual(Array(3).fill('DELETE /api/media/list'));
	});

	test('says of each image alone what is wrong, if one cannot be deleted', async () => {
		const images = imagesOf(4);
		images[1]!.deleted = true;
		const ids = images.map(({ id }) => id);
		expect(jsonOf(await remove(ids)).map(({ deletedNow }) => deletedNow)).toEqual([true, false, true, true]);
		expect(images.every(({ deleted }) => deleted)).toBe(true);
	});

	test('goes on after an unknown image only if the user wants that', async () => {
		const unknown = '7444ab91-0c3f-4c0e-9d3a-2f1f6a1b2c3d';
		const images = imagesOf(3);
		const ids = [images[0]!.id, unknown, images[1]!.id, images[2]!.id];
		const results = jsonOf(await remove(ids, {}, { onError: 'continueRegularOutput' }));
		expect(results.map(({ error }) => typeof error)).toEqual(['undefined', 'string', 'undefined', 'undefined']);
		expect(images.every(({ deleted }) => deleted)).toBe(true);
		const others = imagesOf(2);
		const run = await remove([others[0]!.id, unknown, others[1]!.id], {
			options: { network: { settings: { concurrency: 1 } } },
		});
		expect(run.error?.message).toMatch(/^There is no image/);
		expect(others.map(({ deleted }) => deleted)).toEqual([true, false]);
	});

	test('deletes an image that comes twice once', async () => {
		const [image, other] = imagesOf(2);
		const run = await remove([image!.id, other!.id, image!.id]);
		expect(jsonOf(run).map(({ deletedNow }) => deletedNow)).toEqual([true, true, false]);
	});

	test('sends nothing if an item names no image', async () => {
		const [image] = imagesOf(1);
		const run = await remove(['', image!.id], { options: { network: { settings: { concurrency: 1 } } } });
		expect(run.error?.message).toBe('"Image" is empty');
		expect(image!.deleted).toBe(false);
	});

	test('knows that all are deleted if only the response was lost', async () => {
		const images = imagesOf(3);
		let struck = 0;
		harness.server.onRequest(({ route }) => {
			if (route !== 'DELETE /api/media/list' || struck++ > 0) return undefined;
			for (const image of images) image.deleted = true;
			return { destroy: true };
		});
		const run = await remove(
			images.map(({ id }) => id),
			{ options: { ifDeleted: 'fail' } },
		);
		expect(jsonOf(run).map(({ deletedNow }) => deletedNow)).toEqual([true, true, true]);
		expect(struck).toBe(2);
	});

	test('uses the plain request for one image', async () => {
		const [image] = imagesOf(1);
		const requests = await requestsDuring(harness, async () => void jsonOf(await remove([image!.id])));
		expect(requests.filter(isWrite).map(({ route }) => route)).toEqual(['DELETE /api/media/:id']);
	});
});
