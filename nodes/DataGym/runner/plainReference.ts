import type { IDataObject, NodeParameterValueType } from 'n8n-workflow';

/** `={{ $json.image.url }}` and nothing else. */
const REFERENCE = /^=\{\{\s*\$json((?:\.[A-Za-z_]\w*|\["[^"\\]+"\]|\['[^'\\]+'\])+)\s*\}\}$/;
const WHOLE_ITEM = /^=\{\{\s*\$json\s*\}\}$/;
const STEP = /\.([A-Za-z_]\w*)|\["([^"\\]+)"\]|\['([^'\\]+)'\]/g;

export type Path = readonly string[];

/**
 * The path of an expression that only names a field of the item. n8n takes half a millisecond to evaluate one, which is most
 * of the time of ten thousand links.
 *
 * @param saved the parameter as the workflow has it; of a resource locator, its value.
 * @returns undefined for every other expression, and for what is none.
 */
export function pathOf(saved: NodeParameterValueType | undefined): Path | undefined {
	const value = typeof saved === 'object' && saved !== null && '__rl' in saved ? saved.value : saved;
	const steps = typeof value === 'string' ? REFERENCE.exec(value)?.[1] : undefined;
	return steps === undefined
		? undefined
		: [...steps.matchAll(STEP)].map(([, name, double, single]) => name ?? double ?? single ?? '');
}

/** Whether the expression gives the item's JSON as it is, as the predictions of a model mostly are. */
export function isWholeItem(saved: NodeParameterValueType | undefined): boolean {
	return typeof saved === 'string' && WHOLE_ITEM.test(saved);
}

/** Whether an expression is anywhere in the parameter: n8n saves those as texts that begin with an equals sign. */
export function hasExpression(saved: unknown): boolean {
	if (typeof saved === 'string') return saved.startsWith('=');
	return typeof saved === 'object' && saved !== null && Object.values(saved).some(hasExpression);
}

/** @returns the text or number at the path; undefined for all that n8n should look at itself, such as methods of a text. */
export function follow(json: IDataObject, path: Path): string | number | undefined {
	const value = valueAt(json, path);
	return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}

/** @returns the list or object at the path, or else the text or number. n8n copies them, which takes a millisecond for ten boxes. */
export function followToJson(json: IDataObject, path: Path): object | string | number | undefined {
	const value = valueAt(json, path);
	return Array.isArray(value) || isPlain(value) ? value : follow(json, path);
}

function valueAt(json: IDataObject, path: Path): unknown {
	let value: unknown = json;
	for (const name of path) {
		if (!isPlain(value) || !Object.hasOwn(value, name)) return undefined;
		value = value[name];
	}
	return value;
}

function isPlain(value: unknown): value is Record<string, unknown> {
	return (
		typeof value === 'object' &&
		value !== null &&
		[Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null)
	);
}
