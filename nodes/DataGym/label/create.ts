import type { DataGymApi } from '@datagym/client';
import {
	classTypeOf,
	GEOMETRY_ENTRY_TYPES,
	geometryContent,
	type GeometryType,
	isGeometryType,
	type LabelObject,
	type LabelValue,
	readLabelValue,
	type ServerEntry,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { field } from '@datagym/shared/fields';
import { allowFinished, classKey, labelLocator, taskId } from '../fields';
import type { ItemInput } from '../runner/itemInput';
import type { ItemOperation } from '../runner/operation';
import { checkLabel } from './checkLabel';
import { classifications, classificationsOf, comment, geometry, geometryInput } from './parameters';
import { labelRecord } from './labelRecord';
import { geometryEntry, labelOf, openTaskToChange, type OpenTask } from './openTask';
import { classificationWrites, missingValue, writeAll } from './write';

const requiredGeometry = field({ ...geometry, required: true });

const parentLabelId = labelLocator({
	displayName: 'Parent Label',
	name: 'parentLabelId',
	description: 'Label to nest the new one in',
});

export const create: ItemOperation = {
	value: 'create',
	name: 'Create',
	action: 'Create label in task',
	description: 'Create a label in a task',
	fields: [taskId, classKey, requiredGeometry, classifications],
	options: [allowFinished, comment, parentLabelId],
	async run(item, run) {
		const task = await openTaskToChange(item, run);
		const parent = parentOf(item, task);
		const entry = geometryEntry(task, classKey, item.requiredText(classKey), parent);
		const label = labelInput(item, entry, task, parent);
		const warnings = checkLabel(task, label, parent);
		const value = await createLabel(run.api, task, {
			entry,
			parent,
			label,
			comment: item.options.text(comment),
		});
		return [
			{ json: { ...labelRecord(task, value, label), ...(warnings.length === 0 ? {} : { warnings: [...warnings] }) } },
		];
	},
};

function parentOf(item: ItemInput, task: OpenTask): LabelValue | undefined {
	const id = item.options.text(parentLabelId);
	return id === '' ? undefined : labelOf(task, id);
}

function labelInput(item: ItemInput, entry: ServerEntry, task: OpenTask, parent: LabelValue | undefined): LabelObject {
	const shape = geometryInput(item, geometryTypeOf(entry.type, entry.entryKey));
	if (shape === undefined)
		throw new InputError('"Geometry" is empty', 'Enter the geometry of the label, or check its expression.');
	return {
		className: entry.entryKey,
		geometry: shape,
		classifications:
			classificationsOf(item, task, [...(parent === undefined ? [] : [parent.key]), entry.entryKey]) ?? {},
		children: [],
	};
}

/** @throws InputError if the server's type is not known. */
export function geometryTypeOf(type: string, key: string): GeometryType {
	const entryType = GEOMETRY_ENTRY_TYPES.find((known) => known === type);
	const classType = entryType === undefined ? undefined : classTypeOf(entryType);
	if (classType !== undefined && isGeometryType(classType)) return classType;
	throw new InputError(
		`The class "${key}" has the unknown type ${type}`,
		'Update the DataGym nodes to a newer version.',
	);
}

export interface NewLabel {
	readonly entry: ServerEntry;
	readonly parent: LabelValue | undefined;
	readonly label: LabelObject;
	readonly comment: string;
	/** Looks for the empty label after a lost answer, where it can be told from those of others. */
	readonly find?: () => Promise<LabelValue | undefined>;
}

/** Makes a label with its answers, but without what is nested in it; if that fails, nothing of it stays. */
export async function createLabel(
	api: DataGymApi,
	task: OpenTask,
	{ entry, parent, label, comment: note, find }: NewLabel,
): Promise<LabelValue> {
	const { taskId: id, iterationId, reading } = task;
	const place = {
		taskId: id,
		imageId: reading.image.imageId,
		iterationId,
		entryId: entry.entryId,
		parentId: parent?.valueId,
	};
	let found: LabelValue | undefined;
	const lookUp = async () => {
		found = await find?.();
		return found && { id: found.valueId };
	};
	const made = await api.labels.create(place, find && lookUp);
	const remove = async () => await api.labels.delete(made.id);
	const value = found ?? readLabelValue(made);
	if (value === undefined) {
		await remove();
		throw api.labels.unreadable(id);
	}
	const own = { value, content: geometryContent(label.geometry), comment: note };
	const missing = missingValue(value.children, label.classifications);
	if (missing !== undefined) {
		await remove();
		throw missing;
	}
	await writeAll(api, id, [own, ...classificationWrites(value.children, label.classifications)], remove);
	return note === '' ? value : { ...value, comment: note };
}
