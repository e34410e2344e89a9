import type { Instance } from './instances';

/** `iouThrs` of pycocotools, to the last bit (0.9 is what `np.linspace` makes of it). */
export const THRESHOLDS: readonly number[] = [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.8999999999999999, 0.95];

/** A range of areas in square pixels, both ends included. */
export interface AreaRange {
	readonly name: 'all' | 'small' | 'medium' | 'large';
	readonly least: number;
	readonly most: number;
}

/** `areaRng` of pycocotools. */
export const AREA_RANGES: readonly AreaRange[] = [
	{ name: 'all', least: 0, most: 1e10 },
	{ name: 'small', least: 0, most: 32 ** 2 },
	{ name: 'medium', least: 32 ** 2, most: 96 ** 2 },
	{ name: 'large', least: 96 ** 2, most: 1e10 },
];

function isWithin({ area }: Instance, { least, most }: AreaRange): boolean {
	return area >= least && area <= most;
}

/** The pairs of one prediction within one class: places of labels, ascending, and how much they overlap. */
export interface Partners {
	readonly labels: readonly number[];
	readonly overlaps: readonly number[];
}

export interface Matching {
	/** Of each prediction: the label that it is matched with, or -1. */
	readonly partners: Int32Array;
	/** Of each prediction: 1 if it counts neither as right nor as wrong. */
	readonly ignored: Uint8Array;
}

/** Labels that count neither when they are found nor when they are missed. */
export function ignoredLabels(labels: readonly Instance[], range: AreaRange): Uint8Array {
	return Uint8Array.from(labels, (label) => (isIgnored(label) || !isWithin(label, range) ? 1 : 0));
}

/** Crowds, and labels of which no keypoint is known where keypoints are compared. */
function isIgnored({ isCrowd, keypoints }: Instance): boolean {
	return isCrowd || keypoints?.size === 0;
}

/**
 * Matches the predictions of one image and class with its labels: `evaluateImg` of pycocotools for one threshold. In the order of their
 * scores, each prediction takes the label that it overlaps the most, of those that are free (the last of several); one that is
 * ignored only when there is no other. Crowds are never taken away.
 *
 * @param predicted the highest score first.
 * @param partners of each of them.
 */
export function matchByScore(
	predicted: readonly Instance[],
	labels: readonly Instance[],
	partners: readonly Partners[],
	ignored: Uint8Array,
	range: AreaRange,
	threshold: number,
): Matching {
	const taken = new Uint8Array(labels.length);
	const matching = { partners: new Int32Array(predicted.length).fill(-1), ignored: new Uint8Array(predicted.length) };
	predicted.forEach((instance, place) => {
		const own = partners[place];
		const free = own === undefined ? -1 : bestFree(own, labels, taken, ignored, threshold);
		if (free >= 0) {
			taken[free] = 1;
			matching.partners[place] = free;
			matching.ignored[place] = ignored[free] ?? 0;
		} else if (!isWithin(instance, range)) matching.ignored[place] = 1;
	});
	return matching;
}

function bestFree(
	{ labels: places, overlaps }: Partners,
	labels: readonly Instance[],
	taken: Uint8Array,
	ignored: Uint8Array,
	threshold: number,
): number {
	for (const isIgnoredTurn of [0, 1]) {
		let [best, most] = [-1, Math.min(threshold, 1 - 1e-10)];
		for (let index = 0; index < places.length; index++) {
			const label = places[index] ?? 0;
			const overlap = overlaps[index] ?? 0;
			if (overlap < most || ignored[label] !== isIgnoredTurn) continue;
			if (taken[label] === 1 && labels[label]?.isCrowd !== true) continue;
			[best, most] = [label, overlap];
		}
		if (best >= 0) return best;
	}
	return -1;
}
