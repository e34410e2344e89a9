import { AREA_RANGES, ignoredLabels, isWithin, matchByScore, type Partners, THRESHOLDS } from './cocoMatching';
import { byScore, Column } from './columns';
import type { Instance } from './instances';
import { SPACING } from './keypoints';
import type { Steps } from '../../steps/steps';

/** Labels of an image with which predictions are matched in steps. */
const MANY = 32;

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
	*add(predicted: readonly Instance[], labels: readonly Instance[], partners: readonly Partners[]): Steps<void> {
		for (const [rank, { score }] of predicted.entries()) {
			this.scores.push(score);
			this.ranks.push(rank);
		}
		const most = highestOverlap(partners);
		for (const [index, range] of AREA_RANGES.entries()) {
			if (labels.length > MANY) yield;
			const ignored = ignoredLabels(labels, range);
			this.labelCounts[index] = (this.labelCounts[index] ?? 0) + labels.length - sum(ignored);
			const flags = new Uint32Array(predicted.length);
			for (const [place, instance] of predicted.entries())
				if (!isWithin(instance, range)) flags[place] = IGNORED_AT_ALL;
			for (let bit = 0; bit < THRESHOLDS.length; bit++) {
				const threshold = THRESHOLDS[bit] ?? 1;
				// Nothing is matched from here on.
				if (most < threshold) break;
				noteMatches(flags, bit, matchByScore(partners, labels, ignored, threshold), ignored);
			}
			for (let place = 0; place < flags.length; place++) this.flags[index]?.push(flags[place] ?? 0);
		}
	}

	/** Places of the predictions from the highest score to the lowest. */
	order(): Steps<Uint32Array> {
		return byScore(this.scores.values);
	}

	/** `accumulate` of pycocotools; nothing where it says -1, when no label is in the range. */
	*curves(order: Uint32Array, rangeIndex: number, mostPredictions: number): Steps<CocoCurves | undefined> {
		const labelCount = this.labelCounts[rangeIndex] ?? 0;
		const flags = this.flags[rangeIndex]?.values;
		if (labelCount === 0 || flags === undefined) return undefined;
		const precisions = new Float64Array(THRESHOLDS.length * RECALLS.length);
		const recalls = new Float64Array(THRESHOLDS.length);
		const atMatches = new Float64Array(order.length);
		const ranks = this.ranks.values;
		for (let bit = 0; bit < THRESHOLDS.length; bit++) {
			yield;
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

function noteMatches(flags: Uint32Array, bit: number, matched: Int32Array, ignored: Uint8Array): void {
	for (let place = 0; place < flags.length; place++) {
		const label = matched[place] ?? -1;
		if (label < 0) continue;
		const others = (flags[place] ?? 0) & ~(1 << (bit + 10));
		flags[place] = others | (1 << bit) | ((ignored[label] ?? 0) << (bit + 10));
	}
}

function sum(numbers: Uint8Array): number {
	let total = 0;
	for (const number of numbers) total += number;
	return total;
}

/** The bits for "ignored" of all thresholds. */
const IGNORED_AT_ALL = ((1 << THRESHOLDS.length) - 1) << 10;

function highestOverlap(partners: readonly Partners[]): number {
	let most = 0;
	for (const { overlaps } of partners) for (const overlap of overlaps) most = Math.max(most, overlap);
	return most;
}

/**
 * The highest precision at each recall or a higher one, from the precisions at each match. These are all that is needed of a curve,
 * since precision falls between them.
 */
export function interpolated(atMatches: Float64Array, labelCount: number): Float64Array {
	for (let index = atMatches.length - 1; index > 0; index--)
		atMatches[index - 1] = Math.max(atMatches[index - 1] ?? 0, atMatches[index] ?? 0);
	let matched = 0;
	const precisions = new Float64Array(RECALLS.length);
	RECALLS.forEach((recall, index) => {
		while (matched <= atMatches.length && matched / labelCount < recall) matched++;
		precisions[index] = atMatches[Math.max(matched - 1, 0)] ?? 0;
	});
	return precisions;
}
