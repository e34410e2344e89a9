import { taskId } from '../fields';
import type { ItemOperation } from '../runner/operation';

export const skip: ItemOperation = {
	value: 'skip',
	name: 'Skip',
	action: 'Skip task',
	description: 'Mark a task as skipped, keeping its labels',
	fields: [taskId],
	async run(item, { api }) {
		const id = item.id(taskId);
		await api.tasks.skip(id);
		return [{ json: { ...item.data.json, taskId: id, status: 'skipped', skipped: true } }];
	},
};
