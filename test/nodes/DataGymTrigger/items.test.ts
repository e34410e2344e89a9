/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { joinUnchecked } from '../../emulator/store/projects';
import type { Override, SeenRequest } from '../../emulator/http/observation';
import { openHarness, type Harness } from '../../support/datagym';
import { jpeg } from '../../support/images';
import { box, itemsOf, Scene, emittedBy } from './scene';

let harness: Harness;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
});
afterAll(async () => await harness.close());

describe('an item', () => {
	test('carries the task alone, for which nothing more is asked', async () => {
		const scene = Scene.of(harness, 'Task only', ['a.jpg']);
		const active = await scene.watch({ output: 'task' });
		const before = harness.server.count('GET /api/v1/task/:id');
		scene.task('a.jpg').labeler = 'Ada';
		scene.move('COMPLETED', 'a.jpg');
		await active.tick();
		const { id, medium } = scene.task('a.jpg');
		expect(itemsOf(active)).toEqual([
			[
				{
					event: 'completed',
					projectId: scene.id,
					projectName: 'Task only',
					taskId: id,
					imageId: medium.id,
					imageName: 'a.jpg',
					status: 'completed',
					labeler: 'Ada',
					reviewComment: null,
				},
			],
		]);
		expect(harness.server.count('GET /api/v1/task/:id')).toBe(before);
		await active.deactivate();
	});

	test('carries the labels with exact coordinates and the size of the image', async () => {
		const scene = Scene.of(harness, 'Labels', ['a.jpg', 'b.jpg']);
		const active = await scene.watch({ output: 'labels' });
		scene.move('COMPLETED', 'b.jpg');
		await active.tick();
		expect(itemsOf(active)).toMatchObject([
			[
				{
					imageName: 'b.jpg',
					datasetId: scene.dataset.id,
					datasetName: 'Labels images',
					width: 640,
					height: 480,
					labels: [
						{
							labelId: expect.any(String) as string,
							className: 'car',
							geometry: { type: 'rectangle', x: 1.5, y: 20.25, width: 100, height: 50 },
						},
					],
				},
			],
		]);
		await active.deactivate();
	});

	test('of an image that was sent back is not read, since that could block its completion', async () => {
		const scene = Scene.of(harness, 'Sent back', ['a.jpg'], 'COMPLETED');
		const active = await scene.watch({ output: 'labels', events: ['reopened'] });
		scene.move('WAITING_CHANGED', 'a.jpg');
		const before = harness.server.count('GET /api/v1/task/:id');
		await active.tick();
		expect(itemsOf(active)).toMatchObject([[{ event: 'reopened', status: 'waiting_changed' }]]);
		expect(harness.server.count('GET /api/v1/task/:id')).toBe(before);
		await active.deactivate();
	});

	test("carries the image as a file of n8n's store", async () => {
		const scene = Scene.of(harness, 'Images', []);
		const bytes = await jpeg();
		const upload = {
			method: 'POST',
			headers: { Authorization: `Token ${harness.server.token}`, 'X-filename': 'front camera.jpg' },
			body: new Uint8Array(bytes),
		};
		await fetch(`${harness.server.url}/api/v1/media/${scene.dataset.id}/file`, upload);
		const [task] = harness.server.store.board(scene.project).listAll();
		const active = await scene.watch({ includeImage: true, binaryPropertyName: 'photo' });
		harness.server.seed.move(task!, 'COMPLETED');
		await active.tick();
		const [item] = active.runs[0]!.itemsOf('Trigger');
		expect(item?.binary).toMatchObject({ photo: { fileName: 'front camera.jpg', mimeType: 'image/jpeg' } });
		expect(await harness.engine.readBinary(item!, 'photo')).toEqual(bytes);
		await active.deactivate();
	});

	test('says why it has no image, which does not keep the others from coming', async () => {
		const scene = Scene.of(harness, 'Dead link', ['dead.jpg', 'other.jpg']);
		const active = await scene.watch({ includeImage: true });
		scene.move('COMPLETED', 'dead.jpg', 'other.jpg');
		harness.server.onRequest(({ path }) =>
			path.endsWith(`/media/${scene.task('dead.jpg').medium.id}`)
				? { status: 400, body: '{"key":"ex_validation","details":[{"name":"data","key":"Invalid image url"}]}' }
				: undefined,
		);
		await active.tick();
		harness.server.onRequest(undefined);
		expect(itemsOf(active)[0]).toMatchObject([
			{ imageName: 'dead.jpg', imageProblem: expect.any(String) as string },
			{ imageName: 'other.jpg' },
		]);
		await active.deactivate();
	});

	test('of a video says that its labels are not told here', async () => {
		const scene = Scene.of(harness, 'Video', ['a.jpg']);
		const active = await scene.watch({ output: 'labels' });
		scene.move('COMPLETED', 'a.jpg');
		harness.server.onRequest(({ route }) =>
			route === 'GET /api/v1/task/:id'
				? { status: 503, body: '{"key":"ex_service_unavailable","params":["aws"]}' }
				: undefined,
		);
		await active.tick();
		harness.server.onRequest(undefined);
		expect(itemsOf(active)).toMatchObject([
			[{ event: 'completed', labels: [], problems: [{ message: expect.stringContaining('video') as string }] }],
		]);
		await active.deactivate();
	});
});

/** Answers as the emulator does, with its lists the other way round: on the real server, their order differs from call to call. */
async function reversed({ path, query, headers }: SeenRequest): Promise<Override | undefined> {
	if (headers['x-as-it-is'] !== undefined) return undefined;
	const answer = await fetch(new URL(`${path}?${query.toString()}`, harness.server.url), {
		headers: { 'x-as-it-is': 'yes', authorization: String(headers.authorization ?? '') },
	});
	const body = (await answer.json()) as { labelIteration?: { entryValues: unknown[] } } | unknown[];
	if (Array.isArray(body)) body.reverse();
	else body.labelIteration?.entryValues.reverse();
	return { status: answer.status, body: JSON.stringify(body) };
}

test('the order of items and labels is the same in whatever order the server has them', async () => {
	const scene = Scene.of(harness, 'In order', ['a.jpg', 'b.jpg', 'c.jpg'], 'COMPLETED');
	const other = harness.server.seed.project({ name: 'Same names', datasetName: 'Same names' }).dataset!;
	joinUnchecked(harness.server.store, scene.project, other);
	harness.server.seed.tasks(scene.project, other, { count: 1, name: () => 'b.jpg', state: 'COMPLETED' });
	for (const x of [10, 20, 30]) harness.server.seed.label(scene.task('b.jpg'), box(x));
	const emitted = async () => {
		const active = await scene.watch({ output: 'labels', options: { firstActivation: 'everything' } });
		await active.tick();
		await active.deactivate();
		return itemsOf(active);
	};
	const expected = await emitted();
	harness.server.onRequest(reversed);
	const found = await emitted();
	harness.server.onRequest(undefined);
	expect(expected[0]?.map(({ imageName }) => imageName)).toEqual(['a.jpg', 'b.jpg', 'b.jpg', 'c.jpg']);
	expect(expected[0]?.flatMap(({ labels }) => labels)).toHaveLength(6);
	expect(found).toEqual(expected);
});

describe('filters', () => {
	test.each([
		["the image's name", { imageName: 'FRONT' }, ['completed front_2.jpg']],
		['the labeler', { labeler: 'ada' }, ['completed rear_3.jpg']],
		['a class, in any case', { classes: 'Weather, TREE' }, ['completed rear_3.jpg']],
	])('let pass by %s, and what they stop is remembered as task', async (_what, filters, told) => {
		const scene = Scene.of(harness, 'Filters', ['front_2.jpg', 'rear_3.jpg', 'rear_4.jpg']);
		scene.task('rear_3.jpg').labeler = 'Ada Lovelace';
		harness.server.seed.label(scene.task('rear_3.jpg'), {
			labels: {
				tree: [
					{
						polygon: [
							{ x: 1, y: 1 },
							{ x: 5, y: 1 },
							{ x: 5, y: 5 },
						],
					},
				],
			},
		});
		const active = await scene.watch({ filters });
		scene.move('COMPLETED', 'front_2.jpg', 'rear_3.jpg', 'rear_4.jpg');
		await active.tick();
		expect(emittedBy(active)).toEqual([told]);
		await active.kill();
		const without = await scene.watch({}, { saved: active.saved });
		await without.tick();
		expect(emittedBy(without)).toEqual([]);
		await without.deactivate();
	});

	test('let pass by the dataset, with one request for it and none that changes anything', async () => {
		const scene = Scene.of(harness, 'Two datasets', ['a.jpg', 'b.jpg']);
		const other = harness.server.seed.project({ name: 'Elsewhere', datasetName: 'Other images' }).dataset!;
		joinUnchecked(harness.server.store, scene.project, other);
		const active = await scene.watch({ filters: { datasetIds: [other.id] } });
		harness.server.seed.tasks(scene.project, other, { count: 1, name: () => 'c.jpg', state: 'COMPLETED' });
		scene.move('COMPLETED', 'a.jpg', 'b.jpg');
		const before = harness.server.requests.length;
		await active.tick();
		expect(emittedBy(active)).toEqual([['completed c.jpg']]);
		const list = 'GET /api/v1/task/:projectId/list';
		expect(harness.server.requests.slice(before).map(({ route }) => route)).toEqual([
			list,
			list,
			'GET /api/v1/dataset/:id',
		]);
		await active.deactivate();
	});
});

describe('changed labels', () => {
	const relabel = (scene: Scene, image: string, x: number) => {
		const task = scene.task(image);
		for (const value of [...task.values]) harness.server.store.values.delete(value.id);
		task.values = [];
		task.seeded = null;
		harness.server.seed.label(task, box(x));
	};

	test('of finished images are found within a round, and told once', async () => {
		const scene = Scene.of(harness, 'Changed', ['a', 'b', 'c', 'd', 'e'], 'COMPLETED');
		const active = await scene.watch({ events: ['labelsChanged'], output: 'labels', options: { labelChecks: 2 } });
		for (let poll = 0; poll < 3; poll++) await active.tick();
		relabel(scene, 'd', 333.25);
		for (let poll = 0; poll < 3; poll++) await active.tick();
		expect(itemsOf(active)).toMatchObject([
			[{ event: 'labelsChanged', imageName: 'd', labels: [{ geometry: { x: 333.25 } }] }],
		]);
		relabel(scene, 'd', 334);
		for (let poll = 0; poll < 6; poll++) await active.tick();
		expect(emittedBy(active)).toEqual([['labelsChanged d'], ['labelsChanged d']]);
		await active.deactivate();
	});

	test('are not what the server adds when it is asked', async () => {
		const scene = Scene.of(harness, 'Answers', ['a', 'b'], 'REVIEWED');
		const active = await scene.watch({ events: ['labelsChanged'] });
		for (let poll = 0; poll < 4; poll++) await active.tick();
		expect(emittedBy(active)).toEqual([]);
		await active.deactivate();
	});

	test('that come with a review are told with it', async () => {
		const scene = Scene.of(harness, 'Corrected', ['a', 'b']);
		const active = await scene.watch({
			events: ['completed', 'reviewed', 'labelsChanged'],
			options: { labelChecks: 1 },
		});
		scene.move('COMPLETED', 'a', 'b');
		await active.tick();
		relabel(scene, 'a', 99);
		scene.move('REVIEWED', 'a', 'b');
		await active.tick();
		expect(emittedBy(active)).toEqual([
			['completed a', 'completed b'],
			['labelsChanged a', 'reviewed a', 'reviewed b'],
		]);
		await active.deactivate();
	});

	test('are known over a restart once a round is over, for which one execution without items is spent', async () => {
		const scene = Scene.of(harness, 'Round', ['a', 'b', 'c'], 'COMPLETED');
		const before = await scene.watch({ events: ['labelsChanged'], options: { labelChecks: 1 } });
		for (let poll = 0; poll < 6; poll++) await before.tick();
		expect(before.runs.map(({ itemsOf: of }) => of('Trigger').length)).toEqual([0]);
		await before.kill();
		relabel(scene, 'b', 77);
		const after = await scene.watch(
			{ events: ['labelsChanged'], options: { labelChecks: 1 } },
			{ saved: before.saved },
		);
		for (let poll = 0; poll < 4; poll++) await after.tick();
		expect(emittedBy(after)).toEqual([['labelsChanged b']]);
		await after.deactivate();
	});
});
