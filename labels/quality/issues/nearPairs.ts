import type { Box } from '../../geometry/shapes';
import { boxOverlap } from '../overlap';
import type { ExaminedLabel } from './examined';

export interface PlacedLabel extends ExaminedLabel {
	readonly box: Box;
}

/** Pixels by which the edges of two labels of one thing differ, however small it is: people do not hit a pixel twice. */
export const PRECISION = 2;

/**
 * Pairs of labels whose boxes overlap by at least a share (intersection over union), or whose four edges are nearly the same; the
 * one that comes first in the image is the first one. A sweep from the left: boxes of which one begins further right than the share
 * allows are not compared, so that the time does not grow with the square of the labels in a dense image.
 *
 * @param isDone whether a label, by its place in the image, need not be compared any more. It is asked anew each time.
 */
export function* nearPairs(
	labels: readonly ExaminedLabel[],
	overlap: number,
	isDone: (index: number) => boolean,
): Generator<readonly [PlacedLabel, PlacedLabel]> {
	const sorted = labels.filter(isPlaced).sort((a, b) => a.box.x - b.box.x);
	for (const [index, first] of sorted.entries()) {
		if (isDone(first.index)) continue;
		const furthest = first.box.x + Math.max((first.box.width * (1 - overlap)) / overlap, PRECISION);
		for (let next = index + 1; next < sorted.length; next++) {
			const second = sorted[next];
			if (second === undefined || second.box.x > furthest) break;
			if (isDone(second.index)) continue;
			if (boxOverlap(first.box, second.box) >= overlap || haveSameEdges(first.box, second.box))
				yield first.index < second.index ? [first, second] : [second, first];
		}
	}
}

function isPlaced(label: ExaminedLabel): label is PlacedLabel {
	return label.box !== undefined && label.fault === undefined;
}

export function haveSameEdges(a: Box, b: Box): boolean {
	return (
		Math.abs(a.x - b.x) <= PRECISION &&
		Math.abs(a.y - b.y) <= PRECISION &&
		Math.abs(a.x + a.width - b.x - b.width) <= PRECISION &&
		Math.abs(a.y + a.height - b.y - b.height) <= PRECISION
	);
}
