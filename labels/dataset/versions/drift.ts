/**
 * From this distance on, a distribution counts as another one: the threshold that Evidently takes for the Jensen-Shannon distance.
 * Source: docs.evidentlyai.com, "Data drift".
 */
const DRIFT_DISTANCE = 0.1;

/** How much further than by chance a distance must be, so that few labels make no drift. */
const BEYOND_CHANCE = 2;

/** Too few labels: the distance is that of a drift, but chance alone would give half of it or more. */
type DriftVerdict = 'stable' | 'drift' | 'tooFewLabels' | 'unknown';

export interface Drift {
	/** From 0, the same shares, to 1, nothing in common; undefined if one of both is empty or unknown. */
	readonly distance?: number;
	readonly verdict: DriftVerdict;
}

/** @param before counts by category; undefined if they are not known. */
export function driftBetween(
	before: ReadonlyMap<string, number> | undefined,
	after: ReadonlyMap<string, number> | undefined,
): Drift {
	const [first, second] = [totalOf(before), totalOf(after)];
	if (before === undefined || after === undefined || first === 0 || second === 0) return { verdict: 'unknown' };
	const distance = jensenShannonDistance(before, after);
	const categories = new Set([...before, ...after].flatMap(([name, count]) => (count > 0 ? [name] : []))).size;
	const isBeyondChance = distance >= BEYOND_CHANCE * distanceByChance(categories, first, second);
	return { distance, verdict: distance < DRIFT_DISTANCE ? 'stable' : isBeyondChance ? 'drift' : 'tooFewLabels' };
}

function totalOf(counts: ReadonlyMap<string, number> | undefined): number {
	return [...(counts?.values() ?? [])].reduce((sum, count) => sum + count, 0);
}

/**
 * The square root of the Jensen-Shannon divergence in bits. Source: J. Lin, "Divergence measures based on the Shannon entropy", 1991;
 * D. M. Endres and J. E. Schindelin, "A new metric for probability distributions", 2003.
 */
function jensenShannonDistance(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): number {
	const [first, second] = [totalOf(before), totalOf(after)];
	let divergence = 0;
	for (const name of new Set([...before.keys(), ...after.keys()])) {
		const [p, q] = [(before.get(name) ?? 0) / first, (after.get(name) ?? 0) / second];
		const middle = (p + q) / 2;
		if (p > 0) divergence += (p * Math.log2(p / middle)) / 2;
		if (q > 0) divergence += (q * Math.log2(q / middle)) / 2;
	}
	return Math.sqrt(Math.max(0, divergence));
}

/**
 * About the distance of two samples of one distribution: the divergence is an eighth of the chi-square distance, in nats, whose mean
 * is the degrees of freedom times the sum of 1/n.
 */
function distanceByChance(categories: number, first: number, second: number): number {
	return Math.sqrt(((categories - 1) * (1 / first + 1 / second)) / (8 * Math.LN2));
}
