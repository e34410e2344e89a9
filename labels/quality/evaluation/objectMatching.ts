import type { Instance } from './instances';
import type { Pairs } from './pairs';

/** A pair of places in the lists of instances. */
export interface MatchedPair {
	readonly predicted: number;
	readonly label: number;
	readonly overlap: number;
}

/**
 * Which prediction is which label, across classes, for the confusion matrix and the lists of mistakes: the rule of supervision's
 * `ConfusionMatrix` (Roboflow, 0.31; `_confusion_matrix_from_iou`). Pairs that overlap enough are visited those of one class
 * first, then by falling overlap (of equal ones by label, then prediction), and each object is taken once. The score decides
 * only which predictions take part. An overlap that equals the threshold is enough, as for COCO; in supervision it is not.
 */
export function matchByOverlap(
	predicted: readonly Instance[],
	labels: readonly Instance[],
	{ starts, labels: partners, overlaps }: Pairs,
	least: { readonly overlap: number; readonly score: number },
): MatchedPair[] {
	const pairs: (MatchedPair & { readonly isSameClass: boolean })[] = [];
	predicted.forEach(({ score, classNumber }, place) => {
		if (score < least.score) return;
		for (let index = starts[place] ?? 0; index < (starts[place + 1] ?? 0); index++) {
			const [label, overlap] = [partners[index] ?? 0, overlaps[index] ?? 0];
			if (overlap < least.overlap || !counts(labels[label])) continue;
			pairs.push({ predicted: place, label, overlap, isSameClass: labels[label]?.classNumber === classNumber });
		}
	});
	pairs.sort(
		(a, b) =>
			Number(b.isSameClass) - Number(a.isSameClass) ||
			b.overlap - a.overlap ||
			a.label - b.label ||
			a.predicted - b.predicted,
	);
	const taken = { predicted: new Set<number>(), labels: new Set<number>() };
	return pairs.filter(({ predicted: place, label }) => {
		if (taken.predicted.has(place) || taken.labels.has(label)) return false;
		taken.predicted.add(place);
		taken.labels.add(label);
		return true;
	});
}

/** Whether a label is one that can be missed. */
export function counts(label: Instance | undefined): boolean {
	return label !== undefined && !label.isCrowd && label.keypoints?.size !== 0;
}
