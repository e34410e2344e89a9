/** How much slower something is, as a natural logarithm, and how sure that is. */
export interface Slowness {
	/** 0 for as fast, 0.69 for twice the time. */
	readonly mean: number;
	readonly variance: number;
}

interface Kind {
	count: number;
	sum: number;
	squares: number;
}

/** A kind of which fewer were seen says nothing. */
const FEWEST = 2;
/** What two windows have in common must be at least this share of their time. */
const LEAST_IN_COMMON = 0.5;
/** Of a mean's relative error, squared, even if all were equally fast: clocks and machines are not exact. */
const LEAST_VARIANCE = 0.0004;

/** How long some requests took, kind by kind: a large upload takes longer than a small question on the quietest server. */
export class LatencyWindow {
	private readonly kinds = new Map<string, Kind>();
	count = 0;

	/** @param milliseconds from the start of the request to its end. */
	add(kind: string, milliseconds: number): void {
		const time = Math.max(milliseconds, 0.1);
		const known = this.kinds.get(kind) ?? { count: 0, sum: 0, squares: 0 };
		this.kinds.set(kind, { count: known.count + 1, sum: known.sum + time, squares: known.squares + time * time });
		this.count++;
	}

	/** How much slower these were than those, each kind weighted by its time; undefined if they have too little in common. */
	slownessAgainst(earlier: LatencyWindow): Slowness | undefined {
		const common = [...this.kinds].flatMap(([name, mine]) => {
			const theirs = earlier.kinds.get(name);
			if (theirs === undefined || Math.min(mine.count, theirs.count) < FEWEST) return [];
			return [{ mine, theirs, time: mine.sum + theirs.sum }];
		});
		const time = common.reduce((sum, each) => sum + each.time, 0);
		if (time < LEAST_IN_COMMON * (this.time + earlier.time)) return undefined;
		return common.reduce<Slowness>(
			({ mean, variance }, { mine, theirs, time: weight }) => ({
				mean: mean + (weight / time) * Math.log(meanOf(mine) / meanOf(theirs)),
				variance: variance + (weight / time) ** 2 * (varianceOf(mine) + varianceOf(theirs)),
			}),
			{ mean: 0, variance: LEAST_VARIANCE },
		);
	}

	/** Of the mean time, kind by kind. */
	get relativeError(): number {
		const { time } = this;
		return Math.sqrt(
			[...this.kinds.values()].reduce((sum, kind) => sum + (kind.sum / time) ** 2 * varianceOf(kind), 0),
		);
	}

	private get time(): number {
		return [...this.kinds.values()].reduce((total, { sum }) => total + sum, 0);
	}
}

const meanOf = ({ count, sum }: Kind) => sum / count;

/** Of the logarithm of the mean. */
function varianceOf({ count, sum, squares }: Kind): number {
	const mean = sum / count;
	return Math.max(0, squares / count - mean * mean) / (mean * mean) / count;
}
