import { InputError } from '@datagym/shared/errors';
import { field } from '@datagym/shared/fields';
import { checkName, createByName, ifNameExists, newName } from '../createByName';
import type { ItemOperation } from '../runner/operation';
import { datasetRecord } from '../records';

const SHORT_DESCRIPTION = /^[a-zA-Z0-9_ -]{0,128}$/;

const datasetName = newName('Front cameras 2026');

const ifExists = ifNameExists('Dataset');

const shortDescription = field({
	displayName: 'Short Description',
	name: 'shortDescription',
	type: 'string',
	default: '',
	placeholder: 'e.g. Night drives in the rain',
	description: 'Up to 128 unaccented letters, digits, spaces, underscores, dashes',
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
		checkName(name);
		checkShortDescription(description);
		const { thing, created } = await createByName(item, run, name, ifExists, {
			noun: 'dataset',
			create: async () => await run.api.datasets.create(name, description),
			list: async () => await run.api.datasets.list(),
		});
		return [{ json: { ...datasetRecord(thing), created } }];
	},
};

function checkShortDescription(description: string): void {
	if (SHORT_DESCRIPTION.test(description)) return;
	throw new InputError(
		'"Short Description" is too long or contains characters that are not allowed',
		'Use up to 128 unaccented letters, digits, spaces, underscores and dashes. Dots and commas are not allowed.',
	);
}
