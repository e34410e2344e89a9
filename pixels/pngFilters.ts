import { PictureError } from './model';

/**
 * Undoes the filter of a row in its place (PNG, W3C, 9.2): `line` is the filter's number and the bytes, `before` the row above, undone.
 * `distance` is the number of bytes a pixel, at least 1.
 */
export function unfilter(line: Uint8Array, before: Uint8Array, distance: number): void {
	const filter = line[0] ?? 0;
	if (filter > 4) throw new PictureError('damaged', 'The PNG file is damaged. Upload it again.');
	const first = 1 + distance;
	switch (filter) {
		case 1:
			for (let at = first; at < line.length; at++) line[at] = (line[at] ?? 0) + (line[at - distance] ?? 0);
			break;
		case 2:
			for (let at = 1; at < line.length; at++) line[at] = (line[at] ?? 0) + (before[at] ?? 0);
			break;
		case 3:
			for (let at = 1; at < line.length; at++) {
				const left = at < first ? 0 : (line[at - distance] ?? 0);
				line[at] = (line[at] ?? 0) + ((left + (before[at] ?? 0)) >> 1);
			}
			break;
		case 4:
			for (let at = 1; at < first; at++) line[at] = (line[at] ?? 0) + (before[at] ?? 0);
			for (let at = first; at < line.length; at++) {
				const prediction = paeth(line[at - distance] ?? 0, before[at] ?? 0, before[at - distance] ?? 0);
				line[at] = (line[at] ?? 0) + prediction;
			}
	}
}

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

/** The neighbor that is nearest to `left + above - corner`. */
function paeth(left: number, above: number, corner: number): number {
	const toLeft = Math.abs(above - corner);
	const toAbove = Math.abs(left - corner);
	const toCorner = Math.abs(left + above - 2 * corner);
	if (toLeft <= toAbove && toLeft <= toCorner) return left;
	return toAbove <= toCorner ? above : corner;
}
