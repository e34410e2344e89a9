import type { IDataObject } from 'n8n-workflow';
import {
	boundingBox,
	type ClassEvaluation,
	type CocoSummary,
	type Curve,
	eachObject,
	type Evaluation,
	type LabeledImage,
	type LabelObject,
	type ObjectMatch,
	type Rates,
} from '@datagym/labels';
import type { Output } from '../../runner/operation';
import type { ComparedImage, ProjectComparison } from './compareProject';

/** Whether any prediction has a score. */
export function hasScores(predicted: readonly LabeledImage[]): boolean {
	let isAny = false;
	for (const image of predicted) eachObject(image, ({ score }) => (isAny ||= score !== undefined));
	return isAny;
}

/** The numbers of all images together, flat, so that they can be metrics or columns. What cannot be computed is left out. */
export function summaryItem(comparison: ProjectComparison, notes: readonly string[]): Output {
	const { evaluation, predictions, images, withoutPrediction, notFinished } = comparison;
	const sum = (list: 'matched' | 'missed' | 'extra' | 'confused') =>
		images.reduce((total, { result }) => total + result[list].length, 0);
	return {
		json: {
			projectId: predictions.projectId,
			compared: evaluation.kind,
			...(comparison.hasScores ? averages(evaluation.summary) : {}),
			...rateNumbers(evaluation.rates),
			...(comparison.hasScores ? bestNumbers(evaluation.curve) : {}),
			imageCount: evaluation.images,
			labelCount: evaluation.labels,
			predictionCount: evaluation.predicted,
			matchedCount: sum('matched'),
			missedCount: sum('missed'),
			extraCount: sum('extra'),
			confusedCount: sum('confused'),
			imagesWithoutPrediction: withoutPrediction.length,
			imagesNotFinished: notFinished.length,
			iouThreshold: evaluation.overlap,
			scoreThreshold: evaluation.score,
			...(notes.length === 0 ? {} : { notes: notes.join('\n') }),
		},
		madeFrom: predictions.items,
	};
}

/** One item an image, the worst first. */
export function imageItems({ images, predictions }: ProjectComparison): readonly Output[] {
	return images.map((image) => ({
		json: imageRecord(image, predictions.project.task(image.truth.imageId)?.taskId),
		madeFrom: image.predicted?.items ?? [predictions.first.index],
	}));
}

function imageRecord({ truth, predicted, result }: ComparedImage, taskId = truth.taskId): IDataObject {
	const { score, matched, missed, extra, confused } = result;
	return {
		imageId: truth.imageId,
		imageName: truth.imageName,
		...(taskId === undefined ? {} : { taskId }),
		...(truth.status === undefined ? {} : { status: truth.status }),
		score,
		isPredicted: predicted !== undefined,
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

/** One item a class that has labels or predictions, in the order of the label configuration. */
export function classItems(comparison: ProjectComparison): readonly Output[] {
	const { evaluation, classes, predictions } = comparison;
	const names = new Map(classes.map(({ key, name }) => [key, name]));
	return evaluation.classes.flatMap((each, place) => {
		if (each.labels === 0 && each.predicted === 0) return [];
		const name = names.get(each.className);
		return [
			{
				json: {
					className: each.className,
					...(name === undefined ? {} : { name }),
					...(comparison.hasScores ? averages(each.summary) : {}),
					...rateNumbers(each.rates),
					...(comparison.hasScores ? bestNumbers(each.curve) : {}),
					...countsOf(evaluation, each, place),
				},
				madeFrom: predictions.items,
			},
		];
	});
}

function countsOf(
	{ confusion: { classNames, counts } }: Evaluation,
	each: ClassEvaluation,
	place: number,
): IDataObject {
	const none = classNames.length;
	const at = (label: number, predicted: number) => counts[label]?.[predicted] ?? 0;
	const takenFor = classNames.flatMap((className, other) => {
		const count = other === place ? 0 : at(place, other);
		return count === 0 ? [] : [{ className, count }];
	});
	return {
		labelCount: each.labels,
		predictionCount: each.predicted,
		matchedCount: at(place, place),
		missedCount: at(place, none),
		extraCount: at(none, place),
		confusedCount: takenFor.reduce((sum, { count }) => sum + count, 0),
		takenFor: takenFor.sort((a, b) => b.count - a.count),
	};
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

function rateNumbers({ precision, recall, f1 }: Rates): IDataObject {
	return known({ precision, recall, f1 });
}

function bestNumbers({ best }: Curve): IDataObject {
	return best === undefined
		? {}
		: known({ bestScore: best.score, bestPrecision: best.precision, bestRecall: best.recall, bestF1: best.f1 });
}

function known(numbers: Readonly<Record<string, number | undefined>>): IDataObject {
	return Object.fromEntries(Object.entries(numbers).filter(([, number]) => number !== undefined));
}
