import type { LabelValue } from '@datagym/client';
import type { Classifications, Geometry, LabelObject } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { taskId } from '../fields';
import type { ItemInput } from '../runner/itemInput';
import type { ItemOperation } from '../runner/operation';
import { checkImageAnswers, checkLabel } from './checkLabel';
import { geometryTypeOf } from './create';
import { allowFinished, classifications, comment, geometry, labelId } from './fields';
import { answerWrites, geometryContent, placelessAnswer, type Write } from './labelContent';
import { classificationsInput, geometryInput } from './labelInput';
import { findLabel, isClassification, labelOf, openTaskToChange, type OpenTask } from './openTask';
import { objectsById } from './labelRecord';
import { writeAll } from './writeAll';

export const update: ItemOperation = {
	value: 'update',
	name: 'Update',
	action: 'Update a label',
	description:
		'Change the geometry or answers of a label, or answer questions about the whole image. What is not given stays as it is.',
	fields: [
		taskId,
		{
			...labelId,
			required: false,
			description:
				'ID of the label, which Label: Get Many returns. Leave empty to answer questions about the whole image.',
		},
		geometry,
		classifications,
		allowFinished,
		{ displayName: 'Options', name: 'options', type: 'collection', default: {}, options: [comment] },
	],
	async run(item, run) {
		const task = await openTaskToChange(item, run);
		const id = item.text('labelId');
		const { writes, warnings } = id === '' ? planImageAnswers(item, task) : planLabel(item, task, labelOf(task, id));
		if (writes.length === 0)
			throw new InputError('There is nothing to update', 'Enter a geometry, classifications or a comment.');
		await writeAll(run.api, task.taskId, writes, async (done) => {
			for (const { value } of [...done].reverse()) await run.api.labelValues.update(task.taskId, value, value.content);
		});
		return [
			{
				json: {
					...item.data.json,
					taskId: task.taskId,
					...(id === '' ? {} : { labelId: id }),
					updated: true,
					...(warnings.length === 0 ? {} : { warnings: [...warnings] }),
				},
			},
		];
	},
};

interface Plan {
	readonly writes: readonly Write[];
	readonly warnings: readonly string[];
}

function planImageAnswers(item: ItemInput, task: OpenTask): Plan {
	if (item.text('geometry') !== '')
		throw new InputError(
			'A geometry is given, but no label ID',
			'Enter the ID of the label into “Label ID”, or use Label: Create.',
		);
	return planAnswers(
		task,
		task.values.filter(({ type }) => isClassification(type)),
		classificationsInput(item),
	);
}

function planAnswers(task: OpenTask, values: readonly LabelValue[], answers: Classifications = {}): Plan {
	checkImageAnswers(task, answers);
	return { writes: writesOf(values, answers), warnings: [] };
}

function planLabel(item: ItemInput, task: OpenTask, value: LabelValue): Plan {
	if (isClassification(value.type)) return planAnswer(item, task, value);
	const shape = geometryInput(item, geometryTypeOf(value));
	const answers = classificationsInput(item);
	const note = item.option('comment');
	const isOwnChanged = shape !== undefined || note !== undefined;
	const warnings = check(task, value, shape, answers);
	const own: Write = {
		value,
		content: shape === undefined ? value.content : geometryContent(shape),
		comment: note === undefined ? value.comment : String(note),
	};
	const children = value.children.filter(({ type }) => isClassification(type));
	return { writes: [...(isOwnChanged ? [own] : []), ...writesOf(children, answers)], warnings };
}

function writesOf(values: readonly LabelValue[], answers: Classifications = {}): readonly Write[] {
	const placeless = placelessAnswer(values, answers);
	if (placeless !== undefined) throw placeless;
	return answerWrites(values, answers);
}

/** Stands where the geometry is not looked at. */
const NO_GEOMETRY: Geometry = { type: 'point', x: 0, y: 0 };

function check(
	task: OpenTask,
	value: LabelValue,
	shape: Geometry | undefined,
	answers: Classifications = {},
): readonly string[] {
	const before = objectsById(task.reading.image.objects).get(value.valueId);
	const merged = { ...before?.classifications, ...answers };
	const label: LabelObject = {
		className: value.key,
		geometry: shape ?? NO_GEOMETRY,
		classifications: merged,
		children: [],
	};
	const parent = value.parentId === undefined ? undefined : findLabel(task.values, value.parentId);
	return checkLabel(task, label, parent, shape === undefined ? 'answers' : 'label');
}

/** The ID is that of an answer: about the whole image, since those of labels are given with their label. */
function planAnswer(item: ItemInput, task: OpenTask, value: LabelValue): Plan {
	if (value.parentId === undefined) return planAnswers(task, [value], classificationsInput(item));
	throw new InputError(
		'The ID is that of an answer inside of a label',
		`Enter the ID of the label, and the answer under “${value.key}” into “Classifications”.`,
	);
}
