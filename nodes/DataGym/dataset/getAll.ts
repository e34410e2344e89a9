import { limit, returnAll, search } from '../fields';
import { outputFields } from '../output';
import type { ItemOperation } from '../runner/operation';
import { byName, DATASET_FIELDS, datasetRecord, limited, matches, simplified } from '../records';

const nameSearch = search('dataset name');

export const getAll: ItemOperation = {
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many datasets',
	description: 'Get the datasets of the organization',
	fields: [returnAll, limit, nameSearch, ...outputFields(DATASET_FIELDS)],
	emptyHint: 'No datasets: the organization has none, or none with the name that this node asks for.',
	async run(item, { api }) {
		const datasets = (await api.datasets.list()).filter(({ name }) => matches(name, item.text(nameSearch)));
		return limited(item, datasets.sort(byName(({ datasetId }) => datasetId))).map((dataset) =>
			simplified(item, dataset, datasetRecord),
		);
	},
};
