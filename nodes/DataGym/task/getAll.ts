import type { Task } from '@datagym/client';
import { limit, projectId, returnAll, search, simplify } from '../fields';
import type { ItemOperation } from '../runner/operation';
import { getTasks } from '../projectTasks';
import { limited, matches, simplified, taskRecord } from '../records';
import { TASK_STATE_OPTIONS, taskStates } from '../taskStates';

export const getAll: ItemOperation = {
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many tasks of a project',
	description: 'Get the tasks of a project, in all states or in some, by image name',
	fields: [
		projectId,
		{
			displayName: 'States',
			name: 'states',
			type: 'multiOptions',
			default: [],
			options: [...TASK_STATE_OPTIONS],
			description: 'Only tasks in these states. Leave empty to get the tasks in all states.',
		},
		search('image’s or labeler’s name'),
		returnAll,
		limit,
		simplify,
	],
	async run(item, run) {
		const id = item.id('projectId', 'Project');
		const text = item.text('search');
		// The server's own search refuses dots and ignores short words and numbers (CONTRACT.md, section 6), so it is not used.
		const isAllRead = item.flag('returnAll') || text !== '';
		const tasks = await getTasks(run, id, taskStates(item.list('states')), isAllRead ? 0 : item.number('limit', 50));
		const found = tasks
			.filter(({ imageName, labeler }) => matches(imageName, text) || matches(labeler ?? '', text))
			.sort(byImageName);
		return limited(item, found).map((task) => simplified(item, task, taskRecord));
	},
};

function byImageName(a: Task, b: Task): number {
	return a.imageName.localeCompare(b.imageName);
}
