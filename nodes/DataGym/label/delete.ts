import { InputError } from '@datagym/shared/errors';
import { taskId } from '../fields';
import type { ItemOperation } from '../runner/operation';
import { ifDone, unlessDone } from '../alreadyDone';
import { allowFinished, labelId } from './fields';
import { findLabel, isClassification, labelOf, openTaskToChange } from './openTask';

export const deleteLabel: ItemOperation = {
	value: 'delete',
	name: 'Delete',
	action: 'Delete a label',
	description: 'Delete a label with its answers and the labels inside of it',
	fields: [
		taskId,
		labelId,
		ifDone('If Already Deleted', 'ifDeleted', 'the task has no such label, as after a second run'),
		allowFinished,
	],
	async run(item, run) {
		const task = await openTaskToChange(item, run);
		const id = item.id('labelId', 'Label ID');
		const isGone = findLabel(task.values, id) === undefined;
		if (isGone && item.text('ifDeleted') === 'fail') labelOf(task, id);
		if (isClassification(findLabel(task.values, id)?.type ?? '')) {
			throw new InputError(
				'Only geometries can be deleted, not answers',
				'Use Label: Update with an empty value to take an answer back.',
			);
		}
		const deletedNow =
			!isGone &&
			(await unlessDone(item, 'ifDeleted', ['ex_notfound'], async () => await run.api.labelValues.delete(id)));
		return [{ json: { ...item.data.json, taskId: task.taskId, labelId: id, deleted: true, deletedNow } }];
	},
};
