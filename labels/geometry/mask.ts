import type { Region, Ring } from '../model';
import type { Box } from './shapes';

/**
 * Pixel masks as COCO's run lengths: column by column from the left, each from the top; numbers of pixels that are off,
 * on, off, ... beginning with off. A pixel is on when its center is in a region (even-odd within a region).
 */
export type RunLengths = readonly number[];

/** Paints regions into a mask of the given size; what is outside of it is cut off. No bitmap is made. */
export function runLengthsOf(regions: readonly Region[], width: number, height: number): number[] {
	const counts: number[] = [];
	let run = 0;
	let isOn = false;
	const advance = (pixels: number, on: boolean) => {
		if (pixels === 0) return;
		if (on !== isOn) {
			counts.push(run);
			run = 0;
			isOn = on;
		}
		run += pixels;
	};
	for (let column = 0; column < width; column++) {
		let row = 0;
		for (const [from, to] of columnSpans(regions, column + 0.5, height)) {
			if (to <= row) continue;
			advance(Math.max(from, row) - row, false);
			advance(to - Math.max(from, row), true);
			row = to;
		}
		advance(height - row, false);
	}
	return [...counts, run];
}

/**
 * The pixels of a box that are on, row by row from the top, a byte each: 1, or 0 for those that are not.
 *
 * @param box of whole pixels.
 */
export function pixelsInside(regions: readonly Region[], { x, y, width, height }: Box): Uint8Array {
	const inBox = regions.map((rings) => rings.map((ring) => ring.map((point) => ({ x: point.x - x, y: point.y - y }))));
	const pixels = new Uint8Array(width * height);
	let position = 0;
	runLengthsOf(inBox, width, height).forEach((run, index) => {
		for (let end = position + run; position < end; position++) {
			if (index % 2 === 1) pixels[(position % height) * width + Math.floor(position / height)] = 1;
		}
	});
	return pixels;
}

/** Rows [from, to) that are on where the vertical line at x runs, sorted by their beginning; some are empty. */
function columnSpans(regions: readonly Region[], x: number, height: number): [number, number][] {
	const row = (y: number) => Math.min(Math.max(Math.ceil(y - 0.5), 0), height);
	const spans = regions.flatMap((rings) => {
		const crossings = rings.flatMap((ring) => crossingsAt(ring, x)).sort((a, b) => a - b);
		const pairs: [number, number][] = [];
		for (let index = 0; index < crossings.length; index += 2) {
			pairs.push([row(crossings[index] ?? 0), row(crossings[index + 1] ?? 0)]);
		}
		return pairs;
	});
	return spans.sort((a, b) => a[0] - b[0]);
}

function crossingsAt(ring: Ring, x: number): number[] {
	const crossings: number[] = [];
	let before = ring[ring.length - 1];
	for (const point of ring) {
		if (before !== undefined && before.x <= x !== point.x <= x) {
			crossings.push(before.y + ((point.y - before.y) * (x - before.x)) / (point.x - before.x));
		}
		before = point;
	}
	return crossings;
}

/** Number of pixels that are on. */
export function maskArea(counts: RunLengths): number {
	return counts.reduce((sum, count, index) => (index % 2 === 1 ? sum + count : sum), 0);
}

/** COCO's compressed string: differences to the run before the last, five bits a character (`rleToString` in maskApi.c). */
export function compressRunLengths(counts: RunLengths): string {
	let text = '';
	counts.forEach((count, index) => {
		let rest = index > 2 ? count - (counts[index - 2] ?? 0) : count;
		let isMore = true;
		while (isMore) {
			const bits = rest & 0x1f;
			rest >>= 5;
			isMore = (bits & 0x10) === 0 ? rest !== 0 : rest !== -1;
			text += String.fromCharCode((isMore ? bits | 0x20 : bits) + 48);
		}
	});
	return text;
}

/** The inverse of `compressRunLengths`; nothing when the text is none of its (`rleFrString` in maskApi.c). */
export function decompressRunLengths(text: string): number[] | undefined {
	const counts: number[] = [];
	let position = 0;
	while (position < text.length) {
		let value = 0;
		let shift = 0;
		let isMore = true;
		while (isMore) {
			const code = text.charCodeAt(position++) - 48;
			if (!(code >= 0 && code < 64) || shift > 30) return undefined;
			value |= (code & 0x1f) << shift;
			shift += 5;
			isMore = (code & 0x20) !== 0;
			if (!isMore && (code & 0x10) !== 0 && shift < 32) value |= -1 << shift;
		}
		if (counts.length > 2) value += counts[counts.length - 2] ?? 0;
		if (value < 0) return undefined;
		counts.push(value);
	}
	return counts;
}
