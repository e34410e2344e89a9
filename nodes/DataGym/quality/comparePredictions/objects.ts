import { type IDataObject } from 'n8n-workflow';
import {
	comparisonPage,
	eachObject,
	type Evaluation,
	type EvaluationKind,
	Evaluator,
	type ImageEvaluation,
	isGeometryClass,
	keypointSigmas,
	type LabelClass,
} from '@datagym/labels';
import { finish, giveWay } from '@datagym/shared/turns';
import {
	type Comparison,
	type ImageResult,
	type Judged,
	predictedIn,
	type Results,
	withResults,
	worstFirst,
} from './comparison';
import { overlap, score } from './fields';
import { classRecords, imageRecord, summaryRecord } from './objectRecords';

/** Compares boxes, areas or keypoints. */
export async function comparedObjects(comparison: Comparison, kind: EvaluationKind): Promise<Results> {
	const { predictions, classes, hasScores } = comparison;
	const { options } = predictions.first;
	const evaluator = new Evaluator({
		kind,
		classes: [...new Set(classes.filter(isGeometryClass).map(({ key }) => key))],
		overlap: options.number(overlap),
		score: options.number(score),
		sigmas: sigmasOf(classes),
	});
	const judged: Judged<ImageEvaluation>[] = [];
	for (const image of comparison.images) {
		const result = await finish(evaluator.adding({ truth: image.truth, predicted: predictedIn(image) }));
		judged.push({ image, result, score: result.score, mistakes: mistakesIn(result) });
		await giveWay();
	}
	const evaluation = await finish(evaluator.steps());
	const sorted = await finish(worstFirst(judged));
	const images: ImageResult[] = [];
	for (const { image, result } of sorted) {
		images.push({ ...image, record: imageRecord(result) });
		await giveWay();
	}
	return {
		numbers: {
			...summaryRecord(evaluation, hasScores),
			...totals(judged),
			iouThreshold: evaluation.overlap,
			scoreThreshold: evaluation.score,
		},
		images,
		classes: classRecords(evaluation, classes, hasScores),
		notes: [...scoreNotes(comparison, evaluation), ...skippedNotes(evaluation)],
		page: (about, pictures) =>
			comparisonPage({ ...about, evaluation, hasScores, classes }, withResults(pictures, sorted)),
	};
}

/** Of the keypoints of each class: the points nested in it. */
function sigmasOf(classes: readonly LabelClass[]): ReadonlyMap<string, number> {
	const points = classes.filter(({ type, parents }) => type === 'point' && parents?.length === 1);
	const owners = new Set(points.map(({ parents }) => parents?.[0]));
	return new Map(
		[...owners].flatMap((owner) => {
			const keys = points.flatMap(({ key, parents }) => (parents?.[0] === owner ? [key] : []));
			return [...keypointSigmas(keys)];
		}),
	);
}

function mistakesIn({ missed, extra, confused }: ImageEvaluation): number {
	return missed.length + extra.length + confused.length;
}

function totals(judged: readonly Judged<ImageEvaluation>[]): IDataObject {
	const sum = (list: 'matched' | 'missed' | 'extra' | 'confused') =>
		judged.reduce((total, { result }) => total + result[list].length, 0);
	return {
		matchedCount: sum('matched'),
		missedCount: sum('missed'),
		extraCount: sum('extra'),
		confusedCount: sum('confused'),
	};
}

function scoreNotes({ hasScores, predictions }: Comparison, evaluation: Evaluation): string[] {
	if (evaluation.predicted === 0) return ['The model found nothing in the images.'];
	if (!hasScores)
		return [
			'The predictions have no scores, so average precision and the best score cannot be computed. Precision, recall and F1 are of all predictions.',
		];
	let [certain, high] = [0, 0];
	for (const { image } of predictions.images.values())
		eachObject(image, ({ score: given, geometry }, parent) => {
			if (given === undefined && (parent === undefined || geometry.type !== 'point')) certain++;
			if (given !== undefined && given > 1) high++;
		});
	return [
		...(certain > 0 ? [`Predictions without a score count as certain: ${certain}.`] : []),
		...(high > 0
			? [
					`Predictions with a score above 1: ${high}. "Score Threshold" and "Minimum Score" are from 0 to 1: divide percentages by 100.`,
				]
			: []),
	];
}

const NOUNS = { boxes: 'box', masks: 'area', keypoints: 'keypoints' } as const;

function skippedNotes({ kind, skippedLabels, skippedPredictions }: Evaluation): string[] {
	return skippedLabels + skippedPredictions === 0
		? []
		: [
				`Not compared, because they have no ${NOUNS[kind]}: ${skippedLabels} labels and ${skippedPredictions} predictions.`,
			];
}
