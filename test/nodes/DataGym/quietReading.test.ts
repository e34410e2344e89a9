/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { INodeParameters } from 'n8n-workflow';
import type { Project } from '../../emulator/store/model';
import { valuesOf } from '../../emulator/store/values';
import { byId, jsonOf, openHarness, requestsDuring, type Harness } from '../../support/datagym';

/** What is read of tasks on an open core is what is read on a server with tokens, without opening a task. */

let tokens: Harness;
let openCore: Harness;

beforeAll(async () => {
	tokens = await openHarness({ dummyProject: false });
	openCore = await openHarness({ generation: 'open-core', dummyProject: false }, { authentication: 'none' });
});
afterAll(async () => {
	await tokens.close();
	await openCore.close();
});

const CLASSES = [
	{ entryKey: 'car', type: 'rectangle', children: [{ entryKey: 'color', type: 'select', options: { red: 'Red' } }] },
	{ entryKey: 'weather', type: 'select', options: { sun: 'Sun' }, required: true },
	{ entryKey: 'note', type: 'freetext' },
];
const STATES = ['COMPLETED', 'REVIEWED', 'SKIPPED', 'WAITING', 'IN_PROGRESS'] as const;

let names = 0;
function scene({ server }: Harness, name = `Reading ${++names}`): Project {
	const { project, dataset } = server.seed.project({ name, datasetName: name, classes: CLASSES });
	server.seed.tasks(project, dataset!, {
		count: 10,
		state: (index) => STATES[index % 5]!,
		labels: (index) => ({
			labels: { car: [{ rectangle: [{ x: index + 0.5, y: 2, w: 3, h: 4 }], classifications: { color: ['red'] } }] },
			...(index % 2 === 0 && { global_classifications: { weather: ['sun'] } }),
		}),
	});
	return project;
}

/** IDs and times differ from server to server. */
const comparable = (value: unknown): unknown =>
	JSON.parse(
		JSON.stringify(value)
			.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID')
			.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME'),
	);

const opened = ({ server }: Harness) => server.count('GET /api/task/:id') + server.count('GET /api/v1/task/:id');

const OPERATIONS: ReadonlyArray<readonly [string, string, string, INodeParameters]> = [
	['Export: Get Labels', 'export', 'getLabels', { labelSource: 'tasks', returnAll: true }],
	['Project: Get Statistics', 'project', 'getStatistics', { labelSource: 'tasks' }],
	['Project: Get Statistics, tasks only', 'project', 'getStatistics', { labelSource: 'none' }],
	['Task: Get Many', 'task', 'getAll', { returnAll: true }],
	['Task: Get Many, two states', 'task', 'getAll', { status: ['waiting', 'completed'], limit: 3 }],
	['Task: Get Many, limited', 'task', 'getAll', { limit: 3 }],
];

test.each(OPERATIONS)('%s', async (_name, resource, operation, parameters) => {
	const name = `Reading ${++names}`;
	const items = [];
	for (const harness of [tokens, openCore]) {
		const before = opened(harness);
		const projectId = byId(scene(harness, name).id);
		items.push(comparable(jsonOf(await harness.run(resource, operation, { projectId, ...parameters }))));
		if (harness === openCore) expect(opened(harness)).toBe(before);
	}
	expect(items[1]).toEqual(items[0]);
	expect(items[0]).not.toEqual([]);
});

test('Label Configuration: Get reads no task, and works without one', async () => {
	const { project } = openCore.server.seed.project({ name: 'Without images', classes: CLASSES });
	const before = opened(openCore);
	const [found] = jsonOf(await openCore.run('labelConfig', 'get', { projectId: byId(project.id) }));
	expect(found).toMatchObject({ complete: true, entries: [{ entryKey: 'car' }, { entryKey: 'note' }, {}] });
	expect(opened(openCore)).toBe(before);
});

test('Project: Get Statistics has the numbers of the dashboard, and takes two requests', async () => {
	const project = scene(openCore);
	const { url } = openCore.server;
	const dashboard = (await (await fetch(`${url}/api/project/${project.id}/dashboard`)).json()) as {
		taskStatus: Record<string, number>;
	};
	const requests = await requestsDuring(openCore, async () => {
		const parameters = { projectId: byId(project.id), labelSource: 'none' };
		const [found] = jsonOf(await openCore.run('project', 'getStatistics', parameters));
		const statuses = Object.entries(dashboard.taskStatus).map(([state, count]) => [state.toLowerCase(), count]);
		expect(found).toMatchObject({ taskCount: 10, tasksByStatus: Object.fromEntries(statuses) as object });
	});
	// Who labeled is in the list of tasks only, so that the dashboard would be a third one.
	expect(requests).toHaveLength(2);
});

test('the configuration and the images are read once for all tasks', async () => {
	const projectId = byId(scene(openCore).id);
	const requests = await requestsDuring(openCore, async () => {
		jsonOf(await openCore.run('export', 'getLabels', { projectId, labelSource: 'tasks', returnAll: true }));
	});
	const count = (part: string) => requests.filter(({ path }) => path.includes(part)).length;
	expect([count('/lcvalues/'), count('/lconfig/')]).toEqual([6, 1]);
	// The project, the tasks in three states, a look-up, the dataset and its list.
	expect(requests.length - 7).toBeLessThanOrEqual(12);
});

test('the raw response is the one of the server', async () => {
	const projectId = byId(scene(openCore).id);
	const parameters = { projectId, labelSource: 'tasks', simplify: false, returnAll: true };
	const [found] = jsonOf(await openCore.run('export', 'getLabels', parameters));
	expect(found).toMatchObject({ lastChangedConfig: expect.any(Number), aiSegLimitReached: false });
});

describe('an import', () => {
	const importing = async (harness: Harness, project: Project, options: INodeParameters = {}) => {
		const json = {
			external_media_ID: 'image_000004.jpg',
			global_classifications: { weather: ['sun'] },
			labels: { car: [{ rectangle: [{ x: 9, y: 9, w: 3, h: 3 }] }] },
		};
		return await harness.run(
			'prediction',
			'import',
			{ projectId: byId(project.id), existingLabels: 'replace', ...options },
			{ items: [{ json }] },
		);
	};

	test('counts and replaces what is there without opening the task', async () => {
		const counted = { existingLabels: 'replaceAll', options: { countExisting: true } };
		const answers = [];
		for (const harness of [tokens, openCore]) {
			const before = opened(harness);
			answers.push(comparable(jsonOf(await importing(harness, scene(harness, 'Import'), counted))));
			if (harness === openCore) expect(opened(harness)).toBe(before);
		}
		expect(answers[1]).toEqual(answers[0]);
		expect(answers[1]).toMatchObject([{ imageName: 'image_000004.jpg' }]);
	});

	test.each(['IN_PROGRESS', 'COMPLETED'] as const)(
		'leaves a task alone that is %s since the import has looked',
		async (state) => {
			const project = scene(openCore);
			const task = [...openCore.server.store.board(project).listAll()].find(
				({ medium }) => medium.name === 'image_000004.jpg',
			)!;
			openCore.server.onRequest(async ({ path }) => {
				// The first that is asked for after the list of all tasks.
				if (path.includes('/lconfig/')) openCore.server.seed.move(task, state);
				return undefined;
			});
			const ids = () => valuesOf(task).map(({ id }) => id);
			const before = ids();
			const run = await importing(openCore, project);
			openCore.server.onRequest(undefined);
			expect(run.error?.message).toContain('so its labels were not changed');
			expect(ids()).toEqual(before);
		},
	);
});
