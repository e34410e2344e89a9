import { sortedInPlace } from '../../steps/sortedNumbers';
import type { Steps } from '../../steps/steps';
import { Column } from './columns';
import type { Instance } from './instances';
import type { Pairs } from './pairs';

/** Predictions, and pairs, that are looked at in one step. */
const [PREDICTIONS, PAIRS] = [32, 4096];

/** A label and a prediction that are taken for the same object. */
export interface MatchedInstances {
	readonly predicted: Instance;
	readonly label: Instance;
	readonly overlap: number;
}

/**
 * Which prediction is which label, across classes, for the confusion matrix and the lists of mistakes: the rule of supervision's
 * `ConfusionMatrix` (Roboflow, 0.31; `_confusion_matrix_from_iou`). Pairs that overlap enough are visited those of one class
 * first, then by falling overlap (of equal ones by label, then prediction), and each object is taken once. The score decides
 * only which predictions take part. An overlap that equals the threshold is enough, as for COCO; in supervision it is not.
 */
export function* matchByOverlap(
	predicted: readonly Instance[],
	labels: readonly Instance[],
	pairs: Pairs,
	least: { readonly overlap: number; readonly score: number },
): Steps<MatchedInstances[]> {
	const { overlaps } = pairs;
	const owners = new Uint32Array(overlaps.length);
	const enough = new Column((length) => new Uint32Array(length));
	for (const [place, { score }] of predicted.entries()) {
		if (place % PREDICTIONS === PREDICTIONS - 1) yield;
		owners.fill(place, pairs.starts[place], pairs.starts[place + 1]);
		if (score < least.score) continue;
		for (let pair = pairs.starts[place] ?? 0; pair < (pairs.starts[place + 1] ?? 0); pair++)
			if ((overlaps[pair] ?? 0) >= least.overlap && counts(labels[pairs.labels[pair] ?? 0])) enough.push(pair);
	}
	const classesOf = (pair: number) =>
		labels[pairs.labels[pair] ?? 0]?.classNumber === predicted[owners[pair] ?? 0]?.classNumber ? 0 : 1;
	const visited = yield* sortedInPlace(
		enough.values,
		(a, b) =>
			classesOf(a) - classesOf(b) ||
			(overlaps[b] ?? 0) - (overlaps[a] ?? 0) ||
			(pairs.labels[a] ?? 0) - (pairs.labels[b] ?? 0) ||
			a - b,
	);
	const taken = new Set<Instance>();
	const matched: MatchedInstances[] = [];
	for (const [index, pair] of visited.entries()) {
		if (index % PAIRS === PAIRS - 1) yield;
		const [label, prediction] = [labels[pairs.labels[pair] ?? 0], predicted[owners[pair] ?? 0]];
		if (label === undefined || prediction === undefined || taken.has(label) || taken.has(prediction)) continue;
		taken.add(label).add(prediction);
		matched.push({ label, predicted: prediction, overlap: overlaps[pair] ?? 0 });
	}
	return matched;
}

/** Whether a label is one that can be missed. */
export function counts(label: Instance | undefined): boolean {
	return label !== undefined && !label.isCrowd && label.keypoints?.size !== 0;
}
