import { paeth } from '@datagym/labels';

/**
 * Writes the row into `out`, its filter's number first: the filter whose differences are smallest (PNG, W3C, 12.7). `spare` has
 * the length of `out`.
 */
export function filterRow(
	row: Uint8Array,
	above: Uint8Array,
	distance: number,
	out: Uint8Array,
	spare: Uint8Array,
): void {
	let smallest = Infinity;
	for (const filter of [0, 1, 2, 4]) {
		spare[0] = filter;
		for (let at = 0; at < row.length; at++) {
			const left = at < distance ? 0 : (row[at - distance] ?? 0);
			const up = above[at] ?? 0;
			const corner = at < distance ? 0 : (above[at - distance] ?? 0);
			const prediction = filter === 0 ? 0 : filter === 1 ? left : filter === 2 ? up : paeth(left, up, corner);
			spare[at + 1] = (row[at] ?? 0) - prediction;
		}
		let sum = 0;
		for (let at = 1; at <= row.length; at++) {
			const difference = spare[at] ?? 0;
			sum += difference < 128 ? difference : 256 - difference;
		}
		if (sum >= smallest) continue;
		smallest = sum;
		out.set(spare);
	}
}
