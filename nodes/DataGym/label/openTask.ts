import { taskLabels, type LabelEntry, type LabelValue, type TaskDetails, type TaskLabels } from '@datagym/client';
import { CLASSIFICATION_ENTRY_TYPES, readTask, type TaskReading } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import type { ItemInput } from '../runner/itemInput';
import { FINISHED_STATES } from '../projectTasks';
import type { Run } from '../runner/run';

/** A task whose labels are looked at or changed: as the server has it, with IDs, and in the label model. */
export interface OpenTask extends TaskLabels {
	readonly details: TaskDetails;
	readonly reading: TaskReading;
}

/** Read once a run, however many items are about its labels. */
export async function openTask(item: ItemInput, run: Run): Promise<OpenTask> {
	const id = item.id('taskId', 'Task ID');
	return await run.share(`labels of ${id}`, async () => {
		const details = await run.api.getTask(id);
		return { ...taskLabels(details), details, reading: readTask(details) };
	});
}

/** @throws InputError if people have finished the task and the user has not allowed to change it. */
export async function openTaskToChange(item: ItemInput, run: Run): Promise<OpenTask> {
	const task = await openTask(item, run);
	if (item.flag('allowFinished') || !FINISHED_STATES.some((state) => state === task.state)) return task;
	throw new InputError(
		`The task of the image “${task.reading.image.imageName || task.imageId}” is finished, so its labels were left alone`,
		'Turn on “Allow Finished Tasks” to change labels that people have finished.',
	);
}

/** @throws InputError if the task has no label of the ID. */
export function labelOf(task: OpenTask, labelId: string): LabelValue {
	const found = findLabel(task.values, labelId);
	if (found !== undefined) return found;
	throw new InputError(
		`The task has no label with the ID “${labelId}”`,
		'Check the label ID and the task ID; a label gets another ID when its class is changed. Label: Get Many returns those that are there.',
	);
}

export function findLabel(values: readonly LabelValue[], labelId: string): LabelValue | undefined {
	for (const value of values) {
		const found = value.valueId === labelId ? value : findLabel(value.children, labelId);
		if (found !== undefined) return found;
	}
	return undefined;
}

/** The class of the key for a geometry: at the top level, or in the label that it shall lie in. */
export function geometryEntry(task: OpenTask, key: string, parent: LabelValue | undefined): LabelEntry {
	const entries = (parent === undefined ? task.entries : entriesBelow(task.entries, parent.entryId)).filter(
		({ type }) => !isClassification(type),
	);
	const entry = entries.find((candidate) => candidate.key === key);
	if (entry !== undefined) return entry;
	const where =
		parent === undefined
			? 'The label configuration has no geometry'
			: `The label configuration has no geometry inside of “${parent.name}”`;
	throw new InputError(
		`${where} with the key “${key}”`,
		`Use one of: ${entries.map((candidate) => candidate.key).join(', ') || '(there is none)'}.`,
	);
}

function entriesBelow(entries: readonly LabelEntry[], entryId: string): readonly LabelEntry[] {
	for (const entry of entries) {
		if (entry.entryId === entryId) return entry.children;
		const below = entriesBelow(entry.children, entryId);
		if (below.length > 0) return below;
	}
	return [];
}

/** Whether a type of the wire, in any case, is asked and not drawn. */
export function isClassification(type: string): boolean {
	return CLASSIFICATION_ENTRY_TYPES.some((known) => known === type.toLowerCase());
}
