import type { FieldRule } from '../fields';

/** What names and descriptions of projects and datasets may hold, and how the server writes it in its errors [ui 27, 28]. */
const SIGNS = '([a-zA-Z0-9]|[_ ,.]|[-]|[àâçéèêëîïôûùüÿñæœ]|[äöüßÄÖÜ]';
const ONE_LINE = { pattern: /^[a-zA-Z0-9_ ,.\-àâçéèêëîïôûùüÿñæœäöüßÄÖÜ]*$/, patternText: `^${SIGNS})*$` };
const LINES = { pattern: /^[a-zA-Z0-9_ ,.\-àâçéèêëîïôûùüÿñæœäöüßÄÖÜ\n\r]*$/, patternText: `^${SIGNS}|[\n\r])*$` };

export const OWNER: FieldRule = { label: 'Owner', required: true };
export const PROJECT_OWNER: FieldRule = { ...OWNER, size: [1, 128] };
export const NAME: FieldRule = { label: 'Name', required: true, size: [1, 128], pattern: /^[a-zA-Z0-9_ ]{1,128}$/ };
export const PROJECT_SHORT_DESCRIPTION: FieldRule = {
	label: 'Short Description',
	required: true,
	size: [1, 128],
	...ONE_LINE,
};
export const DESCRIPTION: FieldRule = { label: 'Description', length: [0, 1024], ...LINES };
export const NEW_DATASET_DESCRIPTION: FieldRule = { label: 'Short Description', length: [0, 128], ...LINES };
export const DATASET_DESCRIPTION: FieldRule = { label: 'Short Description', length: [0, 128], ...ONE_LINE };
