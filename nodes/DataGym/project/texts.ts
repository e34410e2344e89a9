import { InputError } from '@datagym/shared/errors';
import { field } from '@datagym/shared/fields';

const LONGEST_SHORT_DESCRIPTION = 128;
const LONGEST_DESCRIPTION = 1024;

/** What the server takes in descriptions, beside line ends in the long one (docs/contract.md#ui-projects-and-datasets). */
const FORBIDDEN = /[^a-zA-Z0-9_ ,.\-àâçéèêëîïôûùüÿñæœäöüßÄÖÜ]/gu;
const FORBIDDEN_IN_LINES = /[^a-zA-Z0-9_ ,.\-àâçéèêëîïôûùüÿñæœäöüßÄÖÜ\n\r]/gu;

export const description = field({
	displayName: 'Description',
	name: 'description',
	type: 'string',
	typeOptions: { rows: 4 },
	default: '',
	placeholder: 'e.g. Draw a box around each car',
	description: 'Up to 1024 letters, digits, spaces, dots, commas, dashes, underscores',
});

export const shortDescription = field({
	displayName: 'Short Description',
	name: 'shortDescription',
	type: 'string',
	default: '',
	placeholder: 'e.g. Cars and lanes of the front camera',
	description: 'Up to 128 letters, digits, spaces, dots, commas, dashes, underscores',
});

/** @throws InputError if the server would refuse the text, with the characters that it does not take. */
export function checkDescriptions(short: string, long: string): void {
	checkText(shortDescription.displayName, short, LONGEST_SHORT_DESCRIPTION, FORBIDDEN);
	checkText(description.displayName, long, LONGEST_DESCRIPTION, FORBIDDEN_IN_LINES);
}

function checkText(label: string, text: string, longest: number, forbidden: RegExp): void {
	const found = [...new Set(text.match(forbidden))];
	if (found.length > 0)
		throw new InputError(
			`"${label}" contains characters that DataGym does not allow: ${found.slice(0, 10).join(' ')}`,
			'Use only letters, digits, spaces and the characters _ , . - in it.',
		);
	if (text.length > longest)
		throw new InputError(`"${label}" has ${text.length} characters`, `Shorten it to ${longest} characters.`);
}
