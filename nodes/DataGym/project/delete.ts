import type { ProjectCounts } from '@datagym/client';
import { ifDone } from '../alreadyDone';
import { checkConsent, counted, deleteAgain, deleteLabels } from '../deletion';
import { projectId } from '../fields';
import { FINISHED_STATES, tasksByStatus } from '../projectTasks';
import type { ItemOperation } from '../runner/operation';

const ifDeleted = ifDone('If Already Deleted', 'ifDeleted');

export const deleteProject: ItemOperation = {
	value: 'delete',
	name: 'Delete',
	action: 'Delete project',
	description: 'Delete a project with its tasks and labels. Open core only.',
	isDestructive: true,
	fields: [
		{
			displayName: 'This deletes all tasks, labels and classes of the project. The images stay in their datasets.',
			name: 'deleteNotice',
			type: 'notice',
			default: '',
		},
		projectId,
		deleteLabels,
	],
	options: [ifDeleted],
	async run(item, { api }) {
		await api.require('projectChanges');
		const id = item.id(projectId);
		const project = (await api.projects.list()).find((candidate) => candidate.projectId === id);
		if (project === undefined) {
			await deleteAgain(item, ifDeleted, 'project', async () => await api.projects.delete(id));
			return [{ json: { projectId: id, deleted: true, deletedNow: false } }];
		}
		const counts = await api.projects.counts(id);
		checkConsent(item, `The project "${project.name}"`, lossOf(counts));
		await api.projects.delete(id);
		return [
			{
				json: {
					projectId: id,
					projectName: project.name,
					deleted: true,
					deletedNow: true,
					deletedTasks: sum(Object.values(counts)),
					tasksByStatus: tasksByStatus(counts),
				},
			},
		];
	},
};

function lossOf(counts: ProjectCounts): string {
	const tasks = counted(sum(Object.values(counts)), 'task');
	const finished = sum(FINISHED_STATES.map((state) => counts[state] ?? 0));
	return finished === 0 ? tasks : `${tasks}, ${finished} of them finished`;
}

function sum(numbers: readonly number[]): number {
	return numbers.reduce((total, number) => total + number, 0);
}
