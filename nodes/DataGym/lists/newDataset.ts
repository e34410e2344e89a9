import type { IDataObject, ILoadOptionsFunctions } from 'n8n-workflow';
import { nameKey } from '@datagym/client';
import { connectForList } from '@datagym/shared/connect';
import { toNodeError } from '@datagym/shared/errors';
import { forgetDatasets } from '@datagym/shared/lists';
import { checkName, createOrFind } from '../createByName';

export const NEW_DATASET = 'New dataset';

const underWay = new Map<string, Promise<string>>();

/**
 * Makes a dataset of the name that is typed into the search of the list, or finds the one that has it.
 *
 * @returns its ID, which the editor chooses.
 */
export async function newDataset(
	this: ILoadOptionsFunctions,
	payload: IDataObject | string | undefined,
): Promise<string> {
	const typed = typeof payload === 'object' && typeof payload.name === 'string' ? payload.name : '';
	try {
		const name = allowed(typed);
		checkName(name);
		const { baseUrl, token } = await this.getCredentials('dataGymApi');
		// Once for a double click: two datasets of one name would be broken (docs/contract.md#create-a-dataset).
		const key = `${nameKey(name)} ${String(baseUrl)} ${String(token)}`;
		const created = underWay.get(key) ?? create(this, name).finally(() => underWay.delete(key));
		underWay.set(key, created);
		return await created;
	} catch (error) {
		throw toNodeError(this.getNode(), error);
	}
}

async function create(context: ILoadOptionsFunctions, name: string): Promise<string> {
	const api = await connectForList(context);
	const { thing } = await createOrFind(name, {
		noun: 'dataset',
		create: async () => await api.datasets.create(name, ''),
		list: async () => await api.datasets.list(),
	});
	await forgetDatasets(context);
	return thing.datasetId;
}

/** The editor has no place for an error here, so what a name must not hold is replaced. */
function allowed(typed: string): string {
	const name = typed
		.replace(/[^a-zA-Z0-9_]/g, ' ')
		.replace(/ {2,}/g, ' ')
		.trim()
		.slice(0, 128);
	return name === '' ? NEW_DATASET : name;
}
