import { datasetId } from '../fields';
import { isRaw, outputFields } from '../output';
import type { ItemOperation } from '../runner/operation';
import { DATASET_FIELDS, datasetRecord, simplified } from '../records';

export const get: ItemOperation = {
	value: 'get',
	name: 'Get',
	action: 'Get dataset',
	description: 'Get a dataset with the number of its images',
	fields: [datasetId, ...outputFields(DATASET_FIELDS)],
	async run(item, { api }) {
		const id = item.id(datasetId);
		const dataset = isRaw(item) ? await api.datasets.get(id) : await api.datasets.summary(id);
		return [simplified(item, dataset, datasetRecord)];
	},
};
