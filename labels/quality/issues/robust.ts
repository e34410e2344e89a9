/** Turns a median absolute deviation into the standard deviation of a normal distribution (Iglewicz and Hoaglin, 1993). */
const NORMAL = 1.4826;

/** Share of a sample that is its tail. */
const TAIL = 0.05;

/**
 * Shares of a sample between which the spread of its tail is measured, if it is large enough; the smallest counts. What is wrong is
 * rarer, and makes it larger.
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
	/** How many times as far as a normal tail the sample's own may reach. */
	readonly margin: number;
	/** The smallest standard deviation to believe, since a class whose labels are all alike would have fences at its median. */
	readonly smallestSpread: number;
}

/**
 * Fences that neither outliers, nor a skew, nor the long tails of what is hidden in part move: on each side the farther one of two.
 * One is a number of robust standard deviations from the median, by the median absolute deviation of that side ("double MAD"). The other
 * continues the sample's own tail, as a normal distribution that fits its last tenth and its last twentieth goes on, up to where hardly
 * any value is left by chance.
 *
 * @param values in rising order.
 */
export function fencesOf(values: Float64Array, rules: FenceRules): Fences {
	const median = medianOf(values);
	const { length } = values;
	const below: Sorted = { length, at: (place) => median - (values[length - 1 - place] ?? Number.NaN) };
	const above: Sorted = { length, at: (place) => (values[place] ?? Number.NaN) - median };
	return {
		median,
		lower: median - distanceOfFence(below, rules),
		upper: median + distanceOfFence(above, rules),
		lowest: quantileOf({ length, at: (place) => values[place] ?? Number.NaN }, LOWEST),
		sampleSize: values.length,
	};
}

/** Values in rising order that are computed when they are asked for: a copy of all of them would take longer than the few that are. */
interface Sorted {
	readonly length: number;
	readonly at: (place: number) => number;
}

/** From the median to the fence on the positive side, of sorted distances from the median. */
function distanceOfFence(distances: Sorted, { deviations, byChance, margin, smallestSpread }: FenceRules): number {
	const first = Math.floor(distances.length / 2);
	const middle = (first + distances.length - 1) / 2;
	const medianOfSide = (distances.at(Math.floor(middle)) + distances.at(Math.ceil(middle))) / 2;
	const spread = Math.max(NORMAL * medianOfSide, smallestSpread);
	const spreads = TAILS.filter(({ fewest }) => distances.length >= fewest).map(
		({ from, to }) => (quantileOf(distances, 1 - to) - quantileOf(distances, 1 - from)) / (normal(to) - normal(from)),
	);
	const steps = normal(byChance / distances.length) - normal(TAIL);
	return Math.max(deviations * spread, quantileOf(distances, 1 - TAIL) + margin * Math.min(...spreads) * steps);
}

/**
 * Beyond how many standard deviations a share of a normal distribution is, up to a half of it (Abramowitz and Stegun, 26.2.23, to
 * 0.00045).
 */
function normal(share: number): number {
	const t = Math.sqrt(-2 * Math.log(share));
	return (
		t - (2.515517 + 0.802853 * t + 0.010328 * t * t) / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t * t * t)
	);
}

/** Of sorted values; NaN if there are none. */
export function medianOf(sorted: ArrayLike<number>): number {
	const middle = (sorted.length - 1) / 2;
	return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

/** Of sorted values, between the nearest two. */
function quantileOf(sorted: Sorted, share: number): number {
	const place = (sorted.length - 1) * share;
	const [before, after] = [sorted.at(Math.floor(place)), sorted.at(Math.ceil(place))];
	return before + (after - before) * (place - Math.floor(place));
}
