import type { IDataObject } from 'n8n-workflow';
import { readLabelValue, type LabelValue, type ServerEntry } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { allowFinished, newClassKey, taskId } from '../fields';
import type { ItemOperation } from '../runner/operation';
import { labelId } from './parameters';
import { answered, labelRecord, objectsById } from './labelRecord';
import { findLabel, geometryEntry, isClassification, labelOf, openTaskToChange } from './openTask';

export const changeClass: ItemOperation = {
	value: 'changeClass',
	name: 'Change Class',
	action: 'Change class of label',
	description: 'Change the class of a label, which changes its ID',
	fields: [
		{
			displayName:
				'The label loses its classifications, because each class has its own. The output lists the lost values.',
			name: 'changeClassNotice',
			type: 'notice',
			default: '',
		},
		taskId,
		labelId,
		newClassKey,
	],
	options: [allowFinished],
	async run(item, run) {
		const task = await openTaskToChange(item, run);
		const before = labelOf(task, item.id(labelId));
		const parent = before.parentId === undefined ? undefined : findLabel(task.values, before.parentId);
		const entry = geometryEntry(task, newClassKey, item.requiredText(newClassKey), parent);
		checkChange(before, entry);
		const label = objectsById(task.reading.image.objects).get(before.valueId);
		const lost = answered(label?.classifications ?? {});
		const after = readLabelValue(await run.api.labels.changeClass(before.valueId, entry.entryId));
		if (after === undefined) throw run.api.labels.unreadable(task.taskId);
		const record = labelRecord(task, after, { ...(label && { geometry: label.geometry }), classifications: {} });
		return [
			{
				json: {
					...record,
					previousLabelId: before.valueId,
					previousClassName: before.key,
					...warningOf(lost as object as IDataObject),
				},
			},
		];
	},
};

/** The server says the first two, too, but not of which classes; what it does with labels inside is not known. */
function checkChange({ type, entryId, name, children }: LabelValue, entry: ServerEntry): void {
	if (entry.entryId === entryId)
		throw new InputError(`The label already has the class "${entry.entryKey}"`, 'Choose another class.');
	if (entry.type !== type) {
		throw new InputError(
			`The label is a ${type}, but the class "${entry.entryKey}" is a ${entry.type}`,
			'Choose a class with the same geometry type.',
		);
	}
	const inside = children.filter((child) => !isClassification(child.type));
	if (inside.length === 0) return;
	throw new InputError(
		`The label "${name}" contains nested labels that would be lost: ${inside.map((child) => child.name).join(', ')}`,
		'Delete them first, and create them again inside the changed label.',
	);
}

function warningOf(lost: IDataObject): IDataObject {
	const keys = Object.keys(lost);
	if (keys.length === 0) return {};
	return {
		lostClassifications: lost,
		warnings: [`The label lost its ${keys.length === 1 ? 'classification' : 'classifications'}: ${keys.join(', ')}`],
	};
}
