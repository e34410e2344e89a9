/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { byId, jsonOf, openHarness, type Harness } from '../../support/datagym';

let harness: Harness;
let taskId: string;
let projectId: string;
let carId: string;

const box = (x: number) => ({ type: 'RECTANGLE', x, y: 2, width: 30, height: 40 }) as const;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
	const classes = [
		{ entryKey: 'car', type: 'rectangle' },
		{ entryKey: 'road', type: 'polygon' },
	];
	const { project, dataset } = harness.server.seed.project({
		name: 'Drive',
		datasetName: 'Clips',
		mediaType: 'VIDEO',
		classes,
	});
	const medium = harness.server.seed.video(dataset!, 'clip.mp4');
	const [task] = [...medium.tasks];
	harness.server.seed.videoLabel(task!, 'car', [
		{ frameNumber: 14, frameType: 'END', content: box(9) },
		{ frameNumber: 10, frameType: 'START', content: box(1.5) },
		{ frameNumber: 12, frameType: 'CHANGE', content: box(5) },
		{ frameNumber: 20, frameType: 'START_END', content: box(7) },
	]);
	const points = [
		{ id: 'p', x: 1, y: 1 },
		{ id: 'q', x: 9.7, y: 8.2 },
	];
	harness.server.seed.videoLabel(task!, 'road', [
		{ frameNumber: 20, frameType: 'START_END', content: { type: 'POLYGON', points } },
	]);
	harness.server.seed.move(task!, 'COMPLETED');
	taskId = task!.id;
	projectId = project.id;
	carId = task!.values.find(({ entry }) => entry.key === 'car')!.id;
});
afterEach(() => harness.server.onRequest(undefined));
afterAll(async () => await harness.close());

const getVideoTask = async (parameters = {}) => await harness.run('export', 'getVideoTask', { taskId, ...parameters });

describe('Export: Get Video Task', () => {
	test('gives each label with the frames in which it is visible, and its key frames in order', async () => {
		const [item] = jsonOf(await getVideoTask());
		expect(item).toMatchObject({ taskId, labels: expect.any(Array) });
		expect((item?.labels as object[]).find((label) => 'labelId' in label && label.labelId === carId)).toMatchObject({
			visible: [
				{ from: 10, to: 14 },
				{ from: 20, to: 20 },
			],
			keyFrames: [10, 12, 14, 20].map((frame) => ({ frame, geometry: { type: 'rectangle', width: 30 } })),
		});
	});

	test('says that of a polygon only the last point is known, and gives it in spite of its capital Y', async () => {
		const [item] = jsonOf(await getVideoTask());
		const keyFrames = (item?.labels as Array<{ keyFrames: object[] }>).flatMap((label) => label.keyFrames);
		expect(keyFrames).toContainEqual({
			frame: 20,
			geometry: { type: 'point', x: 9.7, y: 8.2 },
			isCut: true,
			classifications: {},
		});
	});

	test('gives the labels also where the task itself is not shown, and says what is missing', async () => {
		const [item] = jsonOf(await getVideoTask());
		expect(item?.problems).toEqual([
			'The class keys of the labels could not be read: This DataGym server has no S3 storage, which videos require',
		]);
		expect(jsonOf(await getVideoTask({ options: { addClassKeys: false } }))[0]).not.toHaveProperty('problems');
	});

	test('adds the names of the classes on a server that shows them', async () => {
		const entryValues = [
			{ id: carId, lcEntryId: 'e', entryTypeLcEntry: 'RECTANGLE', entryKeyLcEntry: 'car', children: [] },
		];
		const details = {
			taskId,
			labelTaskState: 'COMPLETED',
			labelConfig: { id: 'c', entries: [] },
			labelIteration: { id: 'i', entryValues },
			media: { id: 'm' },
		};
		harness.server.onRequest(({ path }) =>
			path === `/api/v1/task/${taskId}` ? { status: 200, body: JSON.stringify(details) } : undefined,
		);
		const [item] = jsonOf(await getVideoTask());
		expect(item?.labels).toContainEqual(expect.objectContaining({ labelId: carId, className: 'car' }));
	});

	test("gives the server's own answer when it shall not simplify", async () => {
		expect(jsonOf(await getVideoTask({ simplify: false }))).toMatchObject([
			{ frames: { 10: [{ visibleObjectId: carId }] }, object: { [carId]: { 12: { rectangle: [{ w: 30 }] } } } },
		]);
	});

	test('takes the task from what Get Labels gives for a video project', async () => {
		expect(jsonOf(await harness.run('export', 'getLabels', { projectId: byId(projectId) }))).toMatchObject([
			{ imageName: 'clip.mp4', taskId },
		]);
	});

	test('says that the task of an image is none of a video', async () => {
		const { project, dataset } = harness.server.seed.project({ name: 'Photos', datasetName: 'Photos' });
		const [task] = harness.server.seed.tasks(project, dataset!, { count: 1 });
		expect((await getVideoTask({ taskId: task!.id })).error?.message).toBe('The task is not a video task');
	});

	test('says that a server of the API documented in 2020 has no videos', async () => {
		const old = await openHarness({ generation: '2020', dummyProject: false });
		const { error } = await old.run('export', 'getVideoTask', { taskId });
		await old.close();
		expect(error?.message).toBe('This DataGym server has no videos');
	});
});
