import { InputError } from '@datagym/shared/errors';
import { allowFinished, taskId } from '../fields';
import type { ItemOperation } from '../runner/operation';
import { ifDone, unlessDone } from '../alreadyDone';
import { labelId } from './parameters';
import { findLabel, isClassification, labelOf, openTaskToChange } from './openTask';

const ifDeleted = ifDone('If Already Deleted', 'ifDeleted');

export const deleteLabel: ItemOperation = {
	value: 'delete',
	name: 'Delete',
	action: 'Delete label',
	description: 'Delete a label and those nested in it',
	fields: [taskId, labelId],
	options: [allowFinished, ifDeleted],
	async run(item, run) {
		const task = await openTaskToChange(item, run);
		const id = item.id(labelId);
		const isGone = findLabel(task.values, id) === undefined;
		if (isGone && item.options.choice(ifDeleted) === 'fail') labelOf(task, id);
		if (isClassification(findLabel(task.values, id)?.type ?? '')) {
			throw new InputError('A classification cannot be deleted', 'Use Label: Update with an empty value to clear it.');
		}
		const deletedNow =
			!isGone && (await unlessDone(item, ifDeleted, ['ex_notfound'], async () => await run.api.labels.delete(id)));
		return [{ json: { ...item.data.json, taskId: task.taskId, labelId: id, deleted: true, deletedNow } }];
	},
};
