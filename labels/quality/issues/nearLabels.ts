import type { Box } from '../../geometry/shapes';
import { boxOverlap } from '../overlap';
import type { ExaminedLabel } from './examined';

export interface PlacedLabel extends ExaminedLabel {
	readonly box: Box;
}

/** Pixels by which the edges of two labels of one thing differ, however small it is: people do not hit a pixel twice. */
export const PRECISION = 2;

/** Those that have a place, and can be compared. */
export function placedLabels(labels: readonly ExaminedLabel[]): readonly PlacedLabel[] {
	return labels.filter(isPlaced);
}

/**
 * Labels among which those near to another one are found. Only those that begin about as far left are looked at, so that the time does
 * not grow with the square of the labels of an image.
 */
export class NearLabels {
	/** By their left edges. */
	private readonly labels: PlacedLabel[] = [];

	/** @param overlap intersection over union of two boxes, above 0. */
	constructor(private readonly overlap: number) {}

	add(label: PlacedLabel): void {
		this.labels.splice(this.firstFrom(label.box.x), 0, label);
	}

	/** Those whose boxes overlap with the label's by at least the share, or whose four edges are nearly the same. */
	*near({ box }: PlacedLabel): Generator<PlacedLabel> {
		// Boxes that overlap by a share differ in width by no more than it, and in place by no more than the rest of the wider one.
		const reach = Math.max((box.width * (1 - this.overlap)) / this.overlap, PRECISION);
		for (let place = this.firstFrom(box.x - reach); ; place++) {
			const other = this.labels[place];
			if (other === undefined || other.box.x > box.x + reach) return;
			if (boxOverlap(other.box, box) >= this.overlap || haveSameEdges(other.box, box)) yield other;
		}
	}

	/** The place of the first label whose left edge is not left of this one. */
	private firstFrom(left: number): number {
		let [from, to] = [0, this.labels.length];
		while (from < to) {
			const middle = (from + to) >>> 1;
			if ((this.labels[middle]?.box.x ?? Infinity) < left) from = middle + 1;
			else to = middle;
		}
		return from;
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
