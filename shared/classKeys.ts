import { findKey } from '@datagym/labels';
import { InputError } from './errors';

/** More keys are not listed in a message. */
const MOST_KEYS = 20;

/**
 * The keys as the project has them: a key that the user gives counts in any case, as it does for the server.
 *
 * @param field the name of the field that the user has entered them in.
 * @param what what the keys are of, in the singular.
 * @throws InputError that names the field, the keys that the project does not have, and those that it has.
 */
export function projectKeys(
	field: string,
	given: readonly string[],
	known: readonly string[],
	what = 'class',
): readonly string[] {
	const unknown = given.filter((key) => findKey(known, key) === undefined);
	if (unknown.length > 0) throw unknownKeys(field, unknown, known, what);
	return [...new Set(given.map((key) => findKey(known, key) ?? key))];
}

export function unknownKeys(
	field: string,
	unknown: readonly string[],
	known: readonly string[],
	what = 'class',
): InputError {
	const keys = [...new Set(known)].sort();
	const more = keys.length > MOST_KEYS ? ', …' : '.';
	return new InputError(
		`The project has no ${what} "${unknown.join('", "')}"`,
		`Correct "${field}". ${keys.length === 0 ? `The project has no ${what} at all.` : `Use one of: ${keys.slice(0, MOST_KEYS).join(', ')}${more}`}`,
	);
}
