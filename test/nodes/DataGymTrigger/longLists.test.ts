import type { IDataObject } from 'n8n-workflow';
import { atOnce } from '@datagym/labels/steps/steps';
import { Budget } from '@datagym/nodes/DataGymTrigger/budget';
import { TaskFilter } from '@datagym/nodes/DataGymTrigger/filter';
import { loadMemory, saveMemory } from '@datagym/nodes/DataGymTrigger/memory/savedMemory';
import { readParameters } from '@datagym/nodes/DataGymTrigger/parameters';
import { poll } from '@datagym/nodes/DataGymTrigger/poll';
import { QuietLooks } from '@datagym/nodes/DataGymTrigger/quietLooks';
import { ImageStore } from '@datagym/nodes/DataGymTrigger/storedImage';
import { startEmulator, type Emulator } from '../../emulator/start';
import type { Task } from '../../emulator/store/model';
import { joinUnchecked } from '../../emulator/store/projects';
import { clientOf } from '../../support/clientOf';
import { box, named } from './scene';

/** More images wait than a poll keeps of the lists: as many as it may emit, and none to spare. */
let server: Emulator;

beforeAll(async () => {
	server = await startEmulator({ dummyProject: false });
});
afterEach(() => server.onRequest(undefined));
afterAll(async () => await server.close());

let scenes = 0;

/** A project with six waiting images in one dataset and one, `f.jpg`, of another class in another one, and a trigger. */
async function watched(fieldsWith: (otherDataset: string) => Record<string, unknown>) {
	const name = `Long ${++scenes}`;
	const classes = ['car', 'tree'].map((entryKey) => ({ entryKey, type: 'rectangle' }));
	const { project, dataset } = server.seed.project({ name, classes, datasetName: name });
	const { dataset: other } = server.seed.project({ name: `${name} other`, datasetName: `${name} other` });
	joinUnchecked(server.store, project, other!);
	const images = ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg', 'e.jpg'];
	const tasks: Task[] = [
		...server.seed.tasks(project, dataset!, {
			count: images.length,
			state: 'WAITING',
			name: (index) => images[index]!,
			labels: () => box(1),
		}),
		...server.seed.tasks(project, other!, {
			count: 1,
			state: 'WAITING',
			name: () => 'f.jpg',
			labels: () => box(1, 'tree'),
		}),
	];
	const task = (image: string) => tasks.find(({ medium }) => medium.name === image)!;
	const api = clientOf(server, 'media');
	const fields = fieldsWith(other!.id);
	let saved = '{}';
	const parameters = readParameters((field, whenMissing) => {
		const all: Record<string, unknown> = { projectIds: [project.id], events: ['completed'], output: 'task', ...fields };
		return all[field] ?? whenMissing;
	});
	const polled = async (): Promise<string[]> => {
		const run = {
			api,
			parameters,
			filter: new TaskFilter(api, parameters.filters),
			budget: new Budget(parameters.maxItems, Infinity),
			images: new ImageStore(api, () => Promise.reject(new Error('No image is wanted'))),
			looks: new QuietLooks(),
			spareTasks: 0,
			warn: () => {},
		};
		const result = await poll(run, loadMemory(JSON.parse(saved) as IDataObject));
		saved = JSON.stringify(atOnce(saveMemory(result.memory)));
		return result.items.map(({ json }) => named(json));
	};
	const move = (state: Task['state'], ...moved: string[]) => {
		for (const image of moved) server.seed.move(task(image), state);
	};
	await polled();
	return { move, polled, all: tasks.map(({ medium }) => medium.name) };
}

/** How often the list of a state was asked for meanwhile. */
async function listsDuring(work: () => Promise<unknown>): Promise<number> {
	const before = server.requests.length;
	await work();
	return server.requests
		.slice(before)
		.filter(({ path, query }) => path.endsWith('/list') && query.get('state') === 'COMPLETED').length;
}

test('each image comes once, in the order of the names', async () => {
	const { move, polled, all } = await watched(() => ({ options: { maxItems: 2 } }));
	move('COMPLETED', ...[...all].reverse());
	const emitted = [];
	for (let turn = 0; turn < 4; turn++) emitted.push(await polled());
	expect(emitted).toEqual([
		['completed a.jpg', 'completed b.jpg'],
		['completed c.jpg', 'completed d.jpg'],
		['completed e.jpg', 'completed f.jpg'],
		[],
	]);
});

test('what has waited longest comes first, wherever it is in the lists', async () => {
	const { move, polled } = await watched(() => ({ options: { maxItems: 1 } }));
	move('COMPLETED', 'd.jpg', 'e.jpg', 'f.jpg');
	expect(await polled()).toEqual(['completed d.jpg']);
	move('COMPLETED', 'a.jpg');
	expect([await polled(), await polled(), await polled(), await polled()].flat()).toEqual([
		'completed e.jpg',
		'completed f.jpg',
		'completed a.jpg',
	]);
});

test.each<[string, (otherDataset: string) => object, number]>([
	['the name of the image', () => ({ imageName: 'F.' }), 1],
	// The lists are read again once the labels, or the images of the dataset, have shown that there is room.
	['a class', () => ({ classes: 'tree' }), 6],
	['a dataset', (dataset) => ({ datasetIds: [dataset] }), 2],
])('a filter by %s leaves room for the others in the same poll', async (_what, filters, lists) => {
	const scene = await watched((dataset) => ({ options: { maxItems: 1 }, filters: filters(dataset) }));
	scene.move('COMPLETED', ...scene.all);
	let emitted: string[] = [];
	expect(await listsDuring(async () => (emitted = await scene.polled()))).toBe(lists);
	expect(emitted).toEqual(['completed f.jpg']);
	// The others count as reported.
	expect(await scene.polled()).toEqual([]);
});

test('an image that moves between two looks at the lists comes when it is seen again', async () => {
	const { move, polled, all } = await watched(() => ({ options: { maxItems: 1 }, filters: { classes: 'tree' } }));
	move('COMPLETED', ...all);
	let reads = 0;
	server.onRequest(({ path }) => {
		if (/\/task\/[^/]+$/.test(path) && ++reads === 1) move('WAITING_CHANGED', 'f.jpg');
		return undefined;
	});
	expect(await polled()).toEqual([]);
	server.onRequest(undefined);
	move('COMPLETED', 'f.jpg');
	expect([await polled(), await polled()]).toEqual([['completed f.jpg'], []]);
});
