import { hasKey, nameKey, sameName, type DatasetSummary, type DataGymApi } from '@datagym/client';
import { InputError } from '@datagym/shared/errors';
import { field } from '@datagym/shared/fields';
import type { ItemOperation } from '../runner/operation';
import { datasetRecord } from '../records';

const NAME = /^[a-zA-Z0-9_ ]{1,128}$/;
const SHORT_DESCRIPTION = /^[a-zA-Z0-9_ -]{0,128}$/;

const datasetName = field({
	displayName: 'Name',
	name: 'name',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. Front cameras 2026',
	description: 'Up to 128 unaccented letters, digits, spaces and underscores. Not case-sensitive.',
});

const ifExists = field({
	displayName: 'If Dataset Exists',
	name: 'ifExists',
	type: 'options',
	default: 'return',
	options: [
		{ name: 'Fail', value: 'fail', description: 'Stop with an error' },
		{
			name: 'Return It',
			value: 'return',
			description: 'Return the existing dataset without an error',
		},
	],
	description: 'What to do if a dataset with this name already exists',
});

const shortDescription = field({
	displayName: 'Short Description',
	name: 'shortDescription',
	type: 'string',
	default: '',
	description: 'Up to 128 unaccented letters, digits, spaces, underscores and dashes',
});

export const create: ItemOperation = {
	value: 'create',
	name: 'Create',
	action: 'Create dataset',
	description: 'Create an empty dataset for images',
	fields: [datasetName, ifExists],
	options: [shortDescription],
	async run(item, run) {
		const name = item.requiredText(datasetName);
		const description = item.options.text(shortDescription);
		checkTexts(name, description);
		// The server's check is not atomic, and once two datasets share a name it fails on it for good (docs/contract.md#create-a-dataset).
		const creation = await run.once(`create ${nameKey(name)}`, async () => ({
			...(await createOrFind(run.api, name, description)),
			by: item.index,
		}));
		const { dataset } = creation;
		const created = creation.created && creation.by === item.index;
		if (!created && item.choice(ifExists) === 'fail') {
			throw new InputError(
				`A dataset named "${dataset.name}" already exists`,
				'Use another name, or set "If Dataset Exists" to "Return It".',
			);
		}
		return [{ json: { ...datasetRecord(dataset), created } }];
	},
};

async function createOrFind(
	api: DataGymApi,
	name: string,
	description: string,
): Promise<{ dataset: DatasetSummary; created: boolean }> {
	const outcome = await api.datasets.create(name, description).then(
		(dataset) => ({ dataset }),
		(error: unknown) => ({ error }),
	);
	if ('dataset' in outcome) return { dataset: outcome.dataset, created: true };
	if (!hasKey(outcome.error, 'ex_alreadyexists')) throw outcome.error;
	const existing = (await api.datasets.list()).find((dataset) => sameName(dataset.name, name));
	if (existing === undefined) throw outcome.error;
	return { dataset: existing, created: false };
}

function checkTexts(name: string, description: string): void {
	if (!NAME.test(name)) {
		throw new InputError(
			`"Name" must not be "${name.slice(0, 140)}"`,
			'Use 1 to 128 unaccented letters, digits, spaces and underscores. Dashes, dots and slashes are not allowed.',
		);
	}
	if (!SHORT_DESCRIPTION.test(description)) {
		throw new InputError(
			'"Short Description" is too long or contains characters that are not allowed',
			'Use up to 128 unaccented letters, digits, spaces, underscores and dashes. Dots and commas are not allowed.',
		);
	}
}
