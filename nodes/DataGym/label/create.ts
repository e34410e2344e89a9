import type { DataGymApi, LabelEntry, LabelValue } from '@datagym/client';
import {
	classTypeOf,
	GEOMETRY_ENTRY_TYPES,
	type GeometryType,
	isGeometryType,
	type LabelObject,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { taskId } from '../fields';
import type { ItemInput } from '../runner/itemInput';
import type { ItemOperation } from '../runner/operation';
import { checkLabel } from './checkLabel';
import { allowFinished, classifications, classKey, comment, geometry } from './fields';
import { answerWrites, geometryContent, placelessAnswer } from './labelContent';
import { classificationsInput, geometryInput } from './labelInput';
import { labelRecord } from './labelRecord';
import { geometryEntry, labelOf, openTaskToChange, type OpenTask } from './openTask';
import { writeAll } from './writeAll';

export const create: ItemOperation = {
	value: 'create',
	name: 'Create',
	action: 'Create a label in a task',
	description:
		'Create a label with its geometry and answers, checked before against the label configuration. DataGym needs several requests for it; if one fails, the label is removed again. Segmentations can be made only in this way.',
	fields: [
		taskId,
		classKey,
		{ ...geometry, required: true },
		classifications,
		allowFinished,
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			default: {},
			options: [
				comment,
				{
					displayName: 'Inside of Label ID',
					name: 'parentLabelId',
					type: 'string',
					default: '',
					placeholder: 'e.g. {{ $json.labelId }}',
					description: 'ID of the label that the new one lies in, such as the car of a license plate',
				},
			],
		},
	],
	async run(item, run) {
		const task = await openTaskToChange(item, run);
		const parent = parentOf(item, task);
		const entry = geometryEntry(task, item.requiredText('classKey', 'Class Key'), parent);
		const label = labelInput(item, entry);
		const warnings = checkLabel(task, label, parent);
		const value = await createLabel(run.api, task, {
			entry,
			parent,
			label,
			comment: String(item.option('comment') ?? ''),
		});
		return [
			{ json: { ...labelRecord(task, value, label), ...(warnings.length === 0 ? {} : { warnings: [...warnings] }) } },
		];
	},
};

function parentOf(item: ItemInput, task: OpenTask): LabelValue | undefined {
	const id = String(item.option('parentLabelId') ?? '').trim();
	return id === '' ? undefined : labelOf(task, id);
}

function labelInput(item: ItemInput, entry: LabelEntry): LabelObject {
	const shape = geometryInput(item, geometryTypeOf(entry));
	if (shape === undefined)
		throw new InputError('“Geometry” is empty', 'Enter the geometry of the label, or check the expression in it.');
	return { className: entry.key, geometry: shape, classifications: classificationsInput(item) ?? {}, children: [] };
}

/** @throws InputError if the server's type is not known. */
export function geometryTypeOf({ key, type }: Pick<LabelEntry, 'key' | 'type'>): GeometryType {
	const entryType = GEOMETRY_ENTRY_TYPES.find((known) => known === type.toLowerCase());
	const classType = entryType === undefined ? undefined : classTypeOf(entryType);
	if (classType !== undefined && isGeometryType(classType)) return classType;
	throw new InputError(`The class “${key}” has the unknown type ${type}`, 'Use a newer version of this node.');
}

interface NewLabel {
	readonly entry: LabelEntry;
	readonly parent: LabelValue | undefined;
	readonly label: LabelObject;
	readonly comment: string;
}

async function createLabel(
	api: DataGymApi,
	task: OpenTask,
	{ entry, parent, label, comment: note }: NewLabel,
): Promise<LabelValue> {
	const { taskId: id, imageId, iterationId } = task;
	const value = await api.labelValues.create({
		taskId: id,
		imageId,
		iterationId,
		entryId: entry.entryId,
		parentId: parent?.valueId,
	});
	const remove = async () => await api.labelValues.delete(value.valueId);
	const own = { value, content: geometryContent(label.geometry), comment: note };
	const placeless = placelessAnswer(value.children, label.classifications);
	if (placeless !== undefined) {
		await remove();
		throw placeless;
	}
	await writeAll(api, id, [own, ...answerWrites(value.children, label.classifications)], remove);
	return note === '' ? value : { ...value, comment: note };
}
