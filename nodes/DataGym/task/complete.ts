import type { IDataObject } from 'n8n-workflow';
import { hasKey, isDataGymError, type DataGymApi } from '@datagym/client';
import { readTask, type TaskReading } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { ifDone } from '../alreadyDone';
import { taskId } from '../fields';
import type { ItemOperation, Output } from '../runner/operation';
import { missingValues, placeOfValue } from './missingValues';

const ifCompleted = ifDone('If Already Completed', 'ifCompleted');

export const complete: ItemOperation = {
	value: 'complete',
	name: 'Complete',
	action: 'Complete task',
	description: 'Mark a task as completed. Required classifications must have values.',
	fields: [taskId],
	options: [ifCompleted],
	async run(item, { api }) {
		const task = await readDetails(api, item.id(taskId));
		const { status } = task.image;
		if (status !== 'completed' && status !== 'reviewed') {
			await completeAsKnown(api, task);
			return [output(item.data.json, task, 'completed', true)];
		}
		if (item.options.choice(ifCompleted) !== 'fail') return [output(item.data.json, task, status, false)];
		throw new InputError(
			`${nameOf(task)} is already ${status}`,
			'Set "If Already Completed" to "Ignore" to continue without an error.',
		);
	},
};

interface KnownTask extends TaskReading {
	readonly id: string;
}

async function readDetails(api: DataGymApi, id: string): Promise<KnownTask> {
	return { ...readTask(await api.tasks.get(id)), id };
}

/** Twice at most: the label configuration may change between reading the task and completing it. */
async function completeAsKnown(api: DataGymApi, task: KnownTask): Promise<void> {
	if (await tryToComplete(api, task)) return;
	if (await tryToComplete(api, await readDetails(api, task.id))) return;
	throw new InputError(
		`${nameOf(task)} could not be completed because the label configuration keeps changing`,
		'Wait until the label configuration no longer changes, check the labels and complete the task again.',
	);
}

async function tryToComplete(api: DataGymApi, task: KnownTask): Promise<boolean> {
	return await api.tasks.complete(task.id, task.lastChangedConfig ?? 0).catch((error: unknown) => {
		throw hasKey(error, 'ex_gen_entry_value_validation') ? explained(error, task, api) : error;
	});
}

/** The server names the ID of one label; people need to know which, and all of them at once. */
function explained(error: unknown, task: KnownTask, api: DataGymApi): Error {
	if (task.identified === undefined) return api.tasks.unreadableLabels(task.id);
	const missing = missingValues(task.identified);
	const valueId = isDataGymError(error) ? (error.failure.params?.[1] ?? '') : '';
	const place = placeOfValue(task.identified.values, valueId) ?? `the label ${valueId}`;
	const told = missing.length > 0 ? missing : [`${place} is incomplete`];
	return new InputError(
		`${nameOf(task)} cannot be completed: ${told.slice(0, 10).join('; ')}${told.length > 10 ? `; and ${told.length - 10} more` : ''}`,
		'Correct the labels in DataGym or with Label: Update, or delete them, and complete the task again.',
	);
}

function nameOf({ image, id }: KnownTask): string {
	return `The task of ${image.imageName === '' ? id : `"${image.imageName}"`}`;
}

function output(
	json: IDataObject,
	{ id, image: { imageId, imageName } }: KnownTask,
	status: string,
	completedNow: boolean,
): Output {
	return { json: { ...json, taskId: id, imageId, imageName, status, completed: true, completedNow } };
}
