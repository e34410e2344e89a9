/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import sharp from 'sharp';
import { openHarness, requestsDuring, type Harness } from '../../support/datagym';
import { box, itemsOf, Scene } from './scene';

let harness: Harness;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
});
afterAll(async () => await harness.close());

const OUTPUT = { output: 'itemPerLabel' };

describe('an event with an item per label', () => {
	test('gives each label as a flat item, and an image without labels one', async () => {
		const scene = Scene.of(harness, 'Rows', ['a.jpg', 'b.jpg']);
		harness.server.seed.label(scene.task('a.jpg'), box(200));
		scene.task('b.jpg').seeded = () => harness.server.seed.label(scene.task('b.jpg'), { labels: {} });
		const active = await scene.watch(OUTPUT);
		scene.move('COMPLETED', 'a.jpg', 'b.jpg');
		await active.tick();
		const [items] = itemsOf(active);
		expect(items?.map(({ imageName, className, x }) => [imageName, className, x])).toEqual([
			['a.jpg', 'car', 0.5],
			['a.jpg', 'car', 200],
			['b.jpg', null, null],
		]);
		expect(items?.[0]).toMatchObject({
			event: 'completed',
			projectId: scene.id,
			projectName: 'Rows',
			taskId: scene.task('a.jpg').id,
			status: 'completed',
			type: 'rectangle',
			y: 20.25,
			width: 100,
			height: 50,
			labelId: expect.any(String) as string,
			imageWidth: 640,
			imageHeight: 480,
			image_weather: null,
			problem: null,
		});
		expect(new Set(items?.map((item) => Object.keys(item).join()))).toHaveProperty('size', 1);
		await active.deactivate();
	});

	test('is emitted once, whole, and counts as one in the limit of a poll', async () => {
		const scene = Scene.of(harness, 'Whole events', ['a.jpg', 'b.jpg']);
		for (const name of ['a.jpg', 'b.jpg']) harness.server.seed.label(scene.task(name), box(200));
		const active = await scene.watch({ ...OUTPUT, options: { maxItems: 1 } });
		scene.move('COMPLETED', 'a.jpg', 'b.jpg');
		for (let poll = 0; poll < 3; poll++) await active.tick();
		expect(itemsOf(active).map((items) => items.map(({ imageName }) => imageName))).toEqual([
			['a.jpg', 'a.jpg'],
			['b.jpg', 'b.jpg'],
		]);
		await active.deactivate();
	});

	test('is not mixed with the next one of the same image', async () => {
		const scene = Scene.of(harness, 'Two events', ['a.jpg']);
		harness.server.seed.label(scene.task('a.jpg'), box(200));
		const active = await scene.watch({ ...OUTPUT, events: ['completed', 'reviewed'], options: { maxItems: 1 } });
		scene.move('REVIEWED', 'a.jpg');
		for (let poll = 0; poll < 3; poll++) await active.tick();
		expect(itemsOf(active).map((items) => items.map(({ event }) => event))).toEqual([
			['completed', 'completed'],
			['reviewed', 'reviewed'],
		]);
		await active.deactivate();
	});

	test('of an image that was sent back has one item with the columns of the others', async () => {
		const scene = Scene.of(harness, 'Back', ['a.jpg', 'b.jpg']);
		const active = await scene.watch({ ...OUTPUT, events: ['completed', 'reopened'] });
		scene.move('COMPLETED', 'a.jpg');
		await active.tick();
		scene.move('WAITING_CHANGED', 'a.jpg');
		scene.move('COMPLETED', 'b.jpg');
		await active.tick();
		const last = itemsOf(active).at(-1);
		expect(last).toMatchObject([
			{ event: 'completed', imageName: 'b.jpg', className: 'car' },
			{ event: 'reopened', imageName: 'a.jpg', className: null, labelId: null },
		]);
		expect(Object.keys(last?.[0] ?? {})).toEqual(Object.keys(last?.[1] ?? {}));
		await active.deactivate();
	});

	test('tells changed labels', async () => {
		const scene = Scene.of(harness, 'Changed', ['a.jpg'], 'COMPLETED');
		const active = await scene.watch({ ...OUTPUT, events: ['labelsChanged'] });
		await active.tick();
		harness.server.seed.label(scene.task('a.jpg'), box(300));
		await active.tick();
		expect(
			itemsOf(active)
				.at(-1)
				?.map(({ event, x }) => [event, x]),
		).toEqual([
			['labelsChanged', 0.5],
			['labelsChanged', 300],
		]);
		await active.deactivate();
	});

	test('has the same columns in all projects', async () => {
		const one = Scene.of(harness, 'First', ['a.jpg']);
		const other = Scene.of(harness, 'Second', ['z.jpg'], 'WAITING', [
			{ entryKey: 'car', type: 'rectangle', children: [{ entryKey: 'color', type: 'freetext' }] },
		]);
		const active = await one.watch({ ...OUTPUT, projectIds: [one.id, other.id] });
		one.move('COMPLETED', 'a.jpg');
		other.move('COMPLETED', 'z.jpg');
		await active.tick();
		const [items] = itemsOf(active);
		expect(items?.map(({ imageName }) => imageName)).toEqual(['a.jpg', 'z.jpg']);
		for (const item of items ?? []) expect(Object.keys(item).slice(-2)).toEqual(['color', 'image_weather']);
		await active.deactivate();
	});

	test('is shown by the test in the editor', async () => {
		const scene = Scene.of(harness, 'Shown', ['a.jpg'], 'COMPLETED');
		harness.server.seed.label(scene.task('a.jpg'), box(200));
		const run = await harness.engine.runWorkflow(scene.workflow(OUTPUT), { credentials: [harness.credential] });
		expect(run.itemsOf('Trigger').map(({ json }) => json.x)).toEqual([0.5, 200]);
	});
});

describe('crops', () => {
	/** A finished image of two halves, red and blue, with a label on each; the other one has no file. */
	async function halves(name: string) {
		const scene = Scene.of(harness, name, ['gone.png']);
		const half = (background: string) => ({ create: { width: 50, height: 40, channels: 3, background } }) as const;
		const bytes = await sharp({ create: { width: 100, height: 40, channels: 3, background: '#ff0000' } })
			.composite([{ input: half('#0000ff'), left: 50, top: 0 }])
			.png()
			.toBuffer();
		const upload = {
			method: 'POST',
			headers: { Authorization: `Token ${harness.server.token}`, 'X-filename': 'halves.png' },
			body: new Uint8Array(bytes),
		};
		await fetch(`${harness.server.url}/api/v1/media/${scene.dataset.id}/file`, upload);
		const task = harness.server.store
			.board(scene.project)
			.listAll()
			.find(({ medium }) => medium.name === 'halves.png')!;
		const boxes = [0, 50].map((x) => ({ rectangle: [{ x, y: 0, w: 50, h: 40 }] }));
		harness.server.seed.label(task, { labels: { car: boxes } });
		return { scene, task, bytes };
	}

	test('come with each label, the image itself as well, for which it is fetched once', async () => {
		const { scene, task, bytes } = await halves('Halves');
		const active = await scene.watch({
			...OUTPUT,
			events: ['completed', 'reviewed'],
			includeImage: true,
			includeCrop: true,
			crop: { maxSize: 10 },
		});
		harness.server.seed.move(task, 'REVIEWED');
		const requests = await requestsDuring(harness, async () => await active.tick());
		expect(requests.filter(({ path }) => path.endsWith(`/media/${task.medium.id}`))).toHaveLength(1);
		const items = active.runs[0]!.itemsOf('Trigger');
		expect(items.map(({ json }) => [json.event, json.x])).toEqual([
			['completed', 0],
			['completed', 50],
			['reviewed', 0],
			['reviewed', 50],
		]);
		const colors = await Promise.all(
			items.map(async (item) => {
				const file = await harness.engine.readBinary(item, 'crop');
				expect(await sharp(file).metadata()).toMatchObject({ width: 10, height: 8, format: 'png' });
				const [r, g, b] = await sharp(file).removeAlpha().raw().toBuffer();
				return [r, g, b];
			}),
		);
		expect(colors).toEqual([
			[255, 0, 0],
			[0, 0, 255],
			[255, 0, 0],
			[0, 0, 255],
		]);
		expect(await harness.engine.readBinary(items[1]!, 'data')).toEqual(bytes);
		await active.deactivate();
	});

	test.each([
		['crop', { includeCrop: true, cropPropertyName: 'cut' }, /^The crop is missing: /],
		['image', { includeImage: true, binaryPropertyName: 'cut' }, /^[A-Z].*\.$/],
	])('the file of a %s that cannot be had is told, and all else is emitted', async (kind, parameters, problem) => {
		const { scene, task } = await halves(`Gone ${kind}`);
		const gone = scene.task('gone.png').medium.id;
		const active = await scene.watch({ ...OUTPUT, ...parameters });
		harness.server.seed.move(task, 'COMPLETED');
		scene.move('COMPLETED', 'gone.png');
		harness.server.onRequest(({ path }) =>
			path.endsWith(`/media/${gone}`)
				? { status: 400, body: '{"key":"ex_validation","details":[{"name":"data","key":"Invalid image url"}]}' }
				: undefined,
		);
		await active.tick();
		harness.server.onRequest(undefined);
		const items = active.runs[0]!.itemsOf('Trigger');
		expect(items.map(({ json, binary }) => [json.imageName, Object.keys(binary ?? {}), json.problem])).toEqual([
			['gone.png', [], expect.stringMatching(problem)],
			['halves.png', ['cut'], null],
			['halves.png', ['cut'], null],
		]);
		await active.deactivate();
	});
});

test('an item per image says how many labels there are', async () => {
	const scene = Scene.of(harness, 'Counts', ['a.jpg']);
	const active = await scene.watch({ output: 'labels' });
	scene.move('COMPLETED', 'a.jpg');
	await active.tick();
	expect(itemsOf(active)).toMatchObject([[{ labelCount: 1, classNames: ['car'] }]]);
	await active.deactivate();
});
