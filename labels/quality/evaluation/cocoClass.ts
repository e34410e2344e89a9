import { AREA_RANGES, type AreaRange, ignoredLabels, matchByScore, type Partners, THRESHOLDS } from './cocoMatching';
import { byScore, Column } from './columns';
import type { Instance } from './instances';
import { SPACING } from './keypoints';

/** `recThrs` of pycocotools, as `np.linspace(0, 1, 101)` gives them. */
export const RECALLS: readonly number[] = Array.from({ length: 101 }, (_, index) => index * 0.01);

/** Precision and recall of one class, range of areas and number of predictions, as in the arrays of pycocotools. */
export interface CocoCurves {
	/** Interpolated, by threshold, then recall. */
	readonly precisions: Float64Array;
	/** The highest one, by threshold. */
	readonly recalls: Float64Array;
}

/**
 * What COCO's evaluation has to remember of one class: of each prediction its score, its place among those of its image, and for each
 * range of areas a bit a threshold for "matched", and ten bits higher one for "ignored".
 */
export class CocoClass {
	private readonly labelCounts = AREA_RANGES.map(() => 0);
	private readonly scores = new Column((length) => new Float64Array(length));
	private readonly ranks = new Column((length) => new Uint8Array(length));
	private readonly flags = AREA_RANGES.map(() => new Column((length) => new Uint32Array(length)));

	/**
	 * @param predicted of one image, the highest score first, at most as many as count.
	 * @param partners of each of them, among the labels.
	 */
	add(predicted: readonly Instance[], labels: readonly Instance[], partners: readonly Partners[]): void {
		predicted.forEach(({ score }, rank) => {
			this.scores.push(score);
			this.ranks.push(rank);
		});
		AREA_RANGES.forEach((range, index) => {
			const ignored = ignoredLabels(labels, range);
			this.labelCounts[index] = (this.labelCounts[index] ?? 0) + ignored.reduce((sum, each) => sum + 1 - each, 0);
			for (const flags of this.flagsOf(predicted, labels, partners, ignored, range)) this.flags[index]?.push(flags);
		});
	}

	private flagsOf(
		predicted: readonly Instance[],
		labels: readonly Instance[],
		partners: readonly Partners[],
		ignored: Uint8Array,
		range: AreaRange,
	): Uint32Array {
		const flags = new Uint32Array(predicted.length);
		THRESHOLDS.forEach((threshold, bit) => {
			const matching = matchByScore(predicted, labels, partners, ignored, range, threshold);
			for (let place = 0; place < flags.length; place++) {
				const isMatched = (matching.partners[place] ?? -1) >= 0 ? 1 : 0;
				flags[place] = (flags[place] ?? 0) | (isMatched << bit) | ((matching.ignored[place] ?? 0) << (bit + 10));
			}
		});
		return flags;
	}

	/** Places of the predictions from the highest score to the lowest. */
	order(): Uint32Array {
		return byScore(this.scores.values);
	}

	/** `accumulate` of pycocotools; nothing where it says -1, when no label is in the range. */
	curves(order: Uint32Array, rangeIndex: number, mostPredictions: number): CocoCurves | undefined {
		const labelCount = this.labelCounts[rangeIndex] ?? 0;
		const flags = this.flags[rangeIndex]?.values;
		if (labelCount === 0 || flags === undefined) return undefined;
		const precisions = new Float64Array(THRESHOLDS.length * RECALLS.length);
		const recalls = new Float64Array(THRESHOLDS.length);
		const atMatches = new Float64Array(order.length);
		const ranks = this.ranks.values;
		for (let bit = 0; bit < THRESHOLDS.length; bit++) {
			let [matched, wrong] = [0, 0];
			for (const place of order) {
				const own = flags[place] ?? 0;
				if ((ranks[place] ?? 0) >= mostPredictions || ((own >>> (bit + 10)) & 1) === 1) continue;
				if (((own >>> bit) & 1) === 0) wrong++;
				else {
					matched++;
					atMatches[matched - 1] = matched / (wrong + matched + SPACING);
				}
			}
			recalls[bit] = matched / labelCount;
			precisions.set(interpolated(atMatches.subarray(0, matched), labelCount), bit * RECALLS.length);
		}
		return { precisions, recalls };
	}
}

/**
 * The highest precision at each recall or a higher one, from the precisions at each match. These are all that is needed of a curve,
 * since precision falls between them.
 */
export function interpolated(atMatches: Float64Array, labelCount: number): Float64Array {
	for (let index = atMatches.length - 1; index > 0; index--)
		atMatches[index - 1] = Math.max(atMatches[index - 1] ?? 0, atMatches[index] ?? 0);
	let matched = 0;
	return Float64Array.from(RECALLS, (recall) => {
		while (matched <= atMatches.length && matched / labelCount < recall) matched++;
		return atMatches[Math.max(matched - 1, 0)] ?? 0;
	});
}
