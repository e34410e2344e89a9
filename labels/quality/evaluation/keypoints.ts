import { sameWords } from '../../classes/classKey';
import { COCO_KEYPOINTS } from '../../formats/shared/predictedKeypoints';
import type { Instance } from './instances';

/** Source: `kpt_oks_sigmas` of pycocotools, in the order of COCO's keypoints. */
const COCO_SIGMAS = [
	0.26, 0.25, 0.25, 0.35, 0.35, 0.79, 0.79, 0.72, 0.72, 0.62, 0.62, 1.07, 1.07, 0.87, 0.87, 0.89, 0.89,
].map((sigma) => sigma / 10);

/** Of a keypoint that nothing is known of: 1 / 10, as Ultralytics takes for a pose of ten points. */
const UNKNOWN_SIGMA = 0.1;

/**
 * How far people who label are apart on each keypoint, as a share of the object's size (square root of its area). If all keypoints are
 * named as some of COCO's 17, those of COCO; otherwise 1 / (number of keypoints) for each, as Ultralytics takes (`PoseValidator`).
 */
export function keypointSigmas(keys: readonly string[]): Map<string, number> {
	const isCoco = keys.every((key) => cocoSigma(key) !== undefined);
	return new Map(keys.map((key) => [key, (isCoco ? cocoSigma(key) : undefined) ?? 1 / keys.length]));
}

function cocoSigma(key: string): number | undefined {
	return COCO_SIGMAS[COCO_KEYPOINTS.findIndex((name) => sameWords(name, key))];
}

/** The sigma of a keypoint: the given one, or the one of COCO's keypoint of this name, or 0.1. */
export function sigmaFinder(given: ReadonlyMap<string, number> = new Map()): (key: string) => number {
	const known = new Map(given);
	return (key) => {
		const sigma = known.get(key) ?? cocoSigma(key) ?? UNKNOWN_SIGMA;
		known.set(key, sigma);
		return sigma;
	};
}

/** `np.spacing(1)`, which pycocotools adds where it divides. */
export const SPACING = 2 ** -52;

/**
 * Object keypoint similarity (OKS) as pycocotools computes it: the mean over the label's keypoints of exp(-d² / (2 s² k²)), where d is the
 * distance, s² the label's area and k twice the sigma. A keypoint that is not predicted counts 0. For a label without keypoints,
 * which is never missed, d is the distance to a box twice its size around it, and the mean is over the predicted points.
 */
export function keypointSimilarity(predicted: Instance, label: Instance, sigmaOf: (key: string) => number): number {
	const points = label.keypoints ?? new Map<never, never>();
	const found = predicted.keypoints ?? new Map<never, never>();
	const scale = label.area + SPACING;
	let sum = 0;
	if (points.size > 0) {
		for (const [key, { x, y }] of points) {
			const place = found.get(key);
			if (place !== undefined) sum += closeness(place.x - x, place.y - y, sigmaOf(key), scale);
		}
		return sum / points.size;
	}
	const { x, y, width, height } = label.box;
	for (const [key, place] of found) {
		const dx = Math.max(0, x - width - place.x) + Math.max(0, place.x - (x + width * 2));
		const dy = Math.max(0, y - height - place.y) + Math.max(0, place.y - (y + height * 2));
		sum += closeness(dx, dy, sigmaOf(key), scale);
	}
	return found.size === 0 ? 0 : sum / found.size;
}

function closeness(dx: number, dy: number, sigma: number, scale: number): number {
	const spread = sigma * 2;
	return Math.exp(-((dx * dx + dy * dy) / (spread * spread) / scale / 2));
}
