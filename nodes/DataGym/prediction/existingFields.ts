import { field } from '@datagym/shared/fields';
import { allowFinished } from '../fields';

export const existingLabels = field({
	displayName: 'Existing Labels',
	name: 'existingLabels',
	type: 'options',
	default: 'replace',
	options: [
		{
			name: 'Keep and Add',
			value: 'add',
			description: 'Add the labels. Another run adds them again.',
		},
		{
			name: 'Replace Earlier Imports',
			value: 'replace',
			description: 'Keep what people made or corrected',
		},
		{
			name: 'Replace Everything',
			value: 'replaceAll',
			description: 'First delete all labels, even those people made',
		},
	],
	description: 'What to do with labels in the image',
});

/** The same parameter as in other operations, which guards the tasks in progress here, too. */
export const allowPeoplesTasks = field({
	...allowFinished,
	displayName: 'Allow Started and Finished Tasks',
	description: 'Whether to import into tasks that people started or finished',
});

export const countExisting = field({
	displayName: 'Count Existing Labels',
	name: 'countExisting',
	type: 'boolean',
	default: false,
	description: 'Whether to count kept and removed labels',
});
