import { sleep } from 'n8n-workflow';
import {
	compareTexts,
	type Evaluation,
	Evaluator,
	type ImageEvaluation,
	isGeometryClass,
	type LabelClass,
	type LabeledImage,
	labelOf,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { finishedLabels, type FinishedLabels } from '../../finishedLabels';
import { includeSkipped } from '../../export/createDataset/fields';
import type { Output } from '../../runner/operation';
import type { Run } from '../../runner/runContext';
import type { PredictedImage, ProjectPredictions } from './compareAll';
import { comparedKind } from './comparedKind';
import { attachPage, kind, output, overlap, pageField, score, source, withoutPredictions } from './fields';
import { notesOn } from './notes';
import { attachedPage } from './attachedPage';
import { classItems, hasScores, imageItems, summaryItem } from './records';

/** A finished image with what was predicted for it. */
export interface ComparedImage {
	readonly truth: LabeledImage;
	/** Undefined if no item is about the image. */
	readonly predicted: PredictedImage | undefined;
	readonly result: ImageEvaluation;
}

/** How the predictions of a project compare with its labels. */
export interface ProjectComparison {
	readonly predictions: ProjectPredictions;
	readonly evaluation: Evaluation;
	/** The worst first; of several, by name. */
	readonly images: readonly ComparedImage[];
	readonly classes: readonly LabelClass[];
	/** Whether the predictions have scores, without which there is no average precision. */
	readonly hasScores: boolean;
	/** Finished images for which no prediction was given, whether they count or not. */
	readonly withoutPrediction: readonly LabeledImage[];
	readonly countsMissing: boolean;
	/** Predicted images that are not finished, which are left out. */
	readonly notFinished: readonly LabeledImage[];
	/** Labels of the project that could not be read. */
	readonly unreadLabels: number;
}

/** @throws InputError if the project has no finished images, or the predictions are about none of them. */
export async function compareProject(predictions: ProjectPredictions, run: Run): Promise<readonly Output[]> {
	const { first, projectId } = predictions;
	const includesSkipped = first.options.flag(includeSkipped);
	const isExact = first.options.choice(source) === 'tasks';
	const labels = await run.share(
		`finished labels ${projectId} ${isExact} ${includesSkipped}`,
		async (patient) =>
			await finishedLabels(patient, {
				projectId,
				isExact,
				includesSkipped,
				purpose: 'Predictions can be compared with the labels of images only, but this is a video project',
			}),
	);
	const finished = labels.images.filter(({ status }) => includesSkipped || status !== 'skipped').sort(byName);
	refuseNothing(predictions, finished);
	const comparison = await compared(predictions, finished, labels);
	const notes = notesOn(comparison);
	if (notes.length > 0) run.n8n.addExecutionHints({ message: notes.join('\n'), location: 'outputPane' });
	const outputs = outputsOf(comparison, notes);
	const [head, ...others] = outputs;
	if (head === undefined || !first.options.flag(attachPage)) return outputs;
	const page = await attachedPage(run, comparison, notes);
	return [{ ...head, binary: { [first.options.text(pageField) || pageField.default]: page } }, ...others];
}

function outputsOf(comparison: ProjectComparison, notes: readonly string[]): readonly Output[] {
	switch (comparison.predictions.first.choice(output)) {
		case 'summary':
			return [summaryItem(comparison, notes)];
		case 'images':
			return imageItems(comparison);
		case 'classes':
			return classItems(comparison);
	}
}

/** Between predictions of the same score, the order of the images decides, and the server has none. */
function byName(a: LabeledImage, b: LabeledImage): number {
	return compareTexts(a.imageName, b.imageName) || compareTexts(a.imageId, b.imageId);
}

function refuseNothing({ images }: ProjectPredictions, finished: readonly LabeledImage[]): void {
	if (finished.length === 0)
		throw new InputError(
			'The project has no finished images to compare predictions with',
			'Choose a project with completed or reviewed images. For skipped ones, turn on "Include Skipped Images".',
		);
	if (images.size === 0 || finished.some(({ imageId }) => images.has(imageId))) return;
	const [example] = images.values();
	throw new InputError(
		`None of the ${images.size} images with predictions is finished${example === undefined ? '' : `, such as "${labelOf(example.image)}"`}`,
		'Ask the model for finished images, such as those of Task: Get Many with the status Completed or Reviewed.',
	);
}

async function compared(
	predictions: ProjectPredictions,
	finished: readonly LabeledImage[],
	{ classes, problems }: FinishedLabels,
): Promise<ProjectComparison> {
	const { first, images } = predictions;
	const { options } = first;
	const countsMissing = options.choice(withoutPredictions) === 'missed';
	const isPredicted = ({ imageId }: LabeledImage) => images.has(imageId);
	const counted = countsMissing ? finished : finished.filter(isPredicted);
	const predicted = [...images.values()].map(({ image }) => image);
	const evaluator = new Evaluator({
		kind: comparedKind(options.choice(kind), counted, predicted),
		classes: [...new Set(classes.filter(isGeometryClass).map(({ key }) => key))],
		overlap: options.number(overlap),
		score: options.number(score),
	});
	const results: ComparedImage[] = [];
	for (const truth of counted) {
		const found = images.get(truth.imageId);
		const nothing = { ...truth, objects: [], classifications: {} };
		results.push({ truth, predicted: found, result: evaluator.add({ truth, predicted: found?.image ?? nothing }) });
		if (results.length % IMAGES_AT_ONCE === 0) await sleep(0);
	}
	const finishedIds = new Set(finished.map(({ imageId }) => imageId));
	return {
		predictions,
		evaluation: await finalResult(evaluator),
		images: results.sort((a, b) => a.result.score - b.result.score || mistakes(b.result) - mistakes(a.result)),
		classes,
		hasScores: hasScores(predicted),
		withoutPrediction: finished.filter((image) => !isPredicted(image)),
		countsMissing,
		notFinished: predicted.filter(({ imageId }) => !finishedIds.has(imageId)),
		unreadLabels: problems.filter(({ severity }) => severity === 'error').length,
	};
}

/** So that n8n stays responsive. */
const IMAGES_AT_ONCE = 100;

async function finalResult(evaluator: Evaluator): Promise<Evaluation> {
	const steps = evaluator.steps();
	for (;;) {
		const step = steps.next();
		if (step.done === true) return step.value;
		await sleep(0);
	}
}

function mistakes({ missed, extra, confused }: ImageEvaluation): number {
	return missed.length + extra.length + confused.length;
}
