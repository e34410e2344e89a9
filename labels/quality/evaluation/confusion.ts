import type { ConfusionMatrix, Rates } from './evaluation';
import { ratesOf } from './scoreCurve';

/** In place of a class: nothing is there. */
const NOTHING = -1;

/** Counts which label was taken for what. */
export class ConfusionCounts {
	private readonly counts = new Map<number, Map<number, number>>();

	/** @param label number of the class of the label, nothing for an extra prediction; likewise of the prediction. */
	note(label: number | undefined, predicted: number | undefined): void {
		const row = this.counts.get(label ?? NOTHING) ?? new Map<number, number>();
		this.counts.set(label ?? NOTHING, row);
		row.set(predicted ?? NOTHING, (row.get(predicted ?? NOTHING) ?? 0) + 1);
	}

	matrix(classNames: readonly string[]): ConfusionMatrix {
		const places = [...classNames.keys(), NOTHING];
		const counts = places.map((label) => places.map((predicted) => this.counts.get(label)?.get(predicted) ?? 0));
		return { classNames: [...classNames], counts };
	}
}

/** The rates of some classes together, from the counts of a matrix. */
export function ratesFrom({ counts }: ConfusionMatrix, classNumbers: readonly number[], score: number): Rates {
	let [matched, labels, predicted] = [0, 0, 0];
	for (const number of classNumbers) {
		matched += counts[number]?.[number] ?? 0;
		labels += counts[number]?.reduce((sum, count) => sum + count, 0) ?? 0;
		predicted += counts.reduce((sum, row) => sum + (row[number] ?? 0), 0);
	}
	return ratesOf({ score, matched, predicted, labels });
}
