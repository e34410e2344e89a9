/** What one project says about one unit; undefined if it says nothing. */
export type Rating = string | undefined;

/**
 * Counts what projects say about the same units, each in one of several categories without an order, and how far they agree beyond
 * chance. Coefficients are 1 where all agree, 0 where they agree as often as by chance, and undefined where chance alone would have
 * all agree (only one category was ever named), or where there is nothing to compare.
 */
export class NominalAgreement {
	/** Of units with all ratings: pairs of categories for two projects, and the sums of Fleiss. */
	private readonly first = new Map<string, number>();
	private readonly second = new Map<string, number>();
	private readonly complete = new Map<string, number>();
	private completeCount = 0;
	private samePairs = 0;
	/** Of units with two ratings or more. */
	private readonly paired = new Map<string, number>();
	private ratingCount = 0;
	private observedDisagreement = 0;
	private pairedCount = 0;
	private unanimousCount = 0;

	constructor(private readonly projectCount: number) {}

	/** @param ratings of one unit, one of each project. */
	add(ratings: readonly Rating[]): void {
		const counts = new Map<string, number>();
		let given = 0;
		for (const rating of ratings) {
			if (rating === undefined) continue;
			given++;
			count(counts, rating, 1);
		}
		if (given < 2) return;
		this.pairedCount++;
		if (counts.size === 1) this.unanimousCount++;
		let squares = 0;
		for (const [rating, number] of counts) {
			squares += number * number;
			count(this.paired, rating, number);
		}
		this.ratingCount += given;
		this.observedDisagreement += (given * given - squares) / (given - 1);
		if (given < this.projectCount) return;
		this.completeCount++;
		this.samePairs += (squares - given) / (given * (given - 1));
		for (const [rating, number] of counts) count(this.complete, rating, number);
		const [one, other] = ratings;
		if (one !== undefined) count(this.first, one, 1);
		if (other !== undefined) count(this.second, other, 1);
	}

	/** The units that two projects or more say something about. */
	get unitCount(): number {
		return this.pairedCount;
	}

	/** The share of those about which all that say something say the same. */
	get share(): number | undefined {
		return ratio(this.unanimousCount, this.pairedCount);
	}

	/**
	 * Of two projects, by the units that both say something about. Source: Cohen, “A coefficient of agreement for nominal scales”,
	 * Educational and Psychological Measurement 20(1), 1960.
	 */
	get cohenKappa(): number | undefined {
		if (this.projectCount !== 2) return undefined;
		let expected = 0;
		for (const [rating, number] of this.first) expected += number * (this.second.get(rating) ?? 0);
		return beyondChance(this.samePairs, expected / this.completeCount, this.completeCount);
	}

	/**
	 * Of any number of projects, by the units that all say something about. Source: Fleiss, “Measuring nominal scale agreement among
	 * many raters”, Psychological Bulletin 76(5), 1971.
	 */
	get fleissKappa(): number | undefined {
		const ratings = this.completeCount * this.projectCount;
		let squares = 0;
		for (const number of this.complete.values()) squares += number * number;
		return beyondChance(this.samePairs, (squares / ratings / ratings) * this.completeCount, this.completeCount);
	}

	/**
	 * Of any number of projects, by the units that two or more say something about. Source: Krippendorff, “Computing Krippendorff's
	 * alpha-reliability”, University of Pennsylvania, 2011, section C (nominal data, any number of observers, missing data).
	 */
	get krippendorffAlpha(): number | undefined {
		let squares = 0;
		for (const number of this.paired.values()) squares += number * number;
		const expected = this.ratingCount * this.ratingCount - squares;
		return expected === 0 ? undefined : 1 - ((this.ratingCount - 1) * this.observedDisagreement) / expected;
	}
}

/** @param expected as many of the units as agree by chance; whole numbers are subtracted, so that a total of 1 is exact. */
function beyondChance(observed: number, expected: number, units: number): number | undefined {
	return units === 0 || expected >= units ? undefined : (observed - expected) / (units - expected);
}

function count(counts: Map<string, number>, key: string, number: number): void {
	counts.set(key, (counts.get(key) ?? 0) + number);
}

/** Undefined for a part of nothing. */
export function ratio(part: number, whole: number): number | undefined {
	return whole === 0 ? undefined : part / whole;
}
