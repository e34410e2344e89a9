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
	const crowds = all.filter((index) => labels[index]?.isCrowd === true);
	const plain = all.filter((index) => labels[index]?.isCrowd === false);
	const startOf = (index: number) => startOn(axis, labels[index]?.box);
	const sorted = Uint32Array.from(plain).sort((a, b) => startOf(a) - startOf(b));
	const starts = Float64Array.from(sorted, startOf);
	return ({ box }: Instance): Iterable<number> => {
		const [start, size] = [startOn(axis, box), axis === 'x' ? box.width : box.height];
		// Rounding must not lose a pair whose overlap is the least exactly.
		const slack = 1e-9 * (Math.abs(start) + size);
		const from = firstAtLeast(starts, start + size - size / least - slack);
		const to = firstAtLeast(starts, start + size - size * least + slack);
		const near = sorted.subarray(from, Math.max(from, to));
		return crowds.length === 0 ? near : [...near, ...crowds];
	};
}

type Axis = 'x' | 'y';

function startOn(axis: Axis, box: Box | undefined): number {
	return box?.[axis] ?? 0;
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
