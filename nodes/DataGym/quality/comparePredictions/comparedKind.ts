import type { EvaluationKind, LabeledImage, LabelObject } from '@datagym/labels';
import type { ChoiceOf } from '../../runner/itemInput';
import type { kind } from './fields';

/** What of the objects is compared: what the user chose, or the most exact of what both the labels and the predictions have. */
export function comparedKind(
	choice: ChoiceOf<typeof kind>,
	labels: readonly LabeledImage[],
	predicted: readonly LabeledImage[],
): EvaluationKind {
	if (choice !== 'auto') return choice;
	const both = (isMeant: (object: LabelObject) => boolean) =>
		[labels, predicted].every((images) => images.some(({ objects }) => objects.some(isMeant)));
	if (both(({ children }) => children.some(({ geometry }) => geometry.type === 'point'))) return 'keypoints';
	return both(({ geometry: { type } }) => type === 'polygon' || type === 'segmentation') ? 'masks' : 'boxes';
}
