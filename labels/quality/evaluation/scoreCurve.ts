import { interpolated } from './cocoClass';
import { byScore, Column } from './columns';
import type { Steps } from '../../steps/steps';
import type { Curve, Rates } from './evaluation';
import { SPACING } from './keypoints';

/** How many rates of a curve are kept to be drawn. */
const MOST_RATES = 101;
/** Predictions that are looked at in one step. */
const STEP = 8192;

/** Predictions that are right or wrong, with their scores, of one class or all. */
export class ScoredPredictions {
	private readonly scores = new Column((length) => new Float64Array(length));
	private readonly rights = new Column((length) => new Uint8Array(length));
	labels = 0;

	get count(): number {
		return this.scores.length;
	}

	note(score: number, isRight: boolean): void {
		this.scores.push(score);
		this.rights.push(isRight ? 1 : 0);
	}

	*curve(): Steps<Curve> {
		const { values: scores } = this.scores;
		const { values: rights } = this.rights;
		const order = yield* byScore(scores);
		const atMatches = new Float64Array(order.length);
		/** Of each distinct score, the highest first: how many predictions have at least this, and how many of them are right. */
		const ends = { predicted: new Uint32Array(order.length), matched: new Uint32Array(order.length) };
		let [matched, count, best] = [0, 0, -1];
		const f1At = (end: number) => (ends.matched[end] ?? 0) / ((ends.predicted[end] ?? 0) + this.labels);
		for (const [index, place] of order.entries()) {
			if (index % STEP === 0) yield;
			if (rights[place] === 1) {
				matched++;
				atMatches[matched - 1] = matched / (index + 1 + SPACING);
			}
			// Predictions of one score are all made or none of them.
			if (scores[order[index + 1] ?? -1] === scores[place]) continue;
			ends.predicted[count] = index + 1;
			ends.matched[count] = matched;
			if (f1At(count) > (best < 0 ? 0 : f1At(best))) best = count;
			count++;
		}
		yield;
		const ratesAt = (end: number) => {
			const predicted = ends.predicted[end] ?? 0;
			const score = scores[order[predicted - 1] ?? 0] ?? 0;
			return ratesOf({ score, matched: ends.matched[end] ?? 0, predicted, labels: this.labels });
		};
		return {
			precisions: this.labels === 0 ? [] : [...interpolated(atMatches.subarray(0, matched), this.labels)],
			rates: placesIn(count).map(ratesAt),
			...(best < 0 ? {} : { best: ratesAt(best) }),
		};
	}
}

export function ratesOf({
	score,
	matched,
	predicted,
	labels,
}: Pick<Rates, 'score' | 'matched' | 'predicted' | 'labels'>): Rates {
	return {
		score,
		...(predicted === 0 ? {} : { precision: matched / predicted }),
		...(labels === 0 ? {} : { recall: matched / labels }),
		...(predicted + labels === 0 ? {} : { f1: (2 * matched) / (predicted + labels) }),
		matched,
		predicted,
		labels,
	};
}

/** Of so many places the first, the last, and some in equal steps between them. */
function placesIn(count: number): number[] {
	if (count <= MOST_RATES) return Array.from({ length: count }, (_, index) => index);
	return Array.from({ length: MOST_RATES }, (_, index) => Math.round((index * (count - 1)) / (MOST_RATES - 1)));
}
