import type { Task } from '@datagym/client';
import { limit, projectId, returnAll, search } from '../fields';
import { outputFields } from '../output';
import type { ItemOperation } from '../runner/operation';
import { mostOf, OutputsByName } from '../outputsByName';
import { statusFilter, taskStates } from '../projectTasks';
import { briefTask, matches, simplified, TASK_FIELDS, taskRecord } from '../records';

const nameSearch = search('image or labeler name');

const status = statusFilter('Status of the tasks to include. Leave empty to include all.');

export const getAll: ItemOperation = {
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many tasks of project',
	description: 'Get the tasks of a project, sorted by image name',
	fields: [projectId, status, nameSearch, returnAll, limit, ...outputFields(TASK_FIELDS)],
	emptyHint:
		'No tasks: none has the status and the name that this node asks for. A project has a task for each image of its datasets.',
	async run(item, run) {
		const id = item.id(projectId);
		const text = item.text(nameSearch);
		// The server's own search refuses dots and ignores short words and numbers (docs/contract.md#task-list), so it is not used.
		const isAllRead = item.flag(returnAll) || text !== '';
		const most = isAllRead ? 0 : item.number(limit);
		const isWanted = ({ imageName, labeler }: Task) => matches(imageName, text) || matches(labeler ?? '', text);
		const newFold = () => {
			const outputs = new OutputsByName<Task>(mostOf(item), (task) => simplified(item, task, taskRecord, briefTask));
			return { add: (task: Task) => void (isWanted(task) && outputs.add(task)), end: () => outputs };
		};
		const states = taskStates(item.list(status));
		return await OutputsByName.joined(
			await run.limit(async () => await run.api.tasks.foldStates(id, states, newFold, most)),
		);
	},
};
