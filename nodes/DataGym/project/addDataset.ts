import { ifDone, unlessDone } from '../alreadyDone';
import { ALREADY_CONNECTED, connectDataset } from '../connectDataset';
import { datasetId, projectId } from '../fields';
import type { ItemOperation } from '../runner/operation';

const ifConnected = ifDone('If Already Connected', 'ifConnected');

export const addDataset: ItemOperation = {
	value: 'addDataset',
	name: 'Add Dataset',
	action: 'Add dataset to project',
	description: 'Connect a dataset, whose images become tasks',
	fields: [projectId, datasetId],
	options: [ifConnected],
	async run(item, run) {
		const ids = { projectId: item.id(projectId), datasetId: item.id(datasetId) };
		const connectedNow = await unlessDone(item, ifConnected, [ALREADY_CONNECTED], () => connectDataset(run, ids));
		return [{ json: { ...ids, connected: true, connectedNow } }];
	},
};
