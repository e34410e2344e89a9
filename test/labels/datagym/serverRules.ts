/**
 * The import's own rules, written from docs/contract.md#prediction-import, to judge what the writer makes: a list of the places
 * that the server's schema would refuse.
 */
export function refusals(element: unknown): string[] {
	if (!isObject(element)) return ['element'];
	const { internal_media_ID: id, keepData, global_classifications: global = {}, labels = {} } = element;
	return [
		...(typeof id === 'string' ? [] : ['internal_media_ID']),
		...(typeof keepData === 'boolean' ? [] : ['keepData']),
		...classifications(global, 'global_classifications'),
		...labelLists(labels, 'labels', true),
	];
}

function labelLists(labels: unknown, path: string, atRoot: boolean): string[] {
	if (!isObject(labels)) return [path];
	return Object.entries(labels).flatMap(([key, list]) =>
		Array.isArray(list)
			? list.flatMap((label, index) => labelFaults(label, `${path}.${key}[${index}]`, atRoot))
			: [`${path}.${key}`],
	);
}

function labelFaults(label: unknown, path: string, atRoot: boolean): string[] {
	if (!isObject(label)) return [path];
	return Object.entries(label).flatMap(([key, value]) => {
		const place = `${path}.${key}`;
		if (key === 'rectangle') return points(value, place, 1, 1, ['x', 'y', 'w', 'h']);
		if (key === 'point') return points(value, place, 1, 1, ['x', 'y']);
		if (key === 'line') return points(value, place, 2, Infinity, ['x', 'y']);
		if (key === 'polygon') return points(value, place, 3, Infinity, ['x', 'y']);
		if (key === 'classifications') return classifications(value, place);
		return key === 'nested_geometries' && atRoot ? labelLists(value, place, false) : [place];
	});
}

function points(value: unknown, path: string, fewest: number, most: number, names: string[]): string[] {
	if (!Array.isArray(value) || value.length < fewest || value.length > most) return [path];
	const isRight = (point: unknown) =>
		isObject(point) &&
		Object.keys(point).length === names.length &&
		names.every((name) => Number.isFinite(point[name]) && Number(point[name]) >= 0);
	return value.every(isRight) ? [] : [path];
}

function classifications(value: unknown, path: string): string[] {
	if (!isObject(value)) return [path];
	return Object.entries(value).flatMap(([key, list]) => {
		if (!Array.isArray(list)) return [`${path}.${key}`];
		return list.flatMap((item: unknown, index) => {
			if (typeof item === 'string' || (index === 0 && item === null)) return [];
			return index === 1 && isObject(item) ? classifications(item, `${path}.${key}`) : [`${path}.${key}[${index}]`];
		});
	});
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
