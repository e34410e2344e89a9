/** Turns a median absolute deviation into the standard deviation of a normal distribution (Iglewicz and Hoaglin, 1993). */
const NORMAL = 1.4826;

/** Between which values a sample usually is, learned from the sample itself. */
export interface Fences {
	readonly median: number;
	readonly lower: number;
	readonly upper: number;
	readonly sampleSize: number;
}

export interface FenceRules {
	/** Robust standard deviations between the median and a fence. */
	readonly deviations: number;
	/** The smallest standard deviation to believe, since a class whose labels are all alike would have fences at its median. */
	readonly smallestSpread: number;
}

/**
 * Fences by the median and the median absolute deviation of each side, so that neither outliers nor a skew move them ("double
 * MAD"). The values are sorted in place.
 */
export function fencesOf(values: Float64Array, { deviations, smallestSpread }: FenceRules): Fences {
	values.sort();
	const median = medianOf(values);
	const spread = (side: Float64Array) =>
		Math.max(NORMAL * medianOf(side.map((value) => Math.abs(value - median)).sort()), smallestSpread);
	const below = values.filter((value) => value <= median);
	const above = values.filter((value) => value >= median);
	return {
		median,
		lower: median - deviations * spread(below),
		upper: median + deviations * spread(above),
		sampleSize: values.length,
	};
}

/** Of sorted values; NaN if there are none. */
export function medianOf(sorted: ArrayLike<number>): number {
	const middle = (sorted.length - 1) / 2;
	return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}
