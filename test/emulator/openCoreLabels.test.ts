import { ask } from './ask';
import { startEmulator, type Emulator } from './start';
import type { Task } from './store/model';
import { without } from './store/records';

/** What the open core does to labels when they are written in a list, and when their classes change; measured on the real server. */

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

function scene(state: 'WAITING' | 'COMPLETED') {
	const { project, dataset } = server.seed.project({ name: 'Fleet', datasetName: 'Cars', classes: CLASSES });
	if (!dataset) throw new Error('no dataset');
	const tasks = server.seed.tasks(project, dataset, { count: 1, state });
	return { project, tasks, configuration: `/api/lconfig/${project.configuration.id}` };
}

const labelsOf = ({ project, medium, id }: Task) => `/api/lcvalues/${project.iterationId}/${medium.id}/${id}`;

describe('changing a configuration', () => {
	interface Entry {
		id: string;
		entryKey: string;
		lcEntryParentId?: string | null;
		timestamp?: number;
		children: Entry[];
	}

	async function labeled() {
		const made = scene('COMPLETED');
		const task = made.tasks[0]!;
		server.seed.label(task, {
			labels: {
				car: [{ rectangle: [{ x: 1, y: 2, w: 3, h: 4 }], classifications: { color: ['red'] } }],
				lane: [
					{
						line: [
							{ x: 1, y: 1 },
							{ x: 2, y: 2 },
						],
					},
				],
			},
		});
		const { json } = await ask<{ entries: Entry[] }>(server, 'GET', made.configuration);
		const entry = (key: string) => withoutTimes(json.entries.find(({ entryKey }) => entryKey === key)!);
		return { ...made, task, car: entry('car'), lane: entry('lane') };
	}

	/** What GET gave has to lose its times and parents before PUT takes it. */
	const withoutTimes = (entry: Entry): Entry => ({
		...without(entry, 'timestamp', 'lcEntryParentId'),
		children: entry.children.map(withoutTimes),
	});

	const labels = async (task: Task) =>
		(
			await ask<{ entryValues: Array<{ entryKeyLcEntry: string; children: unknown[] }> }>(server, 'GET', labelsOf(task))
		).json.entryValues
			.map(({ entryKeyLcEntry, children }) => `${entryKeyLcEntry} ${children.length}`)
			.sort();

	test('keeps labels and states when a key is renamed', async () => {
		const { configuration, task, car, lane } = await labeled();
		expect((await ask(server, 'PUT', configuration, [{ ...car, entryKey: 'vehicle' }, lane])).status).toBe(200);
		expect(await labels(task)).toEqual(['lane 0', 'vehicle 1']);
		expect(task.state).toBe('COMPLETED');
	});

	test('deletes answers with the child that is not named, and labels with their class', async () => {
		const { configuration, task, car, lane } = await labeled();
		await ask(server, 'PUT', configuration, [{ ...car, children: [] }, lane]);
		expect(await labels(task)).toEqual(['car 0', 'lane 0']);
		await ask(server, 'PUT', configuration, [lane]);
		expect(await labels(task)).toEqual(['lane 0']);
		expect(task.state).toBe('COMPLETED');
	});

	test('leaves tasks completed and incomplete when a required child comes without a change of states', async () => {
		const { configuration, task, car, lane } = await labeled();
		const child = {
			entryKey: 'make',
			entryValue: 'Make',
			type: 'select',
			required: true,
			options: { a: 'A' },
			children: [],
		};
		const more = [{ ...car, children: [...car.children, child] }, lane];
		await ask(server, 'PUT', `${configuration}?changeStatus=false`, more);
		expect(task.state).toBe('COMPLETED');
		expect(await labels(task)).toEqual(['car 1', 'lane 0']);
		await ask(server, 'GET', `/api/task/${task.id}`);
		expect(await labels(task)).toEqual(['car 2', 'lane 0']);
		const done = await ask(server, 'PUT', `/api/task/${task.id}/completeTask`, {
			lastChangedConfig: 9_999_999_999_999,
		});
		expect(done.json).toMatchObject({ key: 'ex_gen_entry_value_validation', params: ['SELECT', expect.any(String)] });
	});

	test('reopens tasks when a class becomes required, too, and changes nothing when one entry is wrong', async () => {
		const { configuration, task, car, lane } = await labeled();
		const wrong = { entryKey: 'sky', entryValue: 'Sky', type: 'circle', children: [] };
		expect((await ask(server, 'PUT', configuration, [lane, wrong])).status).toBe(500);
		expect(await labels(task)).toEqual(['car 1', 'lane 0']);
		const children = car.children.map((child) => ({ ...child, required: true }));
		await ask(server, 'PUT', configuration, [{ ...car, children }, lane]);
		expect(task.state).toBe('WAITING_CHANGED');
	});

	test('refuses a child of a class that goes, and one id twice', async () => {
		const { configuration, car, lane } = await labeled();
		const [color] = car.children;
		const parent = { entryKey: 'van', entryValue: 'Van', type: 'rectangle', children: [color] };
		const moved = await ask(server, 'PUT', configuration, [parent, lane]);
		expect([moved.status, moved.json]).toMatchObject([404, { params: ['Entry', 'id', color?.id] }]);
		expect((await ask(server, 'PUT', configuration, [lane, { ...lane, entryKey: 'road' }])).status).toBe(412);
	});
});

describe('a list of labels', () => {
	test('changes what it names and leaves the rest, and drops unnamed children only for a new one', async () => {
		const { project, tasks } = scene('WAITING');
		const task = tasks[0]!;
		const [car, lane] = ['car', 'lane'].map((key) => project.configuration.roots.find((root) => root.key === key)!);
		const color = car!.children[0]!;
		const sent = (entry: { id: string }, more: object = {}) => ({
			lcEntryId: entry.id,
			labelTaskId: task.id,
			...more,
		});
		type Shown = { entryValues: Array<{ id: string; lcEntryId: string; children: Array<{ selectKey: string }> }> };
		const put = async (body: unknown) => (await ask<Shown>(server, 'PUT', labelsOf(task), body)).json;
		const get = async () => (await ask<Shown>(server, 'GET', labelsOf(task))).json;
		const colors = ({ entryValues }: Shown) =>
			entryValues.flatMap(({ children }) => children.map(({ selectKey }) => selectKey));
		const box = { x: 1, y: 2, width: 3, height: 4 };
		const made = await put([
			sent(car!, { ...box, children: [sent(color, { selectKey: 'red' })] }),
			sent(lane!, { points: [{ x: 1, y: 1 }] }),
		]);
		const { id } = made.entryValues.find(({ lcEntryId }) => lcEntryId === car!.id)!;
		const moved = await put([sent(car!, { ...box, id, x: 9, children: [] })]);
		expect([colors(moved), colors(await get())]).toEqual([[], ['red']]);
		await put([sent(car!, { ...box, id, children: [sent(color, { selectKey: 'blue' })] })]);
		expect(colors(await get())).toEqual(['blue']);
		expect((await get()).entryValues).toHaveLength(2);
	});
});
