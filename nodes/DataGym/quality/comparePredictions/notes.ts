import type { LabeledImage } from '@datagym/labels';
import type { Comparison } from './comparison';

/** More names are counted. */
const MOST_NAMES = 10;

/** What somebody should know who reads the numbers, as sentences. */
export function notesOn(comparison: Comparison): readonly string[] {
	const { withoutPrediction, countsMissing, notFinished, unreadLabels, predictions } = comparison;
	return [
		...(withoutPrediction.length > 0 ? [missingNote(withoutPrediction, countsMissing)] : []),
		...(notFinished.length > 0
			? [
					`Excluded, because they are not finished: ${named(notFinished, 'image with predictions', 'images with predictions')}.`,
				]
			: []),
		...unknownClassNotes(comparison),
		...(predictions.unread.length > 0
			? [`Predictions that could not be read and do not count: ${predictions.unread.length}.`]
			: []),
		...(predictions.rejected.length > 0
			? [`Images whose predictions could not be used: ${named(predictions.rejected.map(({ image }) => image))}.`]
			: []),
		...(unreadLabels > 0
			? [
					`Labels that could not be read and do not count: ${unreadLabels}. Try setting "Label Source" to "Task Details".`,
				]
			: []),
		...warnings(comparison),
	];
}

function missingNote(images: readonly LabeledImage[], countsMissing: boolean): string {
	const which = named(images, 'finished image without a prediction', 'finished images without a prediction');
	return countsMissing
		? `The labels of these count as missed: ${which}. If the model was not asked about them, set "Images Without Predictions" to "Exclude".`
		: `Excluded: ${which}.`;
}

function unknownClassNotes({ predictions }: Comparison): string[] {
	const counts = new Map<string, number>();
	for (const { report } of predictions.prepared)
		for (const { reason, className = '', count } of report)
			if (reason === 'not-in-project' || reason === 'image-class')
				counts.set(className, (counts.get(className) ?? 0) + count);
	if (counts.size === 0) return [];
	const names = [...counts].sort((a, b) => b[1] - a[1]).map(([name, count]) => `${name} (${count})`);
	return [
		`Excluded, because the project does not have their classes: ${listed(names)}. Map them with "Class Mapping" if they are called differently.`,
	];
}

/** Of the predictions themselves, each once. */
function warnings({ predictions }: Comparison): string[] {
	const messages = predictions.prepared.flatMap(({ warnings }) => warnings.map(({ message }) => message));
	return [...new Set(messages)].slice(0, MOST_NAMES);
}

function named(
	images: ReadonlyArray<Pick<LabeledImage, 'imageId' | 'imageName'>>,
	noun = 'image',
	nouns = 'images',
): string {
	const names = images.map(({ imageId, imageName }) => imageName || imageId);
	return `${images.length} ${images.length === 1 ? noun : nouns} (${listed(names)})`;
}

function listed(names: readonly string[]): string {
	const rest = names.length - MOST_NAMES;
	return `${names.slice(0, MOST_NAMES).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
