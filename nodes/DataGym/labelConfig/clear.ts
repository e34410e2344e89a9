import { projectId } from '../fields';
import type { ItemOperation } from '../runner/operation';
import { countTasksWithLabels } from '../projectLabelConfig';

export const clear: ItemOperation = {
	value: 'clear',
	name: 'Clear',
	action: 'Clear label configuration of project',
	description: 'Delete all classes of a project, and all labels',
	isDestructive: true,
	fields: [
		{
			displayName:
				'This deletes all labels of the project and moves its completed and reviewed tasks back to labeling.',
			name: 'clearNotice',
			type: 'notice',
			default: '',
		},
		projectId,
	],
	async run(item, run) {
		const id = item.id(projectId);
		const { labelConfigurationId } = await run.api.projects.get(id);
		const { tasks, byStatus } = await countTasksWithLabels(run, id);
		await run.api.labelConfigs.clear(labelConfigurationId);
		return [
			{
				json: {
					projectId: id,
					labelConfigurationId,
					cleared: true,
					tasksThatLostLabels: tasks,
					tasksByStatus: byStatus,
				},
			},
		];
	},
};
