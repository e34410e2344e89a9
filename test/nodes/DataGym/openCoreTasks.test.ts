/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { INodeParameters } from 'n8n-workflow';
import { ask } from '../../emulator/ask';
import { TASK_STATES, type TaskState } from '../../emulator/store/model';
import { byId, jsonOf, openHarness, requestsDuring, type Harness } from '../../support/datagym';

let harness: Harness;
let tokenServer: Harness;

beforeAll(async () => {
	harness = await openHarness({ generation: 'open-core', dummyProject: false }, { authentication: 'none', token: '' });
	tokenServer = await openHarness({ dummyProject: false });
});
afterEach(() => harness.server.onRequest(undefined));
afterAll(async () => {
	await harness.close();
	await tokenServer.close();
});

let scenes = 0;
function scene(states: readonly TaskState[] = TASK_STATES) {
	const name = `Fleet ${++scenes}`;
	const { project, dataset } = harness.server.seed.project({ name, datasetName: `${name} images` });
	const tasks = harness.server.seed.tasks(project, dataset!, {
		count: states.length,
		state: (index) => states[index]!,
		name: (index) => `photo ${index}.jpg`,
		labeler: 'anna',
	});
	const ofState = (state: TaskState) => tasks[states.indexOf(state)]!.id;
	return { project, dataset: dataset!, tasks, projectId: byId(project.id), ofState };
}

interface Row {
	taskId: string;
	labelTaskState: string;
	labeler: string | null;
	reviewComment: string | null;
}

/** The tasks of a project as the server lists them for its own user interface. */
const rows = async (projectId: string) =>
	(await ask<Row[]>(harness.server, 'GET', `/api/project/${projectId}/task`)).json;
const states = async (projectId: string) => (await rows(projectId)).map(({ labelTaskState }) => labelTaskState);
const stateOf = async (projectId: string, id: string) =>
	(await rows(projectId)).find(({ taskId }) => taskId === id)?.labelTaskState;

const run = async (operation: string, parameters: INodeParameters) => await harness.run('task', operation, parameters);

describe('Task: Release', () => {
	test('releases the backlog of a project, leaves all other tasks, and counts', async () => {
		const { project, projectId } = scene(['BACKLOG', 'BACKLOG', 'COMPLETED', 'WAITING']);
		expect(jsonOf(await run('release', { projectId }))).toEqual([
			{ projectId: project.id, released: true, movedTasks: 2, tasksByStatus: { waiting: 3, completed: 1 } },
		]);
		expect(await states(project.id)).toEqual(['WAITING', 'WAITING', 'COMPLETED', 'WAITING']);
		expect(jsonOf(await run('release', { projectId }))).toMatchObject([{ movedTasks: 0 }]);
	});

	test('releases the backlog of one dataset only', async () => {
		const { project, dataset, projectId } = scene(['BACKLOG']);
		const other = harness.server.seed.project({ name: 'Beside', datasetName: 'Beside' }).dataset!;
		await harness.run('project', 'addDataset', { projectId, datasetId: byId(other.id) });
		harness.server.seed.tasks(project, other, { count: 3, name: (index) => `beside ${index}.jpg` });
		expect(jsonOf(await run('release', { projectId, scope: 'dataset', datasetId: byId(dataset.id) }))).toMatchObject([
			{ datasetId: dataset.id, movedTasks: 1, tasksByStatus: { waiting: 1, backlog: 3 } },
		]);
	});

	test('counts for each item what it has moved, also if they come together', async () => {
		const { project, dataset, projectId } = scene(['BACKLOG', 'BACKLOG']);
		const other = harness.server.seed.project({ name: 'Second', datasetName: 'Second' }).dataset!;
		await harness.run('project', 'addDataset', { projectId, datasetId: byId(other.id) });
		harness.server.seed.tasks(project, other, { count: 3, name: (index) => `second ${index}.jpg` });
		const outcome = await harness.run(
			'task',
			'release',
			{ projectId, scope: 'dataset', datasetId: byId('={{ $json.dataset }}') },
			{ items: [{ json: { dataset: dataset.id } }, { json: { dataset: other.id } }] },
		);
		expect(jsonOf(outcome).map(({ movedTasks }) => movedTasks)).toEqual([2, 3]);
	});

	test('returns waiting tasks to the backlog', async () => {
		const { project, projectId } = scene();
		expect(jsonOf(await run('release', { projectId, direction: 'return' }))).toMatchObject([
			{ released: false, movedTasks: 2 },
		]);
		expect((await states(project.id)).filter((state) => state === 'BACKLOG')).toHaveLength(3);
		expect(await states(project.id)).toContain('IN_PROGRESS');
	});

	test.each(TASK_STATES)('of a single task that is %s leaves it anywhere but in the backlog', async (state) => {
		const { project, ofState } = scene();
		const id = ofState(state);
		const status = (state === 'BACKLOG' ? 'WAITING' : state).toLowerCase();
		expect(jsonOf(await run('release', { scope: 'task', taskId: id }))).toEqual([
			expect.objectContaining({ taskId: id, status, released: true, imageName: expect.stringMatching(/^photo/) }),
		]);
		expect(await stateOf(project.id, id)).toBe(status.toUpperCase());
	});

	test('of a single task to the backlog takes waiting ones, and says of others why not', async () => {
		const { project, ofState } = scene();
		for (const state of ['WAITING', 'WAITING_CHANGED', 'BACKLOG'] as const) {
			const outcome = await run('release', { scope: 'task', taskId: ofState(state), direction: 'return' });
			expect(jsonOf(outcome)).toMatchObject([{ status: 'backlog', released: false }]);
		}
		for (const state of ['IN_PROGRESS', 'COMPLETED', 'REVIEWED_SKIP'] as const) {
			const { error } = await run('release', { scope: 'task', taskId: ofState(state), direction: 'return' });
			expect(error?.message).toMatch(
				/^The task of "photo \d.jpg" cannot be returned to the backlog, because its status/,
			);
			expect(error?.message).toContain(state.toLowerCase().replace('_', ' '));
			expect(await stateOf(project.id, ofState(state))).toBe(state);
		}
	});

	test('asks again when a response is lost, and counts right', async () => {
		const { projectId } = scene(['BACKLOG', 'BACKLOG', 'WAITING']);
		let struck = 0;
		harness.server.onRequest(({ route }) =>
			route === 'PUT /api/task/moveAll' && struck++ === 0 ? { destroy: true } : undefined,
		);
		expect(jsonOf(await run('release', { projectId }))).toMatchObject([{ movedTasks: 2 }]);
	});
});

describe('Task: Review', () => {
	test('accepts completed and skipped tasks, with a comment', async () => {
		const { project, ofState } = scene();
		const [completed, skipped] = [ofState('COMPLETED'), ofState('SKIPPED')];
		expect(jsonOf(await run('review', { taskId: completed, comment: 'Fine' }))).toEqual([
			{ taskId: completed, reviewed: true, accepted: true, status: 'reviewed', reviewedNow: true },
		]);
		expect(jsonOf(await run('review', { taskId: skipped }))).toMatchObject([{ status: 'reviewed_skip' }]);
		expect((await rows(project.id)).find(({ taskId }) => taskId === completed)).toMatchObject({
			labelTaskState: 'REVIEWED',
			reviewComment: 'Fine',
		});
		expect(await stateOf(project.id, skipped)).toBe('REVIEWED_SKIP');
	});

	test('does not open the task if the item says what it was, and corrects its status', async () => {
		const { project, tasks } = scene(['COMPLETED']);
		const items = jsonOf(await run('getAll', { projectId: byId(project.id) })).map((json) => ({
			json: json as object,
		}));
		const requests = await requestsDuring(harness, async () => {
			const outcome = await harness.run('task', 'review', { taskId: '={{ $json.taskId }}' }, { items: items as never });
			expect(jsonOf(outcome)).toMatchObject([{ taskId: tasks[0]!.id, imageName: 'photo 0.jpg', status: 'reviewed' }]);
		});
		expect(requests.map(({ route }) => route)).toEqual(['PUT /api/task/reviewedSuccess']);
	});

	test('rejects with a comment: the task waits again, for the same labeler', async () => {
		const { project, ofState } = scene();
		const id = ofState('COMPLETED');
		const comment = 'ä'.repeat(128);
		expect(jsonOf(await run('review', { taskId: id, decision: 'reject', comment }))).toMatchObject([
			{ accepted: false, status: 'waiting_changed', reviewedNow: true },
		]);
		expect((await rows(project.id)).find(({ taskId }) => taskId === id)).toMatchObject({
			labelTaskState: 'WAITING_CHANGED',
			reviewComment: comment,
			labeler: 'anna',
		});
	});

	test('refuses a comment that the server would refuse', async () => {
		const { project, ofState } = scene();
		const { error } = await run('review', { taskId: ofState('COMPLETED'), comment: 'x'.repeat(129) });
		expect(error).toMatchObject({
			message: '"Comment" has 129 characters',
			description: 'Shorten it to 128 characters.',
		});
		expect(await stateOf(project.id, ofState('COMPLETED'))).toBe('COMPLETED');
	});

	test.each([
		['accept', 'WAITING'],
		['accept', 'IN_PROGRESS'],
		['accept', 'WAITING_CHANGED'],
		['reject', 'BACKLOG'],
		['reject', 'REVIEWED'],
	] as const)('to %s says of a task that is %s what it is', async (decision, state) => {
		const { project, ofState } = scene();
		const { error } = await run('review', { taskId: ofState(state), decision });
		expect(error?.message).toMatch(
			new RegExp(`cannot be ${decision}ed, because its status is ${state.toLowerCase().replace('_', ' ')}$`),
		);
		expect(error?.description).toContain('Only completed and skipped tasks can be reviewed.');
		expect(await stateOf(project.id, ofState(state))).toBe(state);
	});

	test('takes a second review as done or as an error', async () => {
		const { ofState } = scene();
		const taskId = ofState('REVIEWED');
		expect(jsonOf(await run('review', { taskId }))).toMatchObject([{ status: 'reviewed', reviewedNow: false }]);
		expect((await run('review', { taskId, options: { ifReviewed: 'fail' } })).error?.message).toMatch(
			/^The task of "photo \d.jpg" has already been accepted$/,
		);
	});

	test.each(['accept', 'reject'])('to %s is known as done if the response is lost', async (decision) => {
		const { tasks } = scene(['COMPLETED']);
		let struck = 0;
		harness.server.onRequest(({ route }) => {
			if (!/^PUT .*reviewed/.test(route) || struck++ > 0) return undefined;
			harness.server.seed.move(tasks[0]!, decision === 'accept' ? 'REVIEWED' : 'WAITING_CHANGED');
			return { destroy: true };
		});
		// For a rejected task, the emulator then refuses as the server does, since it is not completed any more.
		const outcome = await run('review', { taskId: tasks[0]!.id, decision, options: { ifReviewed: 'fail' } });
		expect(jsonOf(outcome)).toMatchObject([{ reviewedNow: true, accepted: decision === 'accept' }]);
		expect(struck).toBe(2);
	});
});

describe('Task: Reopen', () => {
	test.each(['SKIPPED', 'REVIEWED', 'COMPLETED', 'REVIEWED_SKIP', 'IN_PROGRESS', 'WAITING_CHANGED'] as const)(
		'returns a task that is %s to the labelers',
		async (state) => {
			const { project, ofState } = scene();
			const id = ofState(state);
			expect(jsonOf(await run('reopen', { taskId: id }))).toMatchObject([
				{ taskId: id, status: 'waiting_changed', reopened: true, imageName: expect.any(String) },
			]);
			expect((await rows(project.id)).find(({ taskId }) => taskId === id)).toMatchObject({
				labelTaskState: 'WAITING_CHANGED',
				labeler: null,
			});
		},
	);

	test.each(['BACKLOG', 'WAITING'] as const)('says of a task that is %s why not', async (state) => {
		const { error } = await run('reopen', { taskId: scene().ofState(state) });
		expect(error?.message).toContain(`cannot be reopened, because its status is ${state.toLowerCase()}`);
		expect(error?.description).toContain('Task: Release');
	});
});

test.each(['release', 'review', 'reopen'])(
	'A server with tokens says of Task: %s that it lacks it',
	async (operation) => {
		const { project, dataset } = tokenServer.server.seed.project({ name: operation, datasetName: operation });
		const [task] = tokenServer.server.seed.tasks(project, dataset!, { count: 1, state: 'COMPLETED' });
		const outcome = await tokenServer.run('task', operation, {
			taskId: task!.id,
			...(operation === 'release' && { projectId: byId(project.id) }),
		});
		expect(outcome.error?.message).toMatch(
			/^The API of this DataGym server cannot (release tasks|review or reopen tasks)$/,
		);
		expect(task!.state).toBe('COMPLETED');
	},
);
