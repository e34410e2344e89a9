import type { IDataObject } from 'n8n-workflow';
import {
	boundingBox,
	type ClassEvaluation,
	type CocoSummary,
	type ConfusionMatrix,
	type Curve,
	type Evaluation,
	type ImageEvaluation,
	type LabelClass,
	type LabelObject,
	type ObjectMatch,
	type Rates,
} from '@datagym/labels';

/** The numbers of all images together, flat, so that they can be metrics or columns. What cannot be computed is missing. */
export function summaryRecord(evaluation: Evaluation, hasScores: boolean): IDataObject {
	return {
		compared: evaluation.kind,
		...(hasScores ? averages(evaluation.summary) : {}),
		...rateNumbers(evaluation.rates),
		...(hasScores ? bestNumbers(evaluation.curve) : {}),
		imageCount: evaluation.images,
		labelCount: evaluation.labels,
		predictionCount: evaluation.predicted,
	};
}

export function imageRecord({ score, matched, missed, extra, confused }: ImageEvaluation): IDataObject {
	return {
		score,
		labelCount: matched.length + confused.length + missed.length,
		predictionCount: matched.length + confused.length + extra.length,
		matchedCount: matched.length,
		missedCount: missed.length,
		extraCount: extra.length,
		confusedCount: confused.length,
		missed: missed.map(objectRecord),
		extra: extra.map(objectRecord),
		confused: confused.map(pairRecord),
		matched: matched.map(pairRecord),
	};
}

/** The label, and what was predicted in its place. */
function pairRecord({ truth, predicted, overlap }: ObjectMatch): IDataObject {
	return { ...objectRecord(truth), overlap, predicted: objectRecord(predicted) };
}

/** The box of any shape, flat. */
function objectRecord({ id, className, geometry, score }: LabelObject): IDataObject {
	return {
		...(id === undefined ? {} : { labelId: id }),
		className,
		type: geometry.type,
		...boundingBox(geometry),
		...(score === undefined ? {} : { score }),
	};
}

/** One a class that has labels or predictions, in the order of the label configuration. */
export function classRecords(
	evaluation: Evaluation,
	classes: readonly LabelClass[],
	hasScores: boolean,
): readonly IDataObject[] {
	const names = new Map(classes.map(({ key, name }) => [key, name]));
	return evaluation.classes.flatMap((each, place) => {
		if (each.labels === 0 && each.predicted === 0) return [];
		const name = names.get(each.className);
		return [
			{
				className: each.className,
				...(name === undefined ? {} : { name }),
				...(hasScores ? averages(each.summary) : {}),
				...rateNumbers(each.rates),
				...(hasScores ? bestNumbers(each.curve) : {}),
				...countsOf(evaluation, each, place),
			},
		];
	});
}

function countsOf({ confusion }: Evaluation, each: ClassEvaluation, place: number): IDataObject {
	const none = confusion.classNames.length;
	const at = (label: number, predicted: number) => confusion.counts[label]?.[predicted] ?? 0;
	const others = takenFor(confusion, place);
	return {
		labelCount: each.labels,
		predictionCount: each.predicted,
		matchedCount: at(place, place),
		missedCount: at(place, none),
		extraCount: at(none, place),
		confusedCount: others.reduce((sum, { count }) => sum + count, 0),
		takenFor: others,
	};
}

/** What is predicted in the place of a class, the most frequent first. */
export function takenFor({ classNames, counts }: ConfusionMatrix, place: number) {
	const others = classNames.flatMap((className, other) => {
		const count = other === place ? 0 : (counts[place]?.[other] ?? 0);
		return count === 0 ? [] : [{ className, count }];
	});
	return others.sort((a, b) => b.count - a.count);
}

function averages(summary: CocoSummary): IDataObject {
	const { ap, ap50, ap75, apSmall, apMedium, apLarge } = summary;
	const { ar1, ar10, ar, ar50, ar75, arSmall, arMedium, arLarge } = summary;
	return known({
		mAP: ap,
		AP50: ap50,
		AP75: ap75,
		APSmall: apSmall,
		APMedium: apMedium,
		APLarge: apLarge,
		AR: ar,
		AR1: ar1,
		AR10: ar10,
		AR50: ar50,
		AR75: ar75,
		ARSmall: arSmall,
		ARMedium: arMedium,
		ARLarge: arLarge,
	});
}

export function rateNumbers({ precision, recall, f1 }: Rates): IDataObject {
	return known({ precision, recall, f1 });
}

export function bestNumbers({ best }: Curve): IDataObject {
	return best === undefined
		? {}
		: known({ bestScore: best.score, bestPrecision: best.precision, bestRecall: best.recall, bestF1: best.f1 });
}

export function known(numbers: Readonly<Record<string, number | undefined>>): IDataObject {
	return Object.fromEntries(Object.entries(numbers).filter(([, number]) => number !== undefined));
}
