import { datasetId } from '../fields';
import { outputFields } from '../output';
import type { ItemOperation } from '../runner/operation';
import { DATASET_FIELDS, datasetRecord, simplified } from '../records';

export const get: ItemOperation = {
	value: 'get',
	name: 'Get',
	action: 'Get dataset',
	description: 'Get a dataset with the number of its images',
	fields: [datasetId, ...outputFields(DATASET_FIELDS)],
	async run(item, { api }) {
		return [simplified(item, await api.datasets.get(item.id(datasetId)), datasetRecord)];
	},
};
