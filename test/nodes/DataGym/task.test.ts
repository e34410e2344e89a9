/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { byId, jsonOf, openHarness, requestsTo, type Harness } from '../../support/datagym';

let harness: Harness;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
});
afterEach(() => harness.server.onRequest(undefined));
afterAll(async () => await harness.close());

const CLASSES = [
	{
		entryKey: 'car',
		entryValue: 'Car',
		type: 'rectangle',
		children: [{ entryKey: 'color', entryValue: 'Color', type: 'select', required: true, options: { red: 'Red' } }],
	},
	{ entryKey: 'lane', entryValue: 'Lane', type: 'line' },
	{ entryKey: 'weather', entryValue: 'Weather', type: 'select', options: { sun: 'Sun' } },
];
const car = (color?: string) => ({
	rectangle: [{ x: 10.5, y: 20, w: 30, h: 40 }],
	classifications: { color: [color ?? null] },
});

const STATES = [
	'BACKLOG',
	'WAITING',
	'WAITING_CHANGED',
	'IN_PROGRESS',
	'SKIPPED',
	'COMPLETED',
	'REVIEWED',
	'REVIEWED_SKIP',
] as const;

let projects = 0;
function newProject(classes: typeof CLASSES | object[] = CLASSES) {
	const { project, dataset } = harness.server.seed.project({
		name: `Project ${++projects}`,
		datasetName: `Dataset ${projects}`,
		classes: classes as typeof CLASSES,
	});
	return { project, dataset: dataset!, projectId: byId(project.id) };
}

function projectWithAllStates() {
	const { project, dataset, projectId } = newProject();
	harness.server.seed.tasks(project, dataset, {
		count: 16,
		state: (index) => STATES[index % 8]!,
		name: (index) => `photo ${String(index).padStart(2, '0')}.jpg`,
		labeler: 'anna@example.com',
	});
	return projectId;
}

describe('Task: Get Many', () => {
	test('gives the tasks in all states, by image name, and not only those that are waiting', async () => {
		const tasks = jsonOf(await harness.run('task', 'getAll', { projectId: projectWithAllStates(), returnAll: true }));
		expect(tasks.map(({ imageName }) => imageName)).toEqual(
			Array.from({ length: 16 }, (_, index) => `photo ${String(index).padStart(2, '0')}.jpg`),
		);
		expect(tasks.map(({ status }) => status)).toEqual([...STATES, ...STATES].map((state) => state.toLowerCase()));
		expect(tasks[0]).toMatchObject({
			taskId: expect.any(String),
			imageId: expect.any(String),
			labeler: 'anna@example.com',
			hasPredictions: false,
		});
	});

	test('gives the tasks in the chosen states, and asks for no other', async () => {
		const projectId = projectWithAllStates();
		const before = harness.server.count('GET /api/v1/task/:projectId/list');
		const tasks = jsonOf(
			await harness.run('task', 'getAll', { projectId, status: ['skipped', 'backlog'], returnAll: true }),
		);
		expect(new Set(tasks.map(({ status }) => status))).toEqual(new Set(['skipped', 'backlog']));
		expect(harness.server.count('GET /api/v1/task/:projectId/list') - before).toBe(2);
	});

	test('stops at the limit, and reads no more than that of each state', async () => {
		const projectId = projectWithAllStates();
		const tasks = jsonOf(await harness.run('task', 'getAll', { projectId, limit: 3 }));
		expect(tasks.map(({ imageName }) => imageName)).toEqual(['photo 00.jpg', 'photo 01.jpg', 'photo 02.jpg']);
		expect(harness.server.requests.at(-1)?.query.get('limit')).toBe('3');
	});

	test.each([
		['05.jpg', ['photo 05.jpg']],
		['OTO 0', ['photo 00.jpg', 'photo 01.jpg']],
		['5', ['photo 05.jpg', 'photo 15.jpg']],
		['ANNA@', ['photo 00.jpg', 'photo 01.jpg']],
		['_', []],
	])('finds %j anywhere in the name of the image or the labeler', async (search, names) => {
		const tasks = jsonOf(await harness.run('task', 'getAll', { projectId: projectWithAllStates(), search, limit: 2 }));
		expect(tasks.map(({ imageName }) => imageName)).toEqual(names);
	});

	test('reads several lists at a time, also when items are worked on one by one', async () => {
		const projectId = projectWithAllStates();
		const run = await harness.run(
			'task',
			'getAll',
			{ projectId, options: { network: { settings: { concurrency: 1 } } } },
			{ items: [{ json: {} }, { json: {} }] },
		);
		expect(jsonOf(run)).toHaveLength(32);
	});

	test("gives the server's own rows when it shall not simplify", async () => {
		const [row] = jsonOf(await harness.run('task', 'getAll', { projectId: projectWithAllStates(), simplify: false }));
		expect(row).toMatchObject({ labelTaskState: 'BACKLOG', mediaName: 'photo 00.jpg', hasJsonUpload: false });
	});
});

describe('Task: Get', () => {
	test('gives the labels with decimals, the size of the image, the dataset and the classes', async () => {
		const { project, dataset } = newProject();
		const [task] = harness.server.seed.tasks(project, dataset, {
			count: 1,
			state: 'WAITING',
			labels: () => ({ labels: { car: [car('red')] }, global_classifications: { weather: ['sun'] } }),
		});
		expect(jsonOf(await harness.run('task', 'get', { taskId: task!.id }))).toMatchObject([
			{
				taskId: task!.id,
				status: 'waiting',
				imageName: 'image_000001.jpg',
				width: 640,
				height: 480,
				datasetName: dataset.name,
				lastChangedConfig: expect.stringMatching(/^\d{4}-/),
				labels: [
					{
						labelId: expect.any(String),
						className: 'car',
						geometry: { type: 'rectangle', x: 10.5, y: 20, width: 30, height: 40 },
						classifications: { color: { values: ['red'] } },
					},
				],
				classifications: { weather: { values: ['sun'] } },
				classes: expect.arrayContaining([{ className: 'lane', type: 'line', number: 1 }]),
			},
		]);
	});

	test("gives the server's own answer when it shall not simplify", async () => {
		const { project, dataset } = newProject();
		const [task] = harness.server.seed.tasks(project, dataset, { count: 1 });
		expect(jsonOf(await harness.run('task', 'get', { taskId: task!.id, simplify: false }))).toMatchObject([
			{
				labelTaskState: 'BACKLOG',
				labelIteration: { entryValues: [{ entryKeyLcEntry: 'weather' }] },
				media: { id: task!.medium.id },
			},
		]);
	});

	test('says that there is no such task', async () => {
		expect((await harness.run('task', 'get', { taskId: 'nope' })).error?.message).toBe(
			'There is no task with the ID "nope"',
		);
	});
});

describe('Task: Complete', () => {
	function newTask(labels: object = {}, state: (typeof STATES)[number] = 'WAITING', classes: object[] = CLASSES) {
		const { project, dataset } = newProject(classes);
		return harness.server.seed.tasks(project, dataset, {
			count: 1,
			state,
			labels: () => ({ labels: labels as never }),
		})[0]!;
	}
	const complete = async (taskId: string, parameters = {}) =>
		await harness.run('task', 'complete', { taskId, ...parameters });

	test('completes a task whose required answers are given', async () => {
		const task = newTask({ car: [car('red')] });
		expect(jsonOf(await complete(task.id))).toMatchObject([
			{ taskId: task.id, imageName: 'image_000001.jpg', status: 'completed', completedNow: true },
		]);
		expect(task.state).toBe('COMPLETED');
	});

	test('says in words which required answers are missing', async () => {
		const task = newTask({ car: [car('red'), car()] });
		const { error } = await complete(task.id);
		expect(error?.message).toMatch(
			/^The task of "image_000001.jpg" cannot be completed: "Car" [12] → "Color" has no value$/,
		);
		expect(error?.description).toContain('Label: Update');
		expect(task.state).toBe('WAITING');
	});

	test('names the question about the whole image that reading the task has brought up', async () => {
		const task = newTask({}, 'BACKLOG', [
			{ entryKey: 'weather', entryValue: 'Weather', type: 'select', required: true, options: { sun: 'Sun' } },
		]);
		expect((await complete(task.id)).error?.message).toBe(
			'The task of "image_000001.jpg" cannot be completed: "Weather" has no value',
		);
	});

	test('tells all that is incomplete, not only what the server names first', async () => {
		const task = newTask({ car: [car()], lane: [{ geometry: [{ x: 1, y: 2 }], classifications: {} }] });
		expect((await complete(task.id)).error?.message).toContain('"Lane" has 1 of at least 2 points');
		expect((await complete(task.id)).error?.message).toContain('"Car" → "Color" has no value');
	});

	test('reads the task again and completes it, when the label configuration was changed in between', async () => {
		const task = newTask();
		let isChanged = false;
		harness.server.onRequest(({ path }) => {
			if (isChanged || !path.endsWith('/completeTask')) return;
			isChanged = true;
			task.project.configuration.changedAt += 1000;
		});
		expect(jsonOf(await complete(task.id))).toMatchObject([{ status: 'completed' }]);
		expect(requestsTo(harness, 'PUT', `${task.id}/completeTask`)).toBe(2);
	});

	test('gives up when the label configuration keeps changing', async () => {
		const task = newTask();
		harness.server.onRequest(({ path }) => {
			if (path.endsWith('/completeTask')) task.project.configuration.changedAt += 1000;
		});
		expect((await complete(task.id)).error?.message).toContain('keeps changing');
		expect(task.state).toBe('WAITING');
	});

	test.each(['COMPLETED', 'REVIEWED'] as const)('leaves a task alone that is %s already', async (state) => {
		const task = newTask({}, state);
		expect(jsonOf(await complete(task.id))).toMatchObject([{ status: state.toLowerCase(), completedNow: false }]);
		expect((await complete(task.id, { options: { ifCompleted: 'fail' } })).error?.message).toBe(
			`The task of "image_000001.jpg" is already ${state.toLowerCase()}`,
		);
		expect(task.state).toBe(state);
	});
});

describe('Task: Skip', () => {
	test('skips a task, and again', async () => {
		const { project, dataset } = newProject();
		const [task] = harness.server.seed.tasks(project, dataset, { count: 1, state: 'WAITING' });
		for (let time = 0; time < 2; time++)
			expect(jsonOf(await harness.run('task', 'skip', { taskId: task!.id }))).toMatchObject([
				{ taskId: task!.id, status: 'skipped' },
			]);
		expect(task!.state).toBe('SKIPPED');
	});
});

describe('on a server of the API documented in 2020', () => {
	test.each([
		['getAll', { projectId: byId('p') }],
		['get', { taskId: 't' }],
		['complete', { taskId: 't' }],
		['skip', { taskId: 't' }],
	])('%s says that there are no tasks', async (operation, parameters) => {
		const old = await openHarness({ generation: '2020', dummyProject: false });
		const run = await old.run('task', operation, parameters);
		await old.close();
		expect(run.error).toMatchObject({ message: 'This DataGym server has no tasks' });
		expect(run.error?.description).toContain('documented in 2020');
	});
});
