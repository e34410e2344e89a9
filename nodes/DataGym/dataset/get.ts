import { datasetId, simplify } from '../fields';
import type { ItemOperation } from '../runner/operation';
import { datasetRecord, simplified } from '../records';

export const get: ItemOperation = {
	value: 'get',
	name: 'Get',
	action: 'Get dataset',
	description: 'Get a dataset with the number of its images',
	fields: [datasetId, simplify],
	async run(item, { api }) {
		return [simplified(item, await api.datasets.get(item.id(datasetId)), datasetRecord)];
	},
};
