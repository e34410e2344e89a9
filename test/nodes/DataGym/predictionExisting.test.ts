/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { IDataObject } from 'n8n-workflow';
import { type LabelValue, type Task, type TaskState } from '../../emulator/store/model';
import { UI_USER } from '../../emulator/store/store';
import { createValue, emptyContent, updateValue, valuesOf } from '../../emulator/store/values';
import { byId, jsonOf, openHarness, requestsDuring, type Harness } from '../../support/datagym';

let harness: Harness;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
});
afterAll(async () => {
	await harness.close();
});
afterEach(() => harness.server.onRequest(undefined));

let projects = 0;
function newProject(count = 1, state: TaskState = 'BACKLOG') {
	const { seed } = harness.server;
	const name = `Existing ${++projects}`;
	const { project, dataset } = seed.project({
		name,
		datasetName: name,
		classes: [
			{ entryKey: 'car', type: 'rectangle', children: [{ entryKey: 'plate', type: 'rectangle' }] },
			{ entryKey: 'sky', type: 'image_segmentation' },
			{
				entryKey: 'weather',
				type: 'select',
				options: { sun: 'Sun', rain: 'Rain' },
				children: [{ entryKey: 'wetness', type: 'freetext', maxLength: 50 }],
			},
			{ entryKey: 'tags', type: 'checklist', options: { night: 'Night', blur: 'Blur' } },
		],
	});
	const tasks = seed.tasks(project, dataset!, { count, state });
	return { project, projectId: project.id, tasks };
}

interface Wish {
	readonly left?: number;
	readonly answers?: IDataObject;
	readonly parameters?: IDataObject;
	readonly options?: IDataObject;
}

const elementFor = (task: Task, { left, answers }: Wish): IDataObject => ({
	internal_media_ID: task.medium.id,
	...(answers && { global_classifications: answers }),
	labels: { car: left === undefined ? [] : [{ rectangle: [{ x: left, y: 20, w: 30, h: 40 }] }] },
});

/** Imports a car into each of the tasks. */
async function importInto(tasks: readonly Task[], wish: Wish, settings: IDataObject = {}) {
	const { parameters, options = {} } = wish;
	return await harness.run(
		'prediction',
		'import',
		{ projectId: byId(tasks[0]!.project.id), options, ...parameters } as never,
		{ items: tasks.map((task) => ({ json: elementFor(task, wish) })), settings },
	);
}

const outputOf = async (task: Task, wish: Wish) => jsonOf(await importInto([task], wish))[0];

function entry(task: Task, key: string) {
	return task.project.configuration.roots.find((root) => root.key === key)!;
}

/** What a person does in DataGym: a box drawn, or an answer given. */
function draw(task: Task, x: number): LabelValue {
	const { store } = harness.server;
	const value = createValue(store, task, entry(task, 'car'), null, UI_USER);
	const content = { type: 'RECTANGLE', x, y: 1, width: 5, height: 5 } as const;
	updateValue(store, value, { content, comment: null, parent: null, labeler: UI_USER, valid: true });
	return value;
}

function answer(task: Task, selectKey: string): void {
	const value = valuesOf(task).find((each) => each.entry.key === 'weather')!;
	updateValue(harness.server.store, value, {
		content: { type: 'SELECT', selectKey },
		comment: null,
		parent: null,
		labeler: UI_USER,
		valid: true,
	});
}

function heldBy(task: Task): string[] {
	return valuesOf(task)
		.flatMap(({ entry: { key }, content, children }) => {
			if (content.type === 'RECTANGLE') return [`${key} ${content.x}`];
			if (content.type === 'SELECT')
				return content.selectKey === null
					? []
					: [
							`${key} ${content.selectKey}`,
							...children.flatMap((child) =>
								child.content.type === 'FREETEXT' && child.content.text !== null ? [child.content.text] : [],
							),
						];
			if (content.type === 'CHECKLIST') return content.checkedValues;
			return [key];
		})
		.sort();
}

describe('Replace Earlier Imports', () => {
	test('asks for the details of tasks only where an import has been before', async () => {
		const { tasks } = newProject(3);
		/** One request is for the label configuration. */
		const detailsFor = async (left: number, changes: IDataObject) => {
			const requests = await requestsDuring(harness, async () => {
				expect(jsonOf(await importInto(tasks, { left }))).toMatchObject(tasks.map(() => changes));
			});
			return requests.filter(({ path }) => tasks.some(({ id }) => path.endsWith(`/task/${id}`))).length;
		};
		expect(await detailsFor(10, { removedLabels: 0, removedAnswers: 0, keptLabels: null, keptAnswers: null })).toBe(1);
		expect(await detailsFor(50, { removedLabels: 1, removedAnswers: 0, keptLabels: 0, keptAnswers: 0 })).toBe(1 + 3);
		expect(tasks.map(heldBy)).toEqual(tasks.map(() => ['car 50']));
	});

	test('keeps the answers of earlier imports about which this one says nothing, and counts those that change', async () => {
		const { tasks } = newProject();
		const [task] = tasks;
		await outputOf(task!, { answers: { weather: ['sun', { wetness: ['dry'] }], tags: ['night'] } });
		expect(await outputOf(task!, { left: 10 })).toMatchObject({ removedAnswers: 0 });
		expect(heldBy(task!)).toEqual(['car 10', 'dry', 'night', 'weather sun']);
		expect(await outputOf(task!, { left: 20, answers: { weather: ['rain'] } })).toMatchObject({
			removedLabels: 1,
			removedAnswers: 1,
		});
		expect(heldBy(task!)).toEqual(['car 20', 'dry', 'night', 'weather rain']);
	});

	test("does not overwrite people's answers, but adds others", async () => {
		const { tasks } = newProject();
		const [task] = tasks;
		await outputOf(task!, { left: 1, answers: { weather: ['rain'] } });
		answer(task!, 'sun');
		expect(await outputOf(task!, { left: 2, answers: { weather: ['rain'], tags: ['blur'] } })).toMatchObject({
			removedLabels: 1,
			removedAnswers: 0,
			keptLabels: 0,
			keptAnswers: 1,
		});
		expect(heldBy(task!)).toEqual(['blur', 'car 2', 'weather sun']);
	});

	test('keeps a box in which a person has drawn another, and a segmentation, which no import can have made', async () => {
		const { tasks } = newProject();
		const [task] = tasks;
		await outputOf(task!, { left: 1 });
		await importInto([task!], { left: 2, parameters: { existingLabels: 'add' } });
		const { store } = harness.server;
		const second = valuesOf(task!).find(({ content }) => content.type === 'RECTANGLE' && content.x === 2)!;
		createValue(store, task!, second.entry.children[0]!, second, UI_USER);
		createValue(store, task!, entry(task!, 'sky'), null, 'token_user').content = emptyContent('IMAGE_SEGMENTATION');
		expect(await outputOf(task!, { left: 3 })).toMatchObject({ removedLabels: 1, keptLabels: 3 });
		expect(heldBy(task!)).toEqual(['car 2', 'car 3', 'sky']);
	});

	test('keeps what people drew before the first import', async () => {
		const { tasks } = newProject(1, 'WAITING');
		draw(tasks[0]!, 7);
		await outputOf(tasks[0]!, { left: 10 });
		expect(await outputOf(tasks[0]!, { left: 20 })).toMatchObject({ removedLabels: 1, keptLabels: 1 });
		expect(heldBy(tasks[0]!)).toEqual(['car 20', 'car 7']);
	});

	test('leaves alone a task that somebody has taken since the import began', async () => {
		const { tasks } = newProject(2, 'WAITING');
		await importInto(tasks, { left: 1 });
		harness.server.onRequest(({ method, path }) => {
			if (method === 'GET' && path.endsWith(`/task/${tasks[1]!.id}`))
				harness.server.seed.move(tasks[0]!, 'IN_PROGRESS');
			return undefined;
		});
		const run = await importInto(tasks, { left: 2 }, { onError: 'continueRegularOutput' });
		expect(jsonOf(run)).toMatchObject([
			{ error: expect.stringMatching(/^People have begun the task of the image/) },
			{ status: 'imported' },
		]);
		expect(tasks.map(heldBy)).toEqual([['car 1'], ['car 2']]);
	});

	test('keeps what a person has touched while the import was under way', async () => {
		const { tasks } = newProject(1, 'IN_PROGRESS');
		const [task] = tasks;
		const options = { allowFinished: true };
		for (const left of [1, 2]) await importInto([task!], { left, parameters: { existingLabels: 'add' }, options });
		harness.server.onRequest(({ path }) => {
			if (!path.endsWith('/prediction')) return;
			const moved = valuesOf(task!).find(({ content }) => content.type === 'RECTANGLE' && content.x === 1)!;
			const content = { type: 'RECTANGLE', x: 7, y: 1, width: 5, height: 5 } as const;
			updateValue(harness.server.store, moved, { content, comment: null, parent: null, labeler: UI_USER, valid: true });
		});
		expect(await outputOf(task!, { left: 3, options })).toMatchObject({ removedLabels: 1, keptLabels: 1 });
		expect(heldBy(task!)).toEqual(['car 3', 'car 7']);
	});

	test('finds out after a lost answer whether a first import has been done, and does it once', async () => {
		for (const isDone of [true, false]) {
			const { tasks } = newProject(2);
			let times = 0;
			harness.server.onRequest(({ path }) => {
				if (!path.endsWith('/prediction') || times++ > 0) return undefined;
				if (isDone)
					for (const task of tasks)
						harness.server.seed.label(task, { labels: { car: [{ rectangle: [{ x: 10, y: 20, w: 30, h: 40 }] }] } });
				return { destroy: true };
			});
			expect(jsonOf(await importInto(tasks, { left: 10 }))).toHaveLength(2);
			expect(times).toBe(isDone ? 1 : 2);
			expect(tasks.map(heldBy)).toEqual([['car 10'], ['car 10']]);
		}
	});

	test.each<[string, { status: number } | { destroy: true }, TaskState]>([
		['refused for now', { status: 503 }, 'IN_PROGRESS'],
		['cut off', { destroy: true }, 'IN_PROGRESS'],
		['refused for now', { status: 503 }, 'COMPLETED'],
	])(
		'leaves alone what people have taken since an import was %s (%o), until it is tried again (%s)',
		async (_, reply, state) => {
			const { tasks } = newProject(2, 'WAITING');
			await importInto(tasks, { left: 1 });
			let times = 0;
			harness.server.onRequest(({ path }) => {
				if (!path.endsWith('/prediction') || times++ > 0) return undefined;
				harness.server.seed.move(tasks[1]!, state);
				draw(tasks[1]!, 7);
				return reply;
			});
			const run = await importInto(tasks, { left: 2 }, { onError: 'continueRegularOutput' });
			expect(heldBy(tasks[1]!)).toContain('car 7');
			expect(heldBy(tasks[0]!)).toEqual(['car 2']);
			expect(jsonOf(run)[0]).toMatchObject({ status: 'imported' });
			expect(jsonOf(run)[1]).toMatchObject({ error: expect.stringContaining('people have taken its task meanwhile') });
		},
	);

	test('keeps what people have drawn meanwhile also where started tasks are allowed', async () => {
		const { tasks } = newProject(2, 'WAITING');
		await importInto(tasks, { left: 1 });
		let times = 0;
		harness.server.onRequest(({ path }) => {
			if (!path.endsWith('/prediction') || times++ > 0) return undefined;
			harness.server.seed.move(tasks[1]!, 'IN_PROGRESS');
			draw(tasks[1]!, 7);
			return { status: 503 };
		});
		const wish = { left: 2, options: { allowFinished: true } };
		const run = await importInto(tasks, wish, { onError: 'continueRegularOutput' });
		expect(tasks.map(heldBy)).toEqual([['car 2'], ['car 1', 'car 7']]);
		expect(jsonOf(run)[1]).toMatchObject({ details: expect.stringContaining('Import the image again') });
		await importInto(tasks, wish);
		expect(tasks.map(heldBy)).toEqual([['car 2'], ['car 2', 'car 7']]);
	});

	test('leaves alone what people have taken since a batch was refused, until its halves are sent', async () => {
		const { tasks } = newProject(2, 'WAITING');
		await importInto(tasks, { left: 1 });
		let times = 0;
		harness.server.onRequest(({ path }) => {
			if (!path.endsWith('/prediction') || times++ > 0) return undefined;
			harness.server.seed.move(tasks[1]!, 'IN_PROGRESS');
			draw(tasks[1]!, 7);
			return { status: 500, body: '{"key":"ex_system","params":[]}' };
		});
		await importInto(tasks, { left: 2 }, { onError: 'continueRegularOutput' });
		expect(heldBy(tasks[1]!)).toContain('car 7');
		expect(heldBy(tasks[0]!)).toEqual(['car 2']);
	});

	test('says so if earlier labels could not be deleted, and deletes them the next time', async () => {
		const { tasks } = newProject();
		const [task] = tasks;
		await outputOf(task!, { left: 1 });
		draw(task!, 7);
		harness.server.onRequest(({ method }) =>
			method === 'DELETE' ? { status: 403, body: '{"key":"ex_forbidden","params":[],"code":403}' } : undefined,
		);
		const { error } = await importInto([task!], { left: 2 });
		expect(error).toMatchObject({
			message: expect.stringContaining('were imported, but 1 of earlier imports could not be deleted'),
			description: expect.stringContaining('"Replace Earlier Imports"'),
		});
		harness.server.onRequest(undefined);
		expect(await outputOf(task!, { left: 3 })).toMatchObject({ removedLabels: 2, keptLabels: 1 });
		expect(heldBy(task!)).toEqual(['car 3', 'car 7']);
	});
});

describe('Keep and Add', () => {
	test("does not overwrite people's answers", async () => {
		const { tasks } = newProject();
		const [task] = tasks;
		await outputOf(task!, { answers: { weather: ['rain'] } });
		answer(task!, 'sun');
		const wish = { left: 1, answers: { weather: ['rain'] }, parameters: { existingLabels: 'add' } };
		expect(await outputOf(task!, wish)).toMatchObject({ existingLabels: 'kept', removedAnswers: 0, keptAnswers: 1 });
		expect(heldBy(task!)).toEqual(['car 1', 'weather sun']);
	});
});

describe('Replace Everything', () => {
	const everything = { existingLabels: 'replaceAll' };

	test('removes what people made, as the user asked for, and counts it if that is wanted', async () => {
		const { tasks } = newProject(2);
		for (const task of tasks) {
			await outputOf(task, { left: 1, answers: { weather: ['rain'] } });
			draw(task, 7);
			answer(task, 'sun');
		}
		expect(await outputOf(tasks[0]!, { left: 2, parameters: everything })).toMatchObject({
			removedLabels: null,
			removedAnswers: null,
			keptLabels: 0,
		});
		expect(
			await outputOf(tasks[1]!, { left: 2, parameters: everything, options: { countExisting: true } }),
		).toMatchObject({ removedLabels: 2, removedAnswers: 1, keptLabels: 0 });
		expect(tasks.map(heldBy)).toEqual([['car 2'], ['car 2']]);
	});

	test('leaves alone what somebody has finished since the import began', async () => {
		const { tasks } = newProject(3, 'WAITING');
		harness.server.onRequest(({ method, path }) => {
			if (method !== 'POST' || !path.endsWith('/prediction')) return;
			harness.server.seed.move(tasks[1]!, 'IN_PROGRESS');
			draw(tasks[1]!, 7);
		});
		const wish = { left: 1, parameters: everything, options: { batchSize: 1 } };
		const run = await importInto(tasks, wish, { onError: 'continueRegularOutput' });
		expect(jsonOf(run).map(({ status }) => status)).toEqual(['imported', undefined, 'imported']);
		expect(tasks.map(heldBy)).toEqual([['car 1'], ['car 7', 'car 7'], ['car 1']]);
	});

	test.each<TaskState>(['IN_PROGRESS', 'WAITING_CHANGED', 'COMPLETED', 'REVIEWED', 'SKIPPED', 'REVIEWED_SKIP'])(
		'leaves a task in %s alone all the same, unless the user allows that, too',
		async (state) => {
			const { tasks } = newProject(1, state);
			draw(tasks[0]!, 7);
			const { error } = await importInto(tasks, { left: 2, parameters: everything });
			expect(error).toMatchObject({
				message: expect.stringContaining('so its labels were not changed'),
				description: expect.stringContaining('Turn on "Allow Started and Finished Tasks"'),
			});
			expect(heldBy(tasks[0]!)).toEqual(['car 7']);
			await outputOf(tasks[0]!, { left: 2, parameters: everything, options: { allowFinished: true } });
			expect(heldBy(tasks[0]!)).toEqual(['car 2']);
			expect(tasks[0]!.state).toBe(state);
		},
	);
});

test('Count Existing Labels also tells what is kept where nothing is removed, and in a dry run', async () => {
	const { tasks } = newProject();
	const [task] = tasks;
	draw(task!, 7);
	const options = { countExisting: true };
	expect(await outputOf(task!, { left: 1, options: { ...options, dryRun: true } })).toMatchObject({
		status: 'wouldImport',
		removedLabels: 0,
		keptLabels: 1,
	});
	expect(await outputOf(task!, { left: 1, options })).toMatchObject({ removedLabels: 0, keptLabels: 1 });
	expect(await outputOf(task!, { left: 2, options: { ...options, dryRun: true } })).toMatchObject({
		removedLabels: 1,
		keptLabels: 1,
	});
	expect(heldBy(task!)).toEqual(['car 1', 'car 7']);
});

describe('On an open core, where everybody is one user', () => {
	let ofTokens: Harness;

	beforeAll(async () => {
		ofTokens = harness;
		harness = await openHarness(
			{ generation: 'open-core', dummyProject: false },
			{ authentication: 'none', token: '' },
		);
	});
	afterAll(async () => {
		await harness.close();
		harness = ofTokens;
	});

	test('a second run with the same result changes nothing', async () => {
		const { tasks } = newProject();
		const wish = { left: 1.25, answers: { weather: ['sun'] } };
		for (let time = 0; time < 3; time++)
			expect(await outputOf(tasks[0]!, wish)).toMatchObject({ status: 'imported', removedLabels: 0 });
		expect(heldBy(tasks[0]!)).toEqual(['car 1.25', 'weather sun']);
	});

	test('labels of an earlier import are neither doubled nor deleted, since they could be those of people', async () => {
		const { tasks } = newProject();
		await outputOf(tasks[0]!, { left: 1 });
		draw(tasks[0]!, 7);
		for (const wish of [{ left: 1 }, { left: 2 }, {}]) {
			const { error } = await importInto(tasks, wish);
			expect(error).toMatchObject({
				message: expect.stringMatching(
					/^The labels of the image ".*" were not replaced, because the open core does not provide their authors$/,
				),
				description:
					'Set "Existing Labels" to "Replace Everything", which leaves tasks alone that people have begun or finished, or to "Keep and Add".',
			});
			expect(heldBy(tasks[0]!)).toEqual(['car 1', 'car 7']);
		}
		await outputOf(tasks[0]!, { left: 2, parameters: { existingLabels: 'replaceAll' } });
		expect(heldBy(tasks[0]!)).toEqual(['car 2']);
	});

	test('an answer about the image is not overwritten', async () => {
		const { tasks } = newProject();
		await outputOf(tasks[0]!, { left: 1, answers: { weather: ['sun'] } });
		const { error } = await importInto(tasks, { left: 1, answers: { weather: ['rain'] } });
		expect(error?.message).toContain('were not replaced');
		expect(heldBy(tasks[0]!)).toEqual(['car 1', 'weather sun']);
	});
});
