import { hasKey } from '@datagym/client';
import { field } from '@datagym/shared/fields';
import { ALREADY_CONNECTED, connectDataset } from '../connectDataset';
import { checkName, findOrCreate } from '../createByName';
import { datasetId, projectId } from '../fields';
import { NEW_DATASET } from '../lists/newDataset';
import type { ItemInput } from '../runner/itemInput';
import type { Run } from '../runner/runContext';

/** n8n tells the handler what is typed into the search. It cannot put that into the label of a community node. */
const allowNewResource = {
	label: 'New Dataset with the Name Typed Above',
	defaultName: NEW_DATASET,
	method: 'newDataset',
};

/** The dataset that images are added to. */
export const targetDataset = field({
	...datasetId,
	description: 'Dataset for the images. By Name creates it if needed.',
	modes: [
		...datasetId.modes.map((mode) =>
			mode.name === 'list' ? { ...mode, typeOptions: { ...mode.typeOptions, allowNewResource } } : mode,
		),
		{ displayName: 'By Name', name: 'name', type: 'string', placeholder: 'e.g. Front cameras 2026' },
	],
});

export const connectTo = field({
	...projectId,
	displayName: 'Connect to Project',
	name: 'connectTo',
	required: false,
	description: 'Project that gets a task for each image. Leave empty for none.',
});

/** Which dataset and project an item names. */
export interface Target {
	readonly dataset: { readonly id: string } | { readonly name: string };
	readonly projectId: string | undefined;
}

export interface PreparedTarget {
	readonly datasetId: string;
	/** Undefined if the dataset was not to be connected. */
	readonly projectId?: string;
}

/** @throws InputError if it names no dataset, or nothing that can be the name of one. */
export function readTarget(item: ItemInput): Target {
	const projectId = item.optionalId(connectTo);
	if (item.mode(targetDataset) !== 'name') return { dataset: { id: item.id(targetDataset) }, projectId };
	const name = item.requiredText(targetDataset);
	checkName(name, targetDataset.displayName);
	return { dataset: { name }, projectId };
}

/**
 * Makes what is missing: the dataset, and its connection to the project. Once for all items that name the same.
 *
 * @returns what the outputs of the item say of it.
 */
export async function prepareTarget(run: Run, { dataset, projectId }: Target): Promise<PreparedTarget> {
	const datasetId = 'id' in dataset ? dataset.id : await datasetNamed(run, dataset.name);
	if (projectId === undefined) return { datasetId };
	await connectDataset(run, { projectId, datasetId }).catch((error: unknown) => {
		if (!hasKey(error, ALREADY_CONNECTED)) throw error;
	});
	return { datasetId, projectId };
}

async function datasetNamed(run: Run, name: string): Promise<string> {
	const { thing } = await findOrCreate(run, name, {
		noun: 'dataset',
		create: async () => await run.api.datasets.create(name, ''),
		list: async () => await run.api.datasets.list(),
	});
	return thing.datasetId;
}
