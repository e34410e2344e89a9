import { isList, isRecord, ownValue } from '../../parsing/record';

/**
 * The value at a path such as `box.xmin`, `bbox.0` or `bbox[0]`; a key that is itself written with dots comes first, and an
 * empty path is the value.
 */
export function valueAt(value: unknown, path: string): unknown {
	if (path === '') return value;
	if (isRecord(value) && Object.hasOwn(value, path)) return value[path];
	let found = value;
	for (const key of path.replaceAll('[', '.').replaceAll(']', '').split('.')) {
		if (key === '') continue;
		if (isList(found)) found = /^\d+$/.test(key) ? found[Number(key)] : undefined;
		else found = isRecord(found) ? ownValue(found, key) : undefined;
	}
	return found;
}
