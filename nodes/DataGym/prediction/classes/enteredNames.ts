import type { INodeProperties } from 'n8n-workflow';
import { namesIn, readClassNames, shown } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import type { ItemInput } from '../../runner/itemInput';

/**
 * Names by class ID, as they were pasted into a field or come from an expression; none if it is empty.
 *
 * @throws InputError if the field has something else.
 */
export function enteredNames(item: ItemInput, field: INodeProperties): readonly string[] {
	const value = item.raw(field) ?? '';
	const names = typeof value === 'string' ? readClassNames(value) : namesIn(value);
	if (names !== undefined) return names;
	throw new InputError(
		`"${field.displayName}" must contain names by their IDs, but is ${shown(value)}`,
		'Paste the names from data.yaml, one name per line, names separated by commas, or JSON such as {"0": "car", "1": "van"}.',
	);
}
