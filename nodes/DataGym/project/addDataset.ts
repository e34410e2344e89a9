import { datasetId, projectId } from '../fields';
import type { ItemOperation } from '../runner/operation';
import { ifDone, unlessDone } from '../alreadyDone';

export const addDataset: ItemOperation = {
	value: 'addDataset',
	name: 'Add Dataset',
	action: 'Add a dataset to a project',
	description: 'Connect a dataset to a project. Each image becomes a task in the project’s backlog.',
	fields: [
		projectId,
		datasetId,
		ifDone('If Already Connected', 'ifConnected', 'the dataset is connected to the project already'),
	],
	async run(item, { api }) {
		const ids = { projectId: item.id('projectId', 'Project'), datasetId: item.id('datasetId', 'Dataset') };
		const added = await unlessDone(item, 'ifConnected', ['ex_already_contains'], () =>
			api.connectDataset(ids.projectId, ids.datasetId),
		);
		return [{ json: { ...ids, connected: true, added } }];
	},
};
