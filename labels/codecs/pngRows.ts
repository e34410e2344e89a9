import type { PngHeader, PngPass } from './pngLayout';

/** Not looked up for each pixel: a look-up of `Math` is slow where code runs in a context of its own, as in Jest. */
const { abs, floor, min } = Math;

type Filter = (line: Uint8Array, above: Uint8Array, step: number) => void;

/**
 * Each adds to a line what its filter predicts, in place; `step` bytes lie between a byte and the one to its left, at most as many
 * as the line has. Source: W3C PNG specification, third edition, 9.2.
 */
export const PNG_FILTERS: readonly Filter[] = [
	() => {},
	(line, _above, step) => {
		for (let at = step; at < line.length; at++) line[at] = byteAt(line, at) + byteAt(line, at - step);
	},
	(line, above) => {
		for (let at = 0; at < line.length; at++) line[at] = byteAt(line, at) + byteAt(above, at);
	},
	(line, above, step) => {
		for (let at = 0; at < step; at++) line[at] = byteAt(line, at) + (byteAt(above, at) >> 1);
		for (let at = step; at < line.length; at++)
			line[at] = byteAt(line, at) + ((byteAt(line, at - step) + byteAt(above, at)) >> 1);
	},
	(line, above, step) => {
		for (let at = 0; at < step; at++) line[at] = byteAt(line, at) + byteAt(above, at);
		for (let at = step; at < line.length; at++)
			line[at] = byteAt(line, at) + paeth(byteAt(line, at - step), byteAt(above, at), byteAt(above, at - step));
	},
];

function byteAt(line: Uint8Array, at: number): number {
	return line[at] ?? 0;
}

/** The neighbor that is nearest to `left + above - corner`. */
export function paeth(left: number, above: number, corner: number): number {
	const toLeft = abs(above - corner);
	const toAbove = abs(left - corner);
	const toCorner = abs(left + above - 2 * corner);
	if (toLeft <= toAbove && toLeft <= toCorner) return left;
	return toAbove <= toCorner ? above : corner;
}

/** Puts the samples of one row of a pass, without the byte of its filter, where they belong. */
export function placePngRow(
	line: Uint8Array,
	row: number,
	{ x, y, dx, dy, columns }: PngPass,
	{ width, channels, bitDepth }: Pick<PngHeader, 'width' | 'channels' | 'bitDepth'>,
	data: Uint8Array | Uint16Array,
): void {
	const to = ((y + row * dy) * width + x) * channels;
	if (bitDepth === 8 && dx === 1) {
		data.set(line, to);
		return;
	}
	const mask = 2 ** min(bitDepth, 8) - 1;
	for (let sample = 0; sample < columns * channels; sample++) {
		const column = floor(sample / channels);
		const bit = sample * bitDepth;
		const at = bit >> 3;
		data[to + sample + column * (dx - 1) * channels] =
			bitDepth === 16
				? (byteAt(line, at) << 8) | byteAt(line, at + 1)
				: (byteAt(line, at) >> (8 - bitDepth - (bit & 7))) & mask;
	}
}
