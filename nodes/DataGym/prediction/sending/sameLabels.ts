import { type Classifications, comparableKey, type LabelObject } from '@datagym/labels';

/** Parts of a pixel; the server keeps decimals. */
const PRECISION = 1000;

/**
 * What an import has still to add to an image, label by label: whoever made what is there already, nothing is lost or doubled.
 *
 * @returns undefined if something is there that is not wanted.
 */
export function missingLabels(
	wanted: readonly LabelObject[],
	present: readonly LabelObject[],
): readonly LabelObject[] | undefined {
	const left = new Map<string, LabelObject[]>();
	for (const label of wanted) {
		const key = keyOf(label);
		left.set(key, [...(left.get(key) ?? []), label]);
	}
	const isWanted = present.every((label) => left.get(keyOf(label))?.pop() !== undefined);
	return isWanted ? [...left.values()].flat() : undefined;
}

/** The same for the same label, whatever its ID is, and whether or not somebody has opened its empty classifications. */
function keyOf({ className, geometry, classifications, children }: LabelObject): string {
	const rounded = JSON.stringify(geometry, (_, value: unknown) =>
		typeof value === 'number' ? Math.round(value * PRECISION) : value,
	);
	const nested = children.map(keyOf).sort();
	return JSON.stringify([comparableKey(className), rounded, answersKey(classifications), nested]);
}

function answersKey(classifications: Classifications): readonly string[] {
	return Object.entries(classifications)
		.map(([key, { values, children }]) => [comparableKey(key), [...values].sort(), answersKey(children)] as const)
		.filter(([, values, children]) => values.length + children.length > 0)
		.map((answer) => JSON.stringify(answer))
		.sort();
}
