import sharp from 'sharp';
import { ask } from './ask';
import { GENERATIONS } from './generations';
import { labelOnce } from './labeler';
import { createProject, uploadImage } from './setUp';
import { startEmulator, type Emulator } from './start';
import { TASK_STATES, type Task, type TaskState } from './store/model';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What ui-recordings.jsonl does not hold, but was measured on the real server apart from it, or stands in its source. */
describe('the open core as released', () => {
	let server: Emulator;
	beforeEach(async () => {
		server = await startEmulator({ generation: 'open-core', dummyProject: false });
	});
	afterEach(() => server.close());

	const CLASSES = [
		{
			entryKey: 'car',
			type: 'rectangle',
			children: [{ entryKey: 'color', type: 'select', options: { red: 'Red', blue: 'Blue' } }],
		},
		{ entryKey: 'lane', type: 'line' },
	];

	function scene(count: number, state: TaskState = 'WAITING') {
		const { project, dataset } = server.seed.project({ name: 'Fleet', datasetName: 'Cars', classes: CLASSES });
		if (!dataset) throw new Error('no dataset');
		const tasks = server.seed.tasks(project, dataset, { count, state });
		return { project, dataset, tasks, configuration: `/api/lconfig/${project.configuration.id}` };
	}

	const states = async (projectId: string) =>
		(await ask<Array<{ labelTaskState: string }>>(server, 'GET', `/api/project/${projectId}/task`)).json.map(
			({ labelTaskState }) => labelTaskState,
		);

	const labelsOf = ({ project, medium, id }: Task) => `/api/lcvalues/${project.iterationId}/${medium.id}/${id}`;

	test('refuses every other request to the external API, whatever token it brings', async () => {
		const { project, dataset, tasks } = scene(1);
		const ids = { id: tasks[0]!.id, projectId: project.id, datasetId: dataset.id, taskId: tasks[0]!.id };
		const bodiless = GENERATIONS['open-core'].routes.filter(
			({ access, kind }) => access === 'token' && kind === 'plain',
		);
		const statuses = await Promise.all(
			bodiless.map(async ({ method, path: route }) => {
				const url = route.replace(/:(\w+)/g, (_whole, name: string) => ids[name as keyof typeof ids] ?? 'x');
				return `${route} ${(await ask(server, method, url, undefined, { 'X-filename': 'a.jpg' })).status}`;
			}),
		);
		expect(statuses).toEqual(bodiless.map(({ path: route }) => `${route} 403`));
		expect(bodiless.length).toBeGreaterThan(15);
		expect((await ask(server, 'PUT', `/api/v1/task/${ids.id}/completeTask`, { lastChangedConfig: 1 })).status).toBe(
			403,
		);
	});

	test('shows what is seeded, and counts all states in one answer', async () => {
		const { project, dataset } = scene(0);
		const state = (index: number) => TASK_STATES[index % 8] ?? 'BACKLOG';
		server.seed.tasks(project, dataset, { count: 20, state });
		expect((await states(project.id)).sort()).toEqual(
			Array.from({ length: 20 }, (_none, index) => state(index)).sort(),
		);
		const { json } = await ask(server, 'GET', `/api/project/${project.id}/dashboard`);
		const counted = Object.fromEntries(TASK_STATES.map((name, at) => [name, at < 4 ? 3 : 2]));
		expect(json).toMatchObject({ countTasks: 20, taskStatus: counted });
	});

	// docs/contract.md#ui-tasks: from which states each step leads where; all others are refused.
	const STEPS: Record<string, Partial<Record<TaskState, TaskState>>> = {
		toWaiting: { BACKLOG: 'WAITING', WAITING: 'WAITING' },
		toBacklog: { WAITING: 'BACKLOG', WAITING_CHANGED: 'BACKLOG', BACKLOG: 'BACKLOG' },
		skipToWC: {
			SKIPPED: 'WAITING_CHANGED',
			REVIEWED: 'WAITING_CHANGED',
			COMPLETED: 'WAITING_CHANGED',
			REVIEWED_SKIP: 'WAITING_CHANGED',
			IN_PROGRESS: 'WAITING_CHANGED',
			WAITING_CHANGED: 'WAITING_CHANGED',
		},
		resetLabeler: { IN_PROGRESS: 'WAITING_CHANGED', WAITING_CHANGED: 'WAITING_CHANGED', COMPLETED: 'COMPLETED' },
	};

	test.each(Object.keys(STEPS))('leads tasks by %s as the table says', async (step) => {
		const { project, dataset } = scene(0);
		const tasks = server.seed.tasks(project, dataset, { count: 8, state: (index) => TASK_STATES[index] ?? 'BACKLOG' });
		for (const task of tasks) {
			const before = task.state;
			const { status } = await ask(server, 'PUT', `/api/task/${task.id}/${step}`);
			const after = STEPS[step]?.[before];
			expect(`${before}: ${status} ${task.state}`).toBe(`${before}: ${after ? 200 : 500} ${after ?? before}`);
		}
	});

	test('has a person work through it as on the other servers', async () => {
		const { project } = scene(4, 'BACKLOG');
		const round = await labelOnce({ url: server.url, projectId: project.id });
		expect(round.completed).toHaveLength(4);
		expect(await states(project.id)).toEqual(['COMPLETED', 'COMPLETED', 'COMPLETED', 'COMPLETED']);
	});

	test('is set up over its own API alone', async () => {
		const { id, labelConfigurationId } = await createProject(server, { name: 'Made', classes: CLASSES });
		const { json: dataset } = await ask<{ id: string }>(server, 'POST', '/api/dataset', {
			name: 'Made',
			owner: 'open-core-dummy-org-sub',
		});
		await ask(server, 'POST', `/api/project/${id}/dataset/${dataset.id}`);
		const folder = await mkdtemp(path.join(tmpdir(), 'emulator-'));
		const picture = await sharp({ create: { width: 8, height: 4, channels: 3, background: 'red' } })
			.png()
			.toBuffer();
		await writeFile(path.join(folder, 'a.png'), picture);
		await uploadImage(server, dataset.id, path.join(folder, 'a.png'), '写真 ß.png');
		await rm(folder, { recursive: true });
		const { json: tasks } = await ask(server, 'GET', `/api/project/${id}/task`);
		expect(tasks).toMatchObject([{ mediaName: '写真 ß.png', labelTaskState: 'BACKLOG' }]);
		const { json } = await ask(server, 'GET', `/api/lconfig/${labelConfigurationId}`);
		expect(json).toMatchObject({ entries: expect.arrayContaining([expect.objectContaining({ entryKey: 'car' })]) });
	});

	test('brings back a deleted dataset and a deleted project with tasks and labels', async () => {
		const { project, dataset, tasks } = scene(2, 'COMPLETED');
		server.seed.label(tasks[0]!, { labels: { car: [{ rectangle: [{ x: 1, y: 2, w: 3, h: 4 }] }] } });
		await ask(server, 'DELETE', `/api/dataset/${dataset.id}`);
		expect(await states(project.id)).toEqual([]);
		const hidden = await ask(server, 'GET', `/api/project/${project.id}`);
		expect(hidden.json).toMatchObject({ datasets: [], exportable: false });
		await ask(server, 'DELETE', `/api/dataset/${dataset.id}/restore`);
		await ask(server, 'DELETE', `/api/project/${project.id}`);
		expect((await ask(server, 'GET', `/api/project/${project.id}/task`)).status).toBe(404);
		await ask(server, 'DELETE', `/api/project/${project.id}/restore`);
		expect(await states(project.id)).toEqual(['COMPLETED', 'COMPLETED']);
		const { json } = await ask<{ entryValues: unknown[] }>(server, 'GET', labelsOf(tasks[0]!));
		expect(json.entryValues).toHaveLength(1);
	});

	test('moves a completed task to SKIPPED when its link is dead, and counts the image', async () => {
		const { project, dataset } = scene(0);
		const url = 'http://nobody.invalid/a.jpg';
		await ask(server, 'POST', `/api/dataset/${dataset.id}/url`, [url]);
		const task = [...server.store.board(project).all()][0]!;
		server.seed.move(task, 'COMPLETED');
		expect((await ask(server, 'GET', `/api/media/${task.medium.id}`)).status).toBe(400);
		expect(task.state).toBe('SKIPPED');
		const { json } = await ask(server, 'GET', `/api/project/${project.id}/dashboard`);
		expect(json).toMatchObject({
			countInvalidImages: 1,
			datasetMediaStatuses: [{ invalidMediaCount: 1, mediaStatus: { SHAREABLE_LINK: 1 } }],
		});
	});

	test('looks for names as the database compares them', async () => {
		const { dataset } = scene(0);
		for (const name of ['b.jpg', 'Ä.jpg', 'a_1.jpg', '100%.jpg']) server.seed.video(dataset, name);
		const found = async (part: string) => {
			const query = `pageIndex=0&numberOfElementsPerPage=10&mediaName=${encodeURIComponent(part)}`;
			type Page = { elements: Array<{ mediaName: string }> };
			return (await ask<Page>(server, 'GET', `/api/dataset/${dataset.id}/media?${query}`)).json.elements.map(
				({ mediaName }) => mediaName,
			);
		};
		expect(await found('')).toEqual(['100%.jpg', 'Ä.jpg', 'a_1.jpg', 'b.jpg']);
		expect(await found('A')).toEqual(['Ä.jpg', 'a_1.jpg']);
		expect(await found('a_jpg')).toEqual(['Ä.jpg']);
		expect(await found('a%1')).toEqual(['a_1.jpg']);
		expect(await found('(')).toEqual([]);
	});

	test('cannot tell two projects of one name apart, once a race has made them', async () => {
		server.seed.project({ name: 'Twin' });
		server.seed.project({ name: 'Twin' });
		const body = { name: 'twin', shortDescription: 'x', owner: 'open-core-dummy-org-sub' };
		const { status, json } = await ask(server, 'POST', '/api/project', body);
		expect([status, json]).toMatchObject([500, { key: 'ex_system' }]);
	});
});

test('a server with tokens answers the user interface, too', async () => {
	const server = await startEmulator({ dummyProject: false });
	try {
		const { json: user } = await ask(server, 'GET', '/api/userinfo', undefined, { Authorization: '' });
		expect(user).toMatchObject({ isOpenCoreEnvironment: true });
		expect((await ask(server, 'GET', '/api/v1/project')).status).toBe(200);
		expect((await ask(server, 'GET', '/api/v1/project', undefined, { Authorization: '' })).status).toBe(401);
	} finally {
		await server.close();
	}
});
