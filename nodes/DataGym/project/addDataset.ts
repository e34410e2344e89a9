import { datasetId, projectId } from '../fields';
import type { ItemOperation } from '../runner/operation';
import { ifDone, unlessDone } from '../alreadyDone';

const ifConnected = ifDone('If Already Connected', 'ifConnected', 'the dataset is already connected to the project');

export const addDataset: ItemOperation = {
	value: 'addDataset',
	name: 'Add Dataset',
	action: 'Add dataset to project',
	description: "Connect a dataset to a project. Each image becomes a task in the project's backlog.",
	fields: [projectId, datasetId, ifConnected],
	async run(item, { api }) {
		const ids = { projectId: item.id(projectId), datasetId: item.id(datasetId) };
		const connectedNow = await unlessDone(item, ifConnected, ['ex_already_contains'], () =>
			api.connectDataset(ids.projectId, ids.datasetId),
		);
		return [{ json: { ...ids, connected: true, connectedNow } }];
	},
};
