import type { Box } from '../../geometry/shapes';
import type { Instance } from './instances';

/** Fewer pairs are compared all with all. */
const FEW_PAIRS = 1024;

/**
 * Which labels can have at least the overlap with a prediction at all, in any order.
 *
 * Two boxes overlap at most as much as their extents along one axis do: if o is what the extents a and b share, IoU <= o / (a + b - o). For
 * an IoU of t, a label must therefore begin between a - a/t + start and start + a (1 - t). With labels sorted by their start on the axis
 * along which they are spread the widest, two binary searches find them.
 */
export function candidateFinder(labels: readonly Instance[], predictedCount: number, least: number, isBoxes: boolean) {
	const all = labels.map((_, index) => index);
	if (!isBoxes || labels.length * predictedCount <= FEW_PAIRS) return () => all;
	const axis = wideAxis(labels);
	const across = axis === 'x' ? 'y' : 'x';
	const crowds = all.filter((index) => labels[index]?.isCrowd === true);
	const plain = all.filter((index) => labels[index]?.isCrowd === false);
	const extentOf = (index: number, along: Axis) => extentOn(along, labels[index]?.box);
	const sorted = Uint32Array.from(plain).sort((a, b) => extentOf(a, axis).start - extentOf(b, axis).start);
	const starts = Float64Array.from(sorted, (index) => extentOf(index, axis).start);
	const acrossStarts = Float64Array.from(sorted, (index) => extentOf(index, across).start);
	const acrossEnds = Float64Array.from(sorted, (index) => extentOf(index, across).end);
	return ({ box }: Instance): readonly number[] => {
		const [along, other] = [extentOn(axis, box), extentOn(across, box)];
		const size = along.end - along.start;
		// Rounding must not lose a pair whose overlap is the least exactly.
		const slack = 1e-9 * (Math.abs(along.start) + size);
		const to = firstAtLeast(starts, along.end - size * least + slack);
		const near = [...crowds];
		for (let place = firstAtLeast(starts, along.end - size / least - slack); place < to; place++)
			if ((acrossStarts[place] ?? 0) < other.end && (acrossEnds[place] ?? 0) > other.start)
				near.push(sorted[place] ?? 0);
		return near;
	};
}

type Axis = 'x' | 'y';

function extentOn(axis: Axis, box: Box | undefined): { readonly start: number; readonly end: number } {
	if (box === undefined) return { start: 0, end: 0 };
	return axis === 'x' ? { start: box.x, end: box.x + box.width } : { start: box.y, end: box.y + box.height };
}

function wideAxis(instances: readonly Instance[]): Axis {
	const spread = (axis: Axis) => {
		let [least, most] = [Infinity, -Infinity];
		for (const { box } of instances) {
			least = Math.min(least, box[axis]);
			most = Math.max(most, box[axis]);
		}
		return most - least;
	};
	return spread('x') >= spread('y') ? 'x' : 'y';
}

/** Place of the first number that is not below the given one, in sorted numbers. */
function firstAtLeast(sorted: Float64Array, number: number): number {
	let [from, to] = [0, sorted.length];
	while (from < to) {
		const middle = (from + to) >>> 1;
		if ((sorted[middle] ?? 0) < number) from = middle + 1;
		else to = middle;
	}
	return from;
}
