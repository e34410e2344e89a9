import { taskId } from '../fields';
import { statusOf } from '../projectTasks';
import type { ItemOperation } from '../runner/operation';
import { changeState, wrongState } from './changeState';

export const reopen: ItemOperation = {
	value: 'reopen',
	name: 'Reopen',
	action: 'Reopen task',
	description: 'Return a task to the labelers. Open core only.',
	fields: [taskId],
	async run(item, { api }) {
		await api.require('reviews');
		const id = item.id(taskId);
		const outcome = await changeState(api, id, async () => await api.tasks.reopen(id));
		if (!('task' in outcome)) {
			const { imageId, imageName, state } = outcome;
			return [{ json: { ...item.data.json, taskId: id, imageId, imageName, status: statusOf(state), reopened: true } }];
		}
		throw wrongState(
			outcome.task,
			'cannot be reopened',
			'Only finished tasks and tasks in progress can be reopened. Use Task: Release for tasks in the backlog.',
		);
	},
};
