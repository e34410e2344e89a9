import { datasetId, projectId } from '../fields';
import type { ItemOperation } from '../runner/operation';
import { ifDone, unlessDone } from '../alreadyDone';

const ifNotConnected = ifDone('If Not Connected', 'ifNotConnected');

export const removeDataset: ItemOperation = {
	value: 'removeDataset',
	name: 'Remove Dataset',
	action: 'Remove dataset from project',
	description: 'Disconnect a dataset, deleting its tasks and labels',
	fields: [
		{
			displayName: 'This deletes all tasks and labels of the dataset in this project. The images stay in the dataset.',
			name: 'removeDatasetNotice',
			type: 'notice',
			default: '',
		},
		projectId,
		datasetId,
	],
	options: [ifNotConnected],
	async run(item, { api }) {
		const ids = { projectId: item.id(projectId), datasetId: item.id(datasetId) };
		const disconnectedNow = await unlessDone(item, ifNotConnected, ['ex_gen_does_not_contain'], () =>
			api.projects.disconnect(ids.projectId, ids.datasetId),
		);
		return [{ json: { ...ids, disconnected: true, disconnectedNow } }];
	},
};
