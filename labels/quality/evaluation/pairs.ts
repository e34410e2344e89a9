import type { Steps } from '../../steps/steps';
import { boxOverlap, sharedArea } from '../overlap';
import { sharedPixels } from '../maskRuns';
import { Column } from './columns';
import type { EvaluationKind } from './evaluation';
import type { Instance } from './instances';
import { keypointSimilarity } from './keypoints';

/** Predictions with labels that are compared in one step, and predictions whose labels are looked for. */
const [COMPARED, PREDICTIONS] = [128, 32];

/** Which predictions of an image overlap which labels, by prediction, then label; places in the two lists of instances. */
export interface Pairs {
	/** Where the pairs of each prediction begin; one more than predictions. */
	readonly starts: Uint32Array;
	readonly labels: Uint32Array;
	readonly overlaps: Float64Array;
}

/** How much two objects overlap, 0 to 1, as pycocotools computes it. */
export type Similarity = (predicted: Instance, label: Instance) => number;

export function similarityOf(kind: EvaluationKind, sigmaOf: (keypoint: string) => number): Similarity {
	switch (kind) {
		case 'boxes':
			return boxSimilarity;
		case 'masks':
			return maskSimilarity;
		case 'keypoints':
			return (predicted, label) => keypointSimilarity(predicted, label, sigmaOf);
	}
}

/** In a crowd, a prediction need not fill it: its own area counts instead of the union's. */
function boxSimilarity({ box: predicted }: Instance, { box: label, isCrowd }: Instance): number {
	if (!isCrowd) return boxOverlap(predicted, label);
	const shared = sharedArea(predicted, label);
	return shared === 0 ? 0 : shared / (predicted.width * predicted.height);
}

function maskSimilarity(predicted: Instance, label: Instance): number {
	if (predicted.mask === undefined || label.mask === undefined || boxSimilarity(predicted, label) === 0) return 0;
	const shared = sharedPixels(predicted.mask, label.mask);
	if (shared === 0) return 0;
	return shared / (label.isCrowd ? predicted.mask.area : predicted.mask.area + label.mask.area - shared);
}

/**
 * All pairs with at least the given overlap (above 0), so that memory grows with what overlaps and not with the product of both
 * counts.
 */
export function* overlappingPairs(
	predicted: readonly Instance[],
	labels: readonly Instance[],
	similarity: Similarity,
	candidatesOf: (predicted: Instance) => readonly number[],
	least: number,
): Steps<Pairs> {
	const starts = new Uint32Array(predicted.length + 1);
	const places = new Column((length) => new Uint32Array(length));
	const overlaps = new Column((length) => new Float64Array(length));
	let compared = 0;
	for (const [index, instance] of predicted.entries()) {
		if (index % PREDICTIONS === PREDICTIONS - 1) yield;
		const found: { readonly place: number; readonly overlap: number }[] = [];
		for (const place of candidatesOf(instance)) {
			if (++compared % COMPARED === 0) yield;
			const label = labels[place];
			const overlap = label === undefined ? 0 : similarity(instance, label);
			if (overlap >= least) found.push({ place, overlap });
		}
		if (found.length > 1) found.sort((a, b) => a.place - b.place);
		for (const { place, overlap } of found) {
			places.push(place);
			overlaps.push(overlap);
		}
		starts[index + 1] = overlaps.length;
	}
	return { starts, labels: places.values, overlaps: overlaps.values };
}
