import { type EvaluationKind, hasValues, type LabelObject } from '@datagym/labels';
import type { Comparison } from './comparison';
import { kind } from './fields';

/** What is compared: what the user chose, or the most exact of what both the labels and the predictions have. */
export function comparedKind({ predictions, images }: Comparison): EvaluationKind | 'imageClasses' {
	const choice = predictions.first.options.choice(kind);
	if (choice !== 'auto') return choice;
	const predicted = [...predictions.images.values()].map(({ image }) => image);
	const hasObjects = predicted.some(({ objects }) => objects.length > 0);
	if (!hasObjects && predicted.some(({ classifications }) => hasValues(classifications))) return 'imageClasses';
	const labels = images.map(({ truth }) => truth);
	const both = (isMeant: (object: LabelObject) => boolean) =>
		[labels, predicted].every((each) => each.some(({ objects }) => objects.some(isMeant)));
	if (both(({ children }) => children.some(({ geometry }) => geometry.type === 'point'))) return 'keypoints';
	return both(({ geometry: { type } }) => type === 'polygon' || type === 'segmentation') ? 'masks' : 'boxes';
}
