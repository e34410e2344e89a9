import { compareTexts, eachObject, hasValues, type LabeledImage, labelOf, sorted } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { showHint } from '@datagym/shared/hints';
import { finish } from '@datagym/shared/turns';
import { finishedLabels, type FinishedLabels } from '../../finishedLabels';
import { includeSkipped } from '../../export/createDataset/fields';
import type { Output } from '../../runner/operation';
import type { Run } from '../../runner/runContext';
import { attachedPage } from './attachedPage';
import { comparedKind } from './comparedKind';
import type { Comparison, ProjectPredictions, Results } from './comparison';
import { attachPage, output, pageField, source, withoutPredictions } from './fields';
import { comparedImageClasses } from './imageClasses';
import { notesOn } from './notes';
import { comparedObjects } from './objects';

/** @throws InputError if the project has no finished images, or the predictions are about none of them. */
export async function compareProject(predictions: ProjectPredictions, run: Run): Promise<readonly Output[]> {
	const { first } = predictions;
	const comparison = await comparisonOf(predictions, run);
	const kind = comparedKind(comparison);
	const results = await (kind === 'imageClasses'
		? comparedImageClasses(comparison)
		: comparedObjects(comparison, kind));
	const notes = [...notesOn(comparison), ...results.notes];
	showHint(run.n8n, notes);
	const outputs = outputsOf(comparison, results, notes);
	const [head, ...others] = outputs;
	if (head === undefined || !first.options.flag(attachPage)) return outputs;
	const page = await attachedPage(run, comparison, results, notes);
	return [{ ...head, binary: { [first.options.text(pageField) || pageField.default]: page } }, ...others];
}

function outputsOf(comparison: Comparison, { numbers, images, classes }: Results, notes: readonly string[]): Output[] {
	const { predictions, withoutPrediction, notFinished } = comparison;
	const { projectId, project, first, items: madeFrom } = predictions;
	switch (first.choice(output)) {
		case 'summary': {
			const left = { imagesWithoutPrediction: withoutPrediction.length, imagesNotFinished: notFinished.length };
			const json = { projectId, ...numbers, ...left, ...(notes.length === 0 ? {} : { notes: notes.join('\n') }) };
			return [{ json, madeFrom }];
		}
		case 'images':
			return images.map(({ truth, predicted, record }) => {
				const taskId = project.task(truth.imageId)?.taskId ?? truth.taskId;
				const json = {
					imageId: truth.imageId,
					imageName: truth.imageName,
					...(taskId === undefined ? {} : { taskId }),
					...(truth.status === undefined ? {} : { status: truth.status }),
					isPredicted: predicted !== undefined,
					...record,
				};
				return { json, madeFrom: predicted?.items ?? [] };
			});
		case 'classes':
			return classes.map((json) => ({ json, madeFrom }));
	}
}

async function comparisonOf(predictions: ProjectPredictions, run: Run): Promise<Comparison> {
	const { first, images: predictedImages } = predictions;
	const labels = await labelsOf(predictions, run);
	const includesSkipped = first.options.flag(includeSkipped);
	const included = labels.images.filter(({ status }) => includesSkipped || status !== 'skipped');
	const finished = await finish(sorted(included, byName));
	refuseNothing(predictions, finished);
	const countsMissing = first.options.choice(withoutPredictions) === 'missed';
	const isPredicted = ({ imageId }: LabeledImage) => predictedImages.has(imageId);
	const predicted = [...predictedImages.values()].map(({ image }) => image);
	const finishedIds = new Set(finished.map(({ imageId }) => imageId));
	return {
		predictions,
		images: finished
			.filter((image) => countsMissing || isPredicted(image))
			.map((truth) => ({ truth, predicted: predictedImages.get(truth.imageId) })),
		classes: labels.classes,
		hasScores: predicted.some(hasScore) || predicted.every(isEmpty),
		withoutPrediction: finished.filter((image) => !isPredicted(image)),
		countsMissing,
		notFinished: predicted.filter(({ imageId }) => !finishedIds.has(imageId)),
		unreadLabels: labels.problems.filter(({ severity }) => severity === 'error').length,
	};
}

async function labelsOf({ first, projectId }: ProjectPredictions, run: Run): Promise<FinishedLabels> {
	const choice = {
		projectId,
		isExact: first.options.choice(source) === 'tasks',
		includesSkipped: first.options.flag(includeSkipped),
		purpose: 'Predictions can be compared with the labels of images only, but this is a video project',
	};
	return await run.share(
		`finished labels ${JSON.stringify(choice)}`,
		async (patient) => await finishedLabels(patient, choice),
	);
}

function byName(a: LabeledImage, b: LabeledImage): number {
	return compareTexts(a.imageName, b.imageName) || compareTexts(a.imageId, b.imageId);
}

/** Such an answer needs no scores: what is not predicted cannot be right, at any score. */
function isEmpty({ objects, classifications }: LabeledImage): boolean {
	return objects.length === 0 && !hasValues(classifications);
}

function hasScore(image: LabeledImage): boolean {
	let isAny = Object.values(image.classifications).some(({ score }) => score !== undefined);
	eachObject(image, ({ score }) => (isAny ||= score !== undefined));
	return isAny;
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
