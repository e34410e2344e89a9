import {
	type Classifications,
	type Geometry,
	geometryContent,
	type LabelObject,
	type LabelValue,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { field } from '@datagym/shared/fields';
import { allowFinished, taskId } from '../fields';
import type { ItemInput } from '../runner/itemInput';
import type { ItemOperation } from '../runner/operation';
import { checkImageClassifications, checkLabel } from './checkLabel';
import { geometryTypeOf } from './create';
import { classifications, classificationsOf, comment, geometry, geometryInput, labelId } from './parameters';
import { findLabel, isClassification, labelOf, openTaskToChange, type OpenTask } from './openTask';
import { objectsById } from './labelRecord';
import { classificationWrites, missingValue, writeAll, type Write } from './write';

const optionalLabelId = field({
	...labelId,
	required: false,
	description: 'Leave empty to set image classifications',
});

export const update: ItemOperation = {
	value: 'update',
	name: 'Update',
	action: 'Update label',
	description: 'Change a label, or the classifications of an image',
	fields: [taskId, optionalLabelId, geometry, classifications],
	options: [allowFinished, comment],
	async run(item, run) {
		const task = await openTaskToChange(item, run);
		const id = item.text(optionalLabelId);
		const { writes, warnings } =
			id === '' ? planImageClassifications(item, task) : planLabel(item, task, labelOf(task, id));
		if (writes.length === 0)
			throw new InputError('There is nothing to update', 'Enter a geometry, classifications or a comment.');
		await writeAll(run.api, task.taskId, writes, async (done) => {
			for (const { value } of [...done].reverse()) await run.api.labels.update(task.taskId, value, value.content);
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

function planImageClassifications(item: ItemInput, task: OpenTask): Plan {
	if (item.enteredJson(geometry) !== undefined)
		throw new InputError(
			'"Geometry" needs a label, but "Label" is empty',
			'Choose the label in "Label", or use Label: Create.',
		);
	return planClassifications(
		task,
		task.values.filter(({ type }) => isClassification(type)),
		classificationsOf(item, task, []),
	);
}

function planClassifications(task: OpenTask, values: readonly LabelValue[], given: Classifications = {}): Plan {
	checkImageClassifications(task, given);
	return { writes: writesOf(values, given), warnings: [] };
}

function planLabel(item: ItemInput, task: OpenTask, value: LabelValue): Plan {
	if (isClassification(value.type)) return planClassification(item, task, value);
	const shape = geometryInput(item, geometryTypeOf(value.type, value.key));
	const parent = value.parentId === undefined ? undefined : findLabel(task.values, value.parentId);
	const given = classificationsOf(item, task, [...(parent === undefined ? [] : [parent.key]), value.key]);
	const note = item.options.isSet(comment) ? item.options.text(comment) : undefined;
	const isOwnChanged = shape !== undefined || note !== undefined;
	const warnings = check(task, value, parent, shape, given);
	const own: Write = {
		value,
		content: shape === undefined ? value.content : geometryContent(shape),
		comment: note ?? value.comment,
	};
	const children = value.children.filter(({ type }) => isClassification(type));
	return { writes: [...(isOwnChanged ? [own] : []), ...writesOf(children, given)], warnings };
}

function writesOf(values: readonly LabelValue[], given: Classifications = {}): readonly Write[] {
	const missing = missingValue(values, given);
	if (missing !== undefined) throw missing;
	return classificationWrites(values, given);
}

/** Stands where the geometry is not looked at. */
const NO_GEOMETRY: Geometry = { type: 'point', x: 0, y: 0 };

function check(
	task: OpenTask,
	value: LabelValue,
	parent: LabelValue | undefined,
	shape: Geometry | undefined,
	given: Classifications = {},
): readonly string[] {
	const before = objectsById(task.reading.image.objects).get(value.valueId);
	const merged = { ...before?.classifications, ...given };
	const label: LabelObject = {
		className: value.key,
		geometry: shape ?? NO_GEOMETRY,
		classifications: merged,
		children: [],
	};
	return checkLabel(task, label, parent, shape === undefined ? 'classifications' : 'label');
}

/** The ID is that of an answer: about the whole image, since those of labels are given with their label. */
function planClassification(item: ItemInput, task: OpenTask, value: LabelValue): Plan {
	if (value.parentId === undefined) return planClassifications(task, [value], classificationsOf(item, task, []));
	throw new InputError(
		'"Label" is the ID of a classification of a label',
		`Choose the label, and enter the value of "${value.key}" in "Classifications".`,
	);
}
