/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import { type LabelValue, type Task, TASK_STATES } from '../../emulator/store/model';
import { UI_USER } from '../../emulator/store/store';
import { allValues, createValue, deleteValue, updateValue, valuesOf } from '../../emulator/store/values';
import { byId, jsonOf, openHarness, type Harness } from '../../support/datagym';

/**
 * Imports and people's work in any order, in any state of the task: after each import, everything that bears a person's name is as it
 * was, unless *Replace Everything* was chosen for a task that it may change; and the numbers in the item are those of the store.
 */

let harness: Harness;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
});
afterAll(async () => {
	await harness.close();
});

type Step =
	| {
			readonly kind: 'import';
			readonly mode: string;
			readonly allowed: boolean;
			readonly cars: number;
			readonly weather?: string;
	  }
	| { readonly kind: 'draw' | 'drawInside' | 'move' | 'color' | 'delete'; readonly at: number }
	| { readonly kind: 'answer'; readonly weather: string }
	| { readonly kind: 'state'; readonly state: Task['state'] };

const at = fc.nat(5);
const weather = fc.constantFrom('sun', 'rain');
const imports = fc.record(
	{
		kind: fc.constant('import' as const),
		mode: fc.constantFrom('replace', 'replace', 'add', 'replaceAll'),
		allowed: fc.boolean(),
		cars: fc.nat(2),
		weather,
	},
	{ requiredKeys: ['kind', 'mode', 'allowed', 'cars'] },
);
const work = fc.oneof(
	fc.record({ kind: fc.constantFrom('draw' as const, 'drawInside', 'move', 'color', 'delete'), at }),
	fc.record({ kind: fc.constant('answer' as const), weather }),
	fc.record({ kind: fc.constant('state' as const), state: fc.constantFrom(...TASK_STATES) }),
);
const steps: fc.Arbitrary<Step[]> = fc.array(fc.oneof(imports, work), { minLength: 4, maxLength: 9 });

let projects = 0;
function newTask(): Task {
	const { seed } = harness.server;
	const name = `Sequence ${++projects}`;
	const { project, dataset } = seed.project({
		name,
		datasetName: name,
		classes: [
			{
				entryKey: 'car',
				type: 'rectangle',
				children: [
					{ entryKey: 'color', type: 'select', options: { red: 'Red' } },
					{ entryKey: 'plate', type: 'rectangle' },
				],
			},
			{ entryKey: 'weather', type: 'select', options: { sun: 'Sun', rain: 'Rain' } },
		],
	});
	return seed.tasks(project, dataset!, { count: 1 })[0]!;
}

function change(value: LabelValue, content: LabelValue['content']): void {
	updateValue(harness.server.store, value, {
		content,
		comment: null,
		parent: value.parent,
		labeler: UI_USER,
		valid: true,
	});
}

/** What a person does, where there is something to do it with. */
function workOn(task: Task, step: Exclude<Step, { kind: 'import' }>): void {
	const { store, seed } = harness.server;
	if (step.kind === 'state') return seed.move(task, step.state);
	const roots = task.project.configuration.roots;
	const cars = valuesOf(task).filter(({ entry }) => entry.key === 'car');
	const box = (value: LabelValue) => change(value, { type: 'RECTANGLE', x: 500, y: 5, width: 5, height: 5 });
	if (step.kind === 'answer') {
		const entry = roots.find(({ key }) => key === 'weather')!;
		const value = valuesOf(task).find((each) => each.entry === entry) ?? createValue(store, task, entry, null, UI_USER);
		return change(value, { type: 'SELECT', selectKey: step.weather });
	}
	const carEntry = roots.find(({ key }) => key === 'car')!;
	if (step.kind === 'draw') return box(createValue(store, task, carEntry, null, UI_USER));
	const car = cars[step.at % Math.max(1, cars.length)];
	if (car === undefined) return;
	if (step.kind === 'delete') deleteValue(store, car);
	else if (step.kind === 'move') box(car);
	else if (step.kind === 'color')
		change(car.children.find(({ entry }) => entry.key === 'color')!, { type: 'SELECT', selectKey: 'red' });
	else box(createValue(store, task, carEntry.children.find(({ key }) => key === 'plate')!, car, UI_USER));
}

const isAnswer = ({ content }: LabelValue) => content.type === 'SELECT';

/** All that people made, as text: their boxes with what they lie in, and their answers. */
function peoplesIn(task: Task): readonly string[] {
	return [...allValues(task)]
		.filter((value) => value.labeler === UI_USER && (!isAnswer(value) || contentOf(value).includes(':"')))
		.map((value) => `${value.id} in ${value.parent?.id ?? 'the image'}: ${contentOf(value)}`)
		.sort();
}

const contentOf = ({ content }: LabelValue) => JSON.stringify({ ...content, type: undefined });
const labelsIn = (task: Task) => [...allValues(task)].filter((value) => !isAnswer(value)).map(({ id }) => id);

async function importInto(task: Task, { mode, allowed, cars, weather: answer }: Extract<Step, { kind: 'import' }>) {
	const json: IDataObject = {
		internal_media_ID: task.medium.id,
		...(answer !== undefined && { global_classifications: { weather: [answer] } }),
		labels: {
			car: Array.from({ length: cars }, (_, index) => ({ rectangle: [{ x: index + 5, y: 5, w: 5, h: 5 }] })),
		},
	};
	const run = await harness.run(
		'prediction',
		'import',
		{ projectId: byId(task.project.id), existingLabels: mode, options: { allowFinished: allowed } },
		{ items: [{ json }], settings: { onError: 'continueRegularOutput' } },
	);
	return jsonOf(run)[0]!;
}

test('nothing that people made is lost by any import that may not replace everything', async () => {
	await fc.assert(
		fc.asyncProperty(steps, async (sequence) => {
			const task = newTask();
			for (const step of sequence) {
				if (step.kind !== 'import') {
					workOn(task, step);
					continue;
				}
				const { state } = task;
				const [peoples, labels] = [peoplesIn(task), labelsIn(task)];
				const output = await importInto(task, step);
				const mayChange = step.allowed || state === 'BACKLOG' || state === 'WAITING';
				expect(output.status).toBe(mayChange ? 'imported' : undefined);
				const now = new Set(labelsIn(task));
				if (!mayChange) expect([...now].sort()).toEqual([...labels].sort());
				if (!mayChange || step.mode !== 'replaceAll')
					expect(peoplesIn(task)).toEqual(expect.arrayContaining([...peoples]));
				const removed = labels.filter((id) => !now.has(id)).length;
				if (typeof output.removedLabels === 'number') expect(output.removedLabels).toBe(removed);
				if (typeof output.keptLabels === 'number') expect(output.keptLabels).toBe(labels.length - removed);
				expect(task.state).toBe(state);
			}
		}),
		{ numRuns: 25 },
	);
}, 120_000);
