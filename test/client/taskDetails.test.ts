import type { DataGymApi, ListedTask } from '@datagym/client';
import { readTask, type LabelValue } from '@datagym/labels';
import { TASK_STATES } from '@datagym/client';
import { startEmulator, type Emulator } from '../emulator/start';
import { addDataset } from '../emulator/store/datasets';
import { addLinks, deleteMedium } from '../emulator/store/media';
import type { Dataset, Project } from '../emulator/store/model';
import { disconnect, joinUnchecked } from '../emulator/store/projects';
import { ORGANIZATION } from '../emulator/store/store';
import { clientOf } from '../support/clientOf';

/** Where a task is opened, that is GET /task/{id}, the server writes empty answers into it; so its labels are read beside it. */

let server: Emulator;
let api: DataGymApi;
beforeEach(async () => {
	server = await startEmulator({ generation: 'open-core', dummyProject: false });
	api = clientOf(server, 'open-core');
});
afterEach(async () => await server.close());

const CLASSES = [
	{
		entryKey: 'car',
		type: 'rectangle',
		color: '#ff0000',
		children: [{ entryKey: 'color', type: 'select', options: { red: 'Red', blue: 'Blue' }, required: true }],
	},
	{ entryKey: 'sky', type: 'image_segmentation' },
	{ entryKey: 'lane', type: 'line', children: [{ entryKey: 'mark', type: 'point' }] },
	{
		entryKey: 'weather',
		type: 'select',
		options: { sun: 'Sun' },
		required: true,
		children: [{ entryKey: 'why', type: 'freetext' }],
	},
	{ entryKey: 'tags', type: 'checklist', options: { a: 'A', b: 'B' } },
];

const LABELS = [
	{},
	{
		labels: {
			car: [{ rectangle: [{ x: 1.5, y: -2.25, w: 3, h: 4 }], classifications: { color: ['red'] } }],
			lane: [
				{
					line: [
						{ x: 1, y: 1 },
						{ x: 2, y: 2.5 },
					],
				},
			],
		},
	},
	{ global_classifications: { weather: ['sun'], tags: ['a', 'b'] } },
];

function scene(count = 3): { project: Project; dataset: Dataset } {
	const { project, dataset } = server.seed.project({ name: 'Fleet', datasetName: 'Cars', classes: CLASSES });
	server.seed.tasks(project, dataset!, { count, state: 'COMPLETED', labels: (index) => LABELS[index % 3]! });
	return { project, dataset: dataset! };
}

const tasksOf = async ({ id }: Project) => await api.tasks.listStates(id, TASK_STATES);
const opened = () => server.count('GET /api/task/:id');
const requests = () => server.requests.length;
/** Without when the configuration was changed, and without empty answers, which are in the classifications all the same. */
const comparable = ({ identified, ...reading }: ReturnType<typeof readTask>) => ({
	...reading,
	lastChangedConfig: undefined,
	...(identified && { identified: { ...identified, values: identified.values.filter(isNotEmpty) } }),
});
/** An answer to a question about the image that nobody has given: opening a task makes it. */
const isNotEmpty = ({ type, content, children }: LabelValue): boolean =>
	!['select', 'checklist', 'freetext'].includes(type) ||
	![undefined, null, ''].includes(content.selectKey ?? content.text ?? undefined) ||
	(content.checkedValues ?? []).length > 0 ||
	children.some(isNotEmpty);

test('read beside their task are those of the opened task, and nothing is written', async () => {
	const { project, dataset } = scene();
	const other = addDataset(server.store, { name: 'More cars', owner: ORGANIZATION, mediaType: 'IMAGE' });
	joinUnchecked(server.store, project, other);
	server.seed.tasks(project, other, { count: 2, state: 'REVIEWED', labels: () => LABELS[1]! });
	addLinks(server.store, dataset, ['http://127.0.0.1:9/linked_1.jpg']);
	const tasks = await tasksOf(project);
	expect(tasks).toHaveLength(6);
	const reader = api.tasks.detailsOf(project.id);
	const quiet = [];
	for (const task of tasks) quiet.push(readTask(await reader.read(task)));
	expect(opened()).toBe(0);
	for (const [index, task] of tasks.entries()) {
		const before = server.count('GET /api/task/:id');
		const whole = readTask(await api.tasks.get(task.taskId));
		expect(server.count('GET /api/task/:id')).toBe(before + 1);
		expect(comparable(quiet[index]!)).toEqual(comparable(whole));
		expect(quiet[index]!.identified).toBeDefined();
	}
});

test.each([
	[1, 'looks the image up', 1],
	[60, 'looks a few up, then lists all once', 60],
])('of %i tasks in a project of 300 images %s', async (count, _how, labels) => {
	const { project } = scene(300);
	const tasks = (await tasksOf(project)).slice(0, count);
	const before = requests();
	const reader = api.tasks.detailsOf(project.id);
	for (const task of tasks) await reader.read(task);
	const asked = server.requests.slice(before).map(({ path }) => path);
	expect(asked.filter((path) => path.startsWith('/api/lcvalues/'))).toHaveLength(labels);
	// The project, its configuration, the dataset, its list, and what is looked up before.
	expect(asked.length - labels).toBeLessThanOrEqual(count === 1 ? 3 : 7);
	expect(asked.filter((path) => path.endsWith('/file')).length).toBe(count === 1 ? 0 : 1);
});

test('an image whose name the search would read in another way is found', async () => {
	const { project, dataset } = server.seed.project({ name: 'Names', datasetName: 'Names', classes: CLASSES });
	const names = ['50%_off.jpg', 'back\\slash.jpg', '写真 ümlaut 😀.jpg', 'it\'s "q".jpg', 'end\\'];
	// Enough others that each is looked up.
	server.seed.tasks(project, dataset!, { count: 1000 });
	server.seed.tasks(project, dataset!, { count: names.length, name: (index) => names[index]!, state: 'COMPLETED' });
	const reader = api.tasks.detailsOf(project.id);
	for (const task of await api.tasks.list(project.id, 'COMPLETED')) {
		expect(readTask(await reader.read(task)).image).toMatchObject({
			imageName: task.imageName,
			imageId: task.imageId,
		});
		expect(await api.images.named(dataset!.id, task.imageName)).toMatchObject([{ imageId: task.imageId }]);
	}
	expect([opened(), server.count('GET /api/dataset/:datasetId/file')]).toEqual([0, 0]);
});

describe('a task that is no longer there', () => {
	const readLate = async (
		change: (project: Project, dataset: Dataset) => void,
		ofTask: (task: ListedTask) => boolean,
	) => {
		const { project, dataset } = scene();
		const reader = api.tasks.detailsOf(project.id);
		const tasks = await tasksOf(project);
		await reader.read(tasks[0]!);
		const task = tasks.find(ofTask)!;
		change(project, dataset);
		return { task, reading: reader.read(task) };
	};

	test('is told as such, and not as one without labels', async () => {
		const { reading } = await readLate(
			(project, dataset) => disconnect(server.store, project, dataset),
			() => true,
		);
		await expect(reading).rejects.toMatchObject({ key: 'ex_notfound' });
	});

	test('is read as the server still has it if only its image was deleted', async () => {
		const { reading, task } = await readLate(
			(_project, dataset) => deleteMedium([...dataset.media][1]!),
			({ imageName }) => imageName === 'image_000002.jpg',
		);
		expect(readTask(await reading).image).toMatchObject({ imageId: task.imageId, objects: { length: 2 } });
	});
});

test('a video is asked for as ever, and its refusal told', async () => {
	const { project, dataset } = server.seed.project({ name: 'Films', datasetName: 'Films', mediaType: 'VIDEO' });
	server.seed.video(dataset!, 'a.mp4');
	const [task] = await tasksOf(project);
	await expect(api.tasks.detailsOf(project.id).read(task!)).rejects.toMatchObject({ key: 'ex_service_unavailable' });
});

test('a server without such labels opens the task, with one request', async () => {
	const other = await startEmulator({ dummyProject: false });
	const { project, dataset } = other.seed.project({ name: 'Fleet', datasetName: 'Cars', classes: CLASSES });
	other.seed.tasks(project, dataset!, { count: 1 });
	const external = clientOf(other, 'media');
	const [task] = await external.tasks.list(project.id, 'BACKLOG');
	const before = other.requests.length;
	await external.tasks.detailsOf(project.id).read(task!);
	expect(other.requests.slice(before).map(({ path }) => path)).toEqual([`/api/v1/task/${task!.taskId}`]);
	await other.close();
});

test('a failed request for what all tasks share is made again for the next one', async () => {
	const { project } = scene();
	const reader = api.tasks.detailsOf(project.id);
	const [task] = await tasksOf(project);
	server.onRequest(async ({ path }) => (path.includes('/lconfig/') ? { status: 503 } : undefined));
	await expect(reader.read(task!)).rejects.toMatchObject({ status: 503 });
	server.onRequest(undefined);
	expect((await reader.read(task!)).taskId).toBe(task!.taskId);
});

test('all tasks are one list, a few states of many tasks a list each, in the order of the states', async () => {
	const { project, dataset } = scene();
	server.seed.tasks(project, dataset, { count: 2, name: (index) => `other_${index}.jpg`, state: 'WAITING' });
	const count = async (work: () => Promise<readonly ListedTask[]>) => {
		const before = requests();
		const states = (await work()).map(({ state }) => state);
		return { states, requests: requests() - before };
	};
	const states = ['WAITING', 'WAITING', 'COMPLETED', 'COMPLETED', 'COMPLETED'];
	expect(await count(async () => await tasksOf(project))).toEqual({ states, requests: 1 });
	const two = await count(async () => await api.tasks.listStates(project.id, ['WAITING', 'COMPLETED'], 1));
	expect(two).toEqual({ states: ['WAITING', 'COMPLETED'], requests: 2 });
	const first = await count(async () => await api.tasks.listStates(project.id, TASK_STATES, 2));
	expect(first).toEqual({ states: ['COMPLETED', 'COMPLETED'], requests: 1 });
});
