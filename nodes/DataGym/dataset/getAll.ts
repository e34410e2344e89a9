import type { DatasetSummary } from '@datagym/client';
import { sorted } from '@datagym/labels';
import { finish } from '@datagym/shared/turns';
import { limit, returnAll, search } from '../fields';
import { isRaw, outputFields } from '../output';
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
		const all = isRaw(item) ? await api.datasets.listAsSent() : await api.datasets.list();
		const datasets = all.filter(({ name }) => matches(name, item.text(nameSearch)));
		const byNameThenId = byName<DatasetSummary>(({ datasetId }) => datasetId);
		return limited(item, await finish(sorted(datasets, byNameThenId))).map((dataset) =>
			simplified(item, dataset, datasetRecord),
		);
	},
};
