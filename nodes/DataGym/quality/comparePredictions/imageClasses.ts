import type { IDataObject } from 'n8n-workflow';
import {
	type Classifications,
	type ImageClassEvaluation,
	ImageClassEvaluator,
	type ImageClassJudgment,
	imageClassPage,
	type QuestionEvaluation,
} from '@datagym/labels';
import { finish, giveWay } from '@datagym/shared/turns';
import { type Comparison, type Judged, predictedIn, type Results, withResults, worstFirst } from './comparison';
import { score } from './fields';
import { bestNumbers, known, rateNumbers, takenFor } from './objectRecords';

/** Compares the classifications of images: those that the model gives any value for, whatever else people have been asked. */
export async function comparedImageClasses(comparison: Comparison): Promise<Results> {
	const { predictions, images, classes, hasScores } = comparison;
	const { options } = predictions.first;
	const given = new Set<string>();
	for (const { image } of predictions.images.values())
		for (const path of pathsIn(image.classifications)) given.add(path);
	const evaluator = new ImageClassEvaluator({
		...(given.size > 0 && { questions: [...given].sort() }),
		score: options.number(score),
	});
	const judged: Judged<ImageClassJudgment>[] = [];
	for (const image of images) {
		const result = evaluator.add({ truth: image.truth, predicted: predictedIn(image) });
		judged.push({ image, result, score: result.score, mistakes: result.wrong.length });
		await giveWay();
	}
	const evaluation = await finish(evaluator.steps());
	const sorted = await finish(worstFirst(judged));
	return {
		numbers: numbersOf(evaluation, hasScores),
		images: sorted.map(({ image, result }) => ({ ...image, record: recordOf(result) })),
		classes: evaluation.questions.flatMap(optionRecords),
		notes: given.size === 0 ? ['The model has given no classes of the images.'] : [],
		page: (about, pictures) => imageClassPage({ ...about, evaluation, classes }, withResults(pictures, sorted)),
	};
}

/** Of the classifications that have a value, those below others as `weather/strength`. */
function pathsIn(classifications: Classifications, above = ''): string[] {
	return Object.entries(classifications).flatMap(([key, { values, children }]) => [
		...(values.length === 0 ? [] : [above + key]),
		...pathsIn(children, `${above}${key}/`),
	]);
}

function numbersOf(
	{ rates, curve, accuracy, images, score: least, questions }: ImageClassEvaluation,
	hasScores: boolean,
): IDataObject {
	const f1s = questions.flatMap(({ macroF1 }) => macroF1 ?? []);
	const macroF1 = f1s.length === 0 ? undefined : f1s.reduce((sum, f1) => sum + f1, 0) / f1s.length;
	return {
		compared: 'imageClasses',
		...known({ accuracy }),
		...rateNumbers(rates),
		...known({ macroF1 }),
		...(hasScores ? bestNumbers(curve) : {}),
		imageCount: images,
		labelCount: rates.labels,
		predictionCount: rates.predicted,
		matchedCount: rates.matched,
		scoreThreshold: least,
	};
}

function recordOf({ score: quality, right, wrong }: ImageClassJudgment): IDataObject {
	return {
		score: quality,
		rightCount: right,
		wrongCount: wrong.length,
		wrong: wrong.map(({ question, truth, predicted }) => ({
			classification: question,
			labels: [...truth],
			predictions: [...predicted],
		})),
	};
}

/** One an option of the classification. */
function optionRecords({ question, accuracy, macroF1, classes, confusion }: QuestionEvaluation): IDataObject[] {
	return classes.map(({ className, rates }, place) => ({
		classification: question,
		className,
		...rateNumbers(rates),
		labelCount: rates.labels,
		predictionCount: rates.predicted,
		matchedCount: rates.matched,
		takenFor: takenFor(confusion, place),
		...known({ classificationAccuracy: accuracy, classificationMacroF1: macroF1 }),
	}));
}
