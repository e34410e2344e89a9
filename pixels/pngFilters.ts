import { PictureError } from './model';

/**
 * Undoes the filter of a row in its place (PNG, W3C, 9.2): `line` is the filter's number and the bytes, `before` the row above, undone.
 * `distance` is the number of bytes a pixel, at least 1.
 */
export function unfilter(line: Uint8Array, before: Uint8Array, distance: number): void {
	const filter = line[0] ?? 0;
	if (filter > 4) throw new PictureError('damaged', 'The PNG file is damaged. Upload it again.');
	for (let at = 1; at < line.length; at++) {
		const left = at > distance ? (line[at - distance] ?? 0) : 0;
		const above = before[at] ?? 0;
		const value = line[at] ?? 0;
		if (filter === 1) line[at] = value + left;
		else if (filter === 2) line[at] = value + above;
		else if (filter === 3) line[at] = value + ((left + above) >> 1);
		else if (filter === 4) line[at] = value + paeth(left, above, at > distance ? (before[at - distance] ?? 0) : 0);
		else break;
	}
}

/** The row with the filter whose differences are smallest (PNG, W3C, 12.7), into `out`, its number first. */
export function filterRow(row: Uint8Array, above: Uint8Array, distance: number, out: Uint8Array): void {
	let best = 0;
	let smallest = Infinity;
	for (const filter of [1, 2, 4, 0]) {
		let sum = 0;
		for (let at = 0; at < row.length && sum < smallest; at++) {
			const difference = filtered(filter, row, above, at, distance);
			sum += difference < 128 ? difference : 256 - difference;
		}
		if (sum < smallest) [smallest, best] = [sum, filter];
	}
	out[0] = best;
	for (let at = 0; at < row.length; at++) out[1 + at] = filtered(best, row, above, at, distance);
}

function filtered(filter: number, row: Uint8Array, above: Uint8Array, at: number, distance: number): number {
	const value = row[at] ?? 0;
	const left = at >= distance ? (row[at - distance] ?? 0) : 0;
	switch (filter) {
		case 1:
			return (value - left) & 255;
		case 2:
			return (value - (above[at] ?? 0)) & 255;
		case 4:
			return (value - paeth(left, above[at] ?? 0, at >= distance ? (above[at - distance] ?? 0) : 0)) & 255;
		default:
			return value;
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
