/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { IDataObject } from 'n8n-workflow';
import { READABLE_FORMATS } from '@datagym/labels';
import { type LabelValue, type Task, TASK_STATES, type TaskState } from '../../emulator/store/model';
import { UI_USER } from '../../emulator/store/store';
import { createValue, updateValue, valuesOf } from '../../emulator/store/values';
import { jsonOf } from '../../support/datagym';
import { ANSWERS, answerOf, type AnswerKind, FORMAT_ANSWERS, type FormatAnswers } from './importedAnswers';
import { PredictionHarness } from './predictionHarness';

/**
 * The law of docs/predictions.md: labels and answers that people made are never removed or overwritten unless the user asked for
 * exactly that. Each format, task state and kind of answer goes through n8n's engine; what the emulator stores is looked at.
 */

let lab: PredictionHarness;

beforeAll(async () => {
	lab = await PredictionHarness.open();
});
afterAll(async () => await lab.close());

const UNTOUCHED: readonly TaskState[] = ['BACKLOG', 'WAITING'];
/** Those in which the image has labels of people, and one in which only an import has been. */
const HANDS = ['people', 'import only'] as const;

interface Cell {
	readonly answer: AnswerKind;
	readonly state: TaskState;
	readonly hands: (typeof HANDS)[number];
	readonly image: string;
	readonly task: Task;
}

/** A project with an image for each cell; all have an earlier import, and most what people made of it. */
function newCells(): { projectId: string; cells: readonly Cell[] } {
	const { seed, store } = lab.datagym.server;
	const plan = ANSWERS.flatMap((answer) =>
		TASK_STATES.flatMap((state) =>
			HANDS.map((hands) => ({ answer, state, hands, image: `${answer} ${state} ${hands}.jpg` })),
		),
	);
	const { project, dataset } = seed.project({
		name: `Law ${store.projects.size}`,
		datasetName: `Law ${store.projects.size}`,
		classes: [
			{
				entryKey: 'car',
				type: 'rectangle',
				children: [{ entryKey: 'color', type: 'select', options: { red: 'Red' } }],
			},
			{ entryKey: 'weather', type: 'select', options: { sun: 'Sun', rain: 'Rain' } },
		],
	});
	const tasks = seed.tasks(project, dataset!, {
		count: plan.length,
		name: (index) => plan[index]!.image,
		state: (index) => plan[index]!.state,
		labels: () => ({
			labels: { car: [1, 2, 3].map((x) => ({ rectangle: [{ x, y: 200, w: 5, h: 5 }] })) },
			global_classifications: { weather: ['rain'] },
		}),
	});
	const cells = plan.map((cell, index) => ({ ...cell, task: tasks[index]! }));
	for (const { task, hands } of cells) if (hands === 'people') workOn(task);
	return { projectId: project.id, cells };
}

/** A person moves one imported box, says the color of another, answers for the image, and draws a box. */
function workOn(task: Task): void {
	const { store } = lab.datagym.server;
	const [moved, colored] = valuesOf(task).filter(({ entry }) => entry.key === 'car');
	const weather = valuesOf(task).find(({ entry }) => entry.key === 'weather');
	const change = (value: LabelValue | undefined, content: LabelValue['content']) =>
		updateValue(store, value!, { content, comment: null, parent: value!.parent, labeler: UI_USER, valid: true });
	change(moved, { type: 'RECTANGLE', x: 300, y: 300, width: 5, height: 5 });
	change(colored!.children[0], { type: 'SELECT', selectKey: 'red' });
	change(weather, { type: 'SELECT', selectKey: 'sun' });
	const drawn = createValue(store, task, moved!.entry, null, UI_USER);
	change(drawn, { type: 'RECTANGLE', x: 400, y: 300, width: 5, height: 5 });
}

/** What the task holds: left edges of boxes with their colors, and the weather. */
function heldBy(task: Task): readonly string[] {
	return valuesOf(task)
		.map(({ content, children }) => {
			if (content.type === 'SELECT') return `weather ${content.selectKey}`;
			const [color] = children.map((child) => (child.content.type === 'SELECT' ? child.content.selectKey : null));
			return `car ${content.type === 'RECTANGLE' ? Math.round(content.x ?? -1) : '?'}${color === null ? '' : ` ${color}`}`;
		})
		.sort();
}

const PEOPLES = ['car 2 red', 'car 300', 'car 400', 'weather sun'];
const OF_IMPORT = ['car 1', 'car 2', 'car 3', 'weather rain'];
const IN_TASK = { people: [...PEOPLES, 'car 3'].sort(), 'import only': OF_IMPORT };

async function run(
	format: FormatAnswers,
	projectId: string,
	cells: readonly Cell[],
	{ options = {}, ...parameters }: { readonly options?: IDataObject; readonly existingLabels?: string } = {},
) {
	const isText = READABLE_FORMATS.some(({ key, reads }) => key === format.key && reads.input === 'text');
	const items = cells.map(({ answer, image }) => ({
		json: { imageName: image, answer: answerOf(answer, format, image) } as IDataObject,
	}));
	const outputs = jsonOf(
		await lab.import(
			projectId,
			format.key,
			{
				...format.parameters,
				...(isText ? { labelText: '={{ $json.answer }}' } : { predictions: '={{ $json.answer }}' }),
				imageReference: '={{ $json.imageName }}',
				options: { imageWidth: 640, imageHeight: 480, ...format.options, ...options },
				...parameters,
			},
			items,
			{ onError: 'continueRegularOutput' },
		),
	);
	return cells.map((cell, index) => ({ ...cell, output: outputs[index]!, held: heldBy(cell.task) }));
}

const nameOf = ({ key, parameters = {} }: FormatAnswers) => [key, ...Object.values(parameters)].join(' ');

/** DataGym JSON is imported as it is, with a warning. An empty text in a field may be one that is missing. */
const isImported = ({ answer }: Cell, { key, withoutEmpty }: FormatAnswers) =>
	answer === 'good' || (answer === 'empty' && withoutEmpty !== true) || (answer === 'allDropped' && key === 'dataGym');
const newLabels = ({ answer }: Cell) => (answer === 'good' ? ['car 10'] : answer === 'empty' ? [] : ['car 700']);

/**
 * Pictures, classes and tokens can be in no wrong unit, and not outside of the image. Instructions are what a model is to answer; their
 * answers are read by the formats of the answers, which are in the table.
 */
const WITHOUT_NUMBERS = [
	'florence2Jsonl',
	'huggingFaceClassification',
	'huggingFaceSegmentation',
	'masks',
	'paliGemma',
	'paliGemmaJsonl',
	'qwen25VlJsonl',
	'qwen3VlJsonl',
	'yoloClassify',
];

test('every format is in the table', () => {
	const keys = READABLE_FORMATS.map(({ key }) => key).filter((key) => !WITHOUT_NUMBERS.includes(key));
	expect(new Set(FORMAT_ANSWERS.map(({ key }) => key))).toEqual(new Set(keys));
});

describe.each(FORMAT_ANSWERS.map((format) => [nameOf(format), format] as const))('An import of %s', (_, format) => {
	test('leaves alone what people have begun or finished, and keeps what they made', async () => {
		const { projectId, cells } = newCells();
		for (const cell of await run(format, projectId, cells)) {
			const isTaken = isImported(cell, format) && UNTOUCHED.includes(cell.state);
			const before = IN_TASK[cell.hands];
			const kept = cell.hands === 'people' ? PEOPLES : ['weather rain'];
			expect({ image: cell.image, held: cell.held }).toEqual({
				image: cell.image,
				held: (isTaken ? [...kept, ...newLabels(cell)] : [...before]).sort(),
			});
			if (isTaken)
				expect(cell.output).toMatchObject({
					status: 'imported',
					...(cell.hands === 'people'
						? { removedLabels: 1, keptLabels: 3, keptAnswers: 1 }
						: { removedLabels: 3, keptLabels: 0, keptAnswers: 0 }),
					removedAnswers: 0,
				});
			else expect(cell.output.error).toEqual(expect.any(String));
			if (cell.answer === 'error') expect(cell.output.error).toContain('the model is asleep');
			if (cell.answer === 'wrongUnits') expect(cell.output.error).toContain(`look like ${format.wrong}`);
			if (cell.answer === 'allDropped' && !isTaken)
				expect(cell.output.error).toMatch(
					UNTOUCHED.includes(cell.state) ? /^Nothing is left of what the model found/ : /its labels were not changed$/,
				);
		}
	});

	test.each(['replace', 'add'])(
		'keeps what people made also in tasks that it may change: %s',
		async (existingLabels) => {
			const { projectId, cells } = newCells();
			for (const cell of await run(format, projectId, cells, { existingLabels, options: { allowFinished: true } })) {
				const before = IN_TASK[cell.hands];
				const earlier = before.filter((label) => !PEOPLES.includes(label) && label !== 'weather rain');
				const kept = existingLabels === 'add' ? before : before.filter((label) => !earlier.includes(label));
				expect({ image: cell.image, held: cell.held }).toEqual({
					image: cell.image,
					held: (isImported(cell, format) ? [...kept, ...newLabels(cell)] : [...before]).sort(),
				});
				if (isImported(cell, format))
					expect(cell.output).toMatchObject({
						status: 'imported',
						removedLabels: existingLabels === 'add' ? 0 : earlier.length,
					});
			}
		},
	);
});
