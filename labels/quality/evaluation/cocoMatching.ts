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

/** Whether an object is of a size; of a prediction that is not, it counts nothing that it is unmatched. */
export function isWithin({ area }: Instance, { least, most }: AreaRange): boolean {
	return area >= least && area <= most;
}

/** The pairs of one prediction within one class: places of labels, ascending, and how much they overlap. */
export interface Partners {
	readonly labels: readonly number[];
	readonly overlaps: readonly number[];
}

/** Labels that count neither when they are found nor when they are missed. */
export function ignoredLabels(labels: readonly Instance[], range: AreaRange): Uint8Array {
	const ignored = new Uint8Array(labels.length);
	for (const [place, label] of labels.entries()) if (isIgnored(label) || !isWithin(label, range)) ignored[place] = 1;
	return ignored;
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
 * @param partners of each prediction, the one with the highest score first.
 * @param ignored of each label, 1 if it is.
 * @returns of each prediction, the place of its label or -1.
 */
export function matchByScore(
	partners: readonly Partners[],
	labels: readonly Instance[],
	ignored: Uint8Array,
	threshold: number,
): Int32Array {
	const matched = new Int32Array(partners.length);
	const match = matcherByScore(labels, ignored, threshold);
	for (let place = 0; place < matched.length; place++) matched[place] = match(partners[place]);
	return matched;
}

/** The same, one prediction after the other, for work in steps. */
export function matcherByScore(
	labels: readonly Instance[],
	ignored: Uint8Array,
	threshold: number,
): (own: Partners | undefined) => number {
	const taken = new Uint8Array(labels.length);
	return (own) => {
		const label = own === undefined || own.labels.length === 0 ? -1 : bestFree(own, labels, taken, ignored, threshold);
		if (label >= 0) taken[label] = 1;
		return label;
	};
}

function bestFree(
	{ labels: places, overlaps }: Partners,
	labels: readonly Instance[],
	taken: Uint8Array,
	ignored: Uint8Array,
	threshold: number,
): number {
	for (let turn = 0; turn < 2; turn++) {
		let [best, most] = [-1, Math.min(threshold, 1 - 1e-10)];
		for (let index = 0; index < places.length; index++) {
			const label = places[index] ?? 0;
			const overlap = overlaps[index] ?? 0;
			if (overlap < most || ignored[label] !== turn) continue;
			if (taken[label] === 1 && labels[label]?.isCrowd !== true) continue;
			[best, most] = [label, overlap];
		}
		if (best >= 0) return best;
	}
	return -1;
}
