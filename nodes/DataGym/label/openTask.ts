import type { INodeProperties } from 'n8n-workflow';
import type { DataGymApi, TaskDetails } from '@datagym/client';
import {
	CLASSIFICATION_ENTRY_TYPES,
	type IdentifiedLabels,
	type LabelValue,
	readTask,
	sameKey,
	type ServerEntry,
	type TaskReading,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import type { ItemInput } from '../runner/itemInput';
import { allowFinished, taskId } from '../fields';
import { FINISHED_STATES } from '../projectTasks';
import type { Run } from '../runner/runContext';

/** A task whose labels are looked at or changed: as the server has it, with IDs, and in the label model. */
export interface OpenTask extends IdentifiedLabels {
	readonly taskId: string;
	readonly details: TaskDetails;
	readonly reading: TaskReading;
}

/**
 * Read once a run, however many items are about its labels.
 *
 * @throws DataGymError if an ID or a key is missing in the labels or classes.
 */
export async function openTask(item: ItemInput, run: Run): Promise<OpenTask> {
	const id = item.id(taskId);
	return await run.share(`labels of ${id}`, async ({ api }) => await readOpenTask(api, id));
}

/** As it is now. @throws DataGymError if an ID or a key is missing in the labels or classes. */
export async function readOpenTask(api: DataGymApi, id: string): Promise<OpenTask> {
	const details = await api.tasks.get(id);
	const reading = readTask(details);
	if (reading.identified === undefined) throw api.tasks.unreadableLabels(id);
	return { ...reading.identified, taskId: details.taskId, details, reading };
}

/** @throws InputError if people have finished the task and the user has not allowed to change it. */
export async function openTaskToChange(item: ItemInput, run: Run): Promise<OpenTask> {
	const task = await openTask(item, run);
	const isFinished = FINISHED_STATES.some((state) => state === task.details.labelTaskState);
	if (item.options.flag(allowFinished) || !isFinished) return task;
	throw new InputError(
		`The task of the image "${task.reading.image.imageName || task.reading.image.imageId}" is finished, so its labels were not changed`,
		'Turn on "Allow Finished Tasks" in the options to change the labels of finished tasks.',
	);
}

/** @throws InputError if the task has no label of the ID. */
export function labelOf(task: OpenTask, labelId: string): LabelValue {
	const found = findLabel(task.values, labelId);
	if (found !== undefined) return found;
	throw new InputError(
		`The task has no label with the ID "${labelId}"`,
		'Check the label ID and the task ID. Changing the class of a label changes its ID, and Label: Get Many returns the current ones.',
	);
}

export function findLabel(values: readonly LabelValue[], labelId: string): LabelValue | undefined {
	for (const value of values) {
		const found = value.valueId === labelId ? value : findLabel(value.children, labelId);
		if (found !== undefined) return found;
	}
	return undefined;
}

/**
 * The class of the key for a geometry: at the top level, or in the label that it shall lie in.
 *
 * @throws InputError that names the field if there is none.
 */
export function geometryEntry(
	task: OpenTask,
	{ displayName }: Pick<INodeProperties, 'displayName'>,
	key: string,
	parent: LabelValue | undefined,
): ServerEntry {
	const entries = (parent === undefined ? task.entries : entriesBelow(task.entries, parent.entryId)).filter(
		({ type }) => !isClassification(type),
	);
	const entry = entries.find((candidate) => sameKey(candidate.entryKey, key));
	if (entry !== undefined) return entry;
	const where =
		parent === undefined
			? 'The label configuration has no class'
			: `The label configuration has no class inside "${parent.name}"`;
	throw new InputError(
		`${where} with the key "${key}"`,
		`Correct "${displayName}". Use one of: ${entries.map(({ entryKey }) => entryKey).join(', ') || '(there is none)'}.`,
	);
}

function entriesBelow(entries: readonly ServerEntry[], entryId: string): readonly ServerEntry[] {
	for (const entry of entries) {
		if (entry.entryId === entryId) return entry.children;
		const below = entriesBelow(entry.children, entryId);
		if (below.length > 0) return below;
	}
	return [];
}

/** Whether values of the type are chosen or written, and not drawn. */
export function isClassification(type: string): boolean {
	return CLASSIFICATION_ENTRY_TYPES.some((known) => known === type);
}
