import { interpolated } from './cocoClass';
import { byScore, Column } from './columns';
import type { Curve, Rates } from './evaluation';
import { SPACING } from './keypoints';

/** How many rates of a curve are kept to be drawn. */
const MOST_RATES = 101;

/** Predictions that are right or wrong, with their scores, of one class or all. */
export class ScoredPredictions {
	readonly scores = new Column((length) => new Float64Array(length));
	readonly rights = new Column((length) => new Uint8Array(length));
	labels = 0;

	note(score: number, isRight: boolean): void {
		this.scores.push(score);
		this.rights.push(isRight ? 1 : 0);
	}

	curve(): Curve {
		const { values: scores } = this.scores;
		const { values: rights } = this.rights;
		const order = byScore(scores);
		const atMatches: number[] = [];
		const rates: Rates[] = [];
		let best: Rates | undefined;
		order.forEach((place, index) => {
			const score = scores[place] ?? 0;
			if (rights[place] === 1) atMatches.push((atMatches.length + 1) / (index + 1 + SPACING));
			// Predictions of one score are all made or none of them.
			if (scores[order[index + 1] ?? -1] === score) return;
			const here = ratesOf({ score, matched: atMatches.length, predicted: index + 1, labels: this.labels });
			rates.push(here);
			if ((here.f1 ?? 0) > (best?.f1 ?? 0)) best = here;
		});
		const precisions = this.labels === 0 ? [] : [...interpolated(Float64Array.from(atMatches), this.labels)];
		return { precisions, rates: thinned(rates), ...(best === undefined ? {} : { best }) };
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

/** The first, the last, and some in equal steps between them. */
function thinned(rates: readonly Rates[]): readonly Rates[] {
	if (rates.length <= MOST_RATES) return rates;
	const step = (rates.length - 1) / (MOST_RATES - 1);
	return Array.from({ length: MOST_RATES }, (_, index) => rates[Math.round(index * step)]).filter(
		(each) => each !== undefined,
	);
}
