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
			description: 'Add the labels. Running the workflow again adds them once more.',
		},
		{
			name: 'Replace Earlier Imports',
			value: 'replace',
			description: 'Replace what the API put there. What people made or corrected is kept.',
		},
		{
			name: 'Replace Everything',
			value: 'replaceAll',
			description: 'First delete all labels and classifications of the image, even those that people made',
		},
	],
	description: 'What to do with the labels that the image already has',
});

/** The same parameter as in other operations, which guards the tasks in progress here, too. */
export const allowPeoplesTasks = field({
	...allowFinished,
	displayName: 'Allow Started and Finished Tasks',
	description: 'Whether to import into tasks that people have begun or finished. Their status is kept.',
});

export const countExisting = field({
	displayName: 'Count Existing Labels',
	name: 'countExisting',
	type: 'boolean',
	default: false,
	description: 'Whether to always count removed and kept labels, with one request per image',
});
