/** Turns a median absolute deviation into the standard deviation of a normal distribution (Iglewicz and Hoaglin, 1993). */
const NORMAL = 1.4826;

/** Share of a sample that is its tail. */
const TAIL = 0.05;

/**
 * Shares of a sample between which the decay of its tail is measured, if it is large enough; the fastest counts. What is wrong is rarer,
 * and slows it down.
 */
const TAILS = [
	{ from: 0.1, to: 0.05, fewest: 0 },
	{ from: 0.05, to: 0.02, fewest: 300 },
] as const;

const LOWEST = 0.01;

/** Between which values a sample usually is, learned from the sample itself. */
export interface Fences {
	readonly median: number;
	readonly lower: number;
	readonly upper: number;
	/** The first percentile. */
	readonly lowest: number;
	readonly sampleSize: number;
}

export interface FenceRules {
	/** Robust standard deviations between the median and a fence, at least. */
	readonly deviations: number;
	/** How many values of a sample of this size are beyond a fence by chance, such as 0.05: in one of twenty samples there is one. */
	readonly byChance: number;
	/** The smallest standard deviation to believe, since a class whose labels are all alike would have fences at its median. */
	readonly smallestSpread: number;
}

/**
 * Fences that neither outliers, nor a skew, nor the long tails of what is hidden in part move: on each side the farther one of two.
 * One is a number of robust standard deviations from the median, by the median absolute deviation of that side ("double MAD"). The other
 * continues the sample's own tail: its values become rarer exponentially, as they do from the last tenth to the last twentieth, up to
 * where hardly any is left (peaks over threshold; Pickands, 1975). The values are sorted in place.
 */
export function fencesOf(values: Float64Array, rules: FenceRules): Fences {
	values.sort();
	const median = medianOf(values);
	const below = values.map((value) => median - value).reverse();
	const above = values.map((value) => value - median);
	return {
		median,
		lower: median - distanceOfFence(below, rules),
		upper: median + distanceOfFence(above, rules),
		lowest: quantileOf(values, LOWEST),
		sampleSize: values.length,
	};
}

/** From the median to the fence on the positive side, of sorted distances from the median. */
function distanceOfFence(distances: Float64Array, { deviations, byChance, smallestSpread }: FenceRules): number {
	const side = distances.subarray(Math.floor(distances.length / 2));
	const spread = Math.max(NORMAL * medianOf(side), smallestSpread);
	const rates = TAILS.filter(({ fewest }) => distances.length >= fewest).map(
		({ from, to }) => (quantileOf(distances, 1 - to) - quantileOf(distances, 1 - from)) / Math.log(from / to),
	);
	const start = quantileOf(distances, 1 - TAIL);
	return Math.max(deviations * spread, start + Math.min(...rates) * Math.log((TAIL * distances.length) / byChance));
}

/** Of sorted values; NaN if there are none. */
export function medianOf(sorted: ArrayLike<number>): number {
	const middle = (sorted.length - 1) / 2;
	return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

/** Of sorted values, between the nearest two. */
function quantileOf(sorted: Float64Array, share: number): number {
	const place = (sorted.length - 1) * share;
	const [before, after] = [sorted[Math.floor(place)] ?? Number.NaN, sorted[Math.ceil(place)] ?? Number.NaN];
	return before + (after - before) * (place - Math.floor(place));
}
