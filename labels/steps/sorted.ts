import type { Steps } from './steps';

/** Items that are sorted in one step. */
const RUN = 512;
/** Items that are merged in one step. */
const MERGED = 4096;

/** The items in their order, as `toSorted` gives them: what is equal stays as it was. */
export function* sorted<Item>(items: readonly Item[], compare: (a: Item, b: Item) => number): Steps<Item[]> {
	let runs: Item[][] = [];
	for (let start = 0; start < items.length; start += RUN) {
		runs.push(items.slice(start, start + RUN).sort(compare));
		yield;
	}
	while (runs.length > 1) {
		const merged: Item[][] = [];
		for (let index = 0; index < runs.length; index += 2) {
			merged.push(yield* mergedRuns(runs[index] ?? [], runs[index + 1] ?? [], compare));
			yield;
		}
		runs = merged;
	}
	return runs[0] ?? [];
}

function* mergedRuns<Item>(
	first: readonly Item[],
	second: readonly Item[],
	compare: (a: Item, b: Item) => number,
): Steps<Item[]> {
	const merged: Item[] = [];
	let [a, b] = [0, 0];
	while (a < first.length || b < second.length) {
		const isFirst = b >= second.length || (a < first.length && compare(first[a] as Item, second[b] as Item) <= 0);
		merged.push((isFirst ? first[a++] : second[b++]) as Item);
		if (merged.length % MERGED === 0) yield;
	}
	return merged;
}
