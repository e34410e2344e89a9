import type { LabelObject } from '../../model';

/** One keypoint of a model, in pixels. */
export interface PredictedKeypoint {
	readonly x: number;
	readonly y: number;
	/** 0 for a point that is not there. */
	readonly visibility: number;
	/** How sure the model is of it, 0 to 1. */
	readonly score?: number;
}

/** The keypoints of people in COCO, in their order, as most pose models are trained. Source: `person_keypoints_val2017.json`. */
export const COCO_KEYPOINTS: readonly string[] = [
	'nose',
	...['eye', 'ear', 'shoulder', 'elbow', 'wrist', 'hip', 'knee', 'ankle'].flatMap((part) => [
		`left_${part}`,
		`right_${part}`,
	]),
];

/**
 * The names of keypoints that come without any: those that the user gave, or those of COCO if there are as many, or else their
 * places, `keypoint_1`, `keypoint_2`, … A sentence if the user gave more or less.
 */
export function keypointNamesFor(count: number, given: readonly string[]): readonly string[] | string {
	if (given.length > 0 && given.length !== count)
		return `The model has ${count} keypoints, but "Keypoints" has ${given.length}. Enter one for each, in their order.`;
	if (given.length > 0) return given;
	if (count === COCO_KEYPOINTS.length) return COCO_KEYPOINTS;
	return Array.from({ length: count }, (_, index) => `keypoint_${index + 1}`);
}

/** Nested points of those keypoints that are there. */
export function keypointLabels(
	keypoints: readonly (PredictedKeypoint | undefined)[],
	names: readonly string[],
): LabelObject[] {
	return keypoints.flatMap((keypoint, index): LabelObject[] => {
		const className = names[index];
		if (className === undefined || keypoint === undefined || !(keypoint.visibility > 0)) return [];
		const { x, y, score } = keypoint;
		const label: LabelObject = { className, geometry: { type: 'point', x, y }, classifications: {}, children: [] };
		return [score === undefined ? label : { ...label, score }];
	});
}
