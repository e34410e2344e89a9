import type { IDataObject } from 'n8n-workflow';
import type { Task } from '@datagym/client';
import { field } from '@datagym/shared/fields';
import { datasetId, projectId, taskId } from '../fields';
import { statusOf, tasksByStatus } from '../projectTasks';
import type { ChoiceOf, ItemInput } from '../runner/itemInput';
import type { ItemOperation } from '../runner/operation';
import type { Run } from '../runner/runContext';
import { changeState, wrongState, type ChangedTask } from './changeState';

const direction = field({
	displayName: 'Direction',
	name: 'direction',
	type: 'options',
	default: 'release',
	options: [
		{ name: 'Release to Labelers', value: 'release', description: 'From the backlog, so that they can be labeled' },
		{ name: 'Return to Backlog', value: 'return', description: 'Take waiting tasks back from the labelers' },
	],
	description: 'Where to move the tasks',
});

const scope = field({
	displayName: 'Tasks',
	name: 'scope',
	type: 'options',
	default: 'project',
	options: [
		{ name: 'All Tasks of a Dataset', value: 'dataset', description: 'Those of one dataset in the project' },
		{ name: 'All Tasks of a Project', value: 'project', description: 'Those of all its datasets' },
		{ name: 'Single Task', value: 'task', description: 'One task by its ID' },
	],
	description: 'Which tasks to move',
});

const projectOfTasks = field({ ...projectId, displayOptions: { show: { scope: ['project', 'dataset'] } } });
const datasetOfTasks = field({ ...datasetId, displayOptions: { show: { scope: ['dataset'] } } });
const singleTaskId = field({ ...taskId, displayOptions: { show: { scope: ['task'] } } });

export const release: ItemOperation = {
	value: 'release',
	name: 'Release',
	action: 'Release tasks to labelers',
	description: 'Move tasks from the backlog to labeling, or back. Open core only.',
	fields: [direction, scope, projectOfTasks, datasetOfTasks, singleTaskId],
	async run(item, run) {
		await run.api.require('taskRelease');
		const chosen = item.choice(direction);
		if (item.choice(scope) !== 'task') return [{ json: await moveMany(item, run, chosen) }];
		const task = await moveOne(run, item.id(singleTaskId), chosen);
		return [{ json: { ...item.data.json, ...task, released: chosen === 'release' } }];
	},
};

type Direction = ChoiceOf<typeof direction>;

/** A task that has left the backlog, wherever it is by now, is released. */
async function moveOne({ api }: Run, id: string, to: Direction): Promise<ChangedTask> {
	const work = async () => await (to === 'release' ? api.tasks.release(id) : api.tasks.recall(id));
	const outcome = await changeState(api, id, work);
	if (!('task' in outcome)) return changedTask(outcome);
	const { task } = outcome;
	if (to === 'release') return task;
	throw wrongState(
		task,
		'cannot be returned to the backlog',
		'Only waiting tasks can be returned. Use Task: Reopen first if it is finished or in progress.',
	);
}

function changedTask({ taskId: id, imageId, imageName, state }: Task): ChangedTask {
	return { taskId: id, imageId, imageName, status: statusOf(state) };
}

/** The server does not say how many it has moved: they are counted before and after, by one item at a time. */
async function moveMany(item: ItemInput, run: Run, to: Direction): Promise<IDataObject> {
	const id = item.id(projectOfTasks);
	const dataset = item.choice(scope) === 'dataset' ? item.id(datasetOfTasks) : undefined;
	return await run.alone(`moves in ${id}`, async () => {
		const before = await run.api.projects.counts(id);
		await run.api.tasks.moveAll(id, dataset, to === 'release' ? 'WAITING' : 'BACKLOG');
		const after = await run.api.projects.counts(id);
		const fewer = (before.BACKLOG ?? 0) - (after.BACKLOG ?? 0);
		return {
			projectId: id,
			...(dataset === undefined ? {} : { datasetId: dataset }),
			released: to === 'release',
			movedTasks: Math.max(0, to === 'release' ? fewer : -fewer),
			tasksByStatus: tasksByStatus(after),
		};
	});
}
