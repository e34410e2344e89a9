import { comparableKey } from '../../classes/classKey';
import { coveredArea } from '../../geometry/coveredArea';
import { type Box, boundingBox, regionArea } from '../../geometry/shapes';
import {
	type Geometry,
	type ImageSize,
	type LabeledImage,
	type LabelObject,
	eachObject,
	possibleSizes,
} from '../../model';
import type { Steps } from '../../steps/steps';
import { type MaskRuns, maskRunsOf } from '../maskRuns';
import type { EvaluationKind, ImagePair } from './evaluation';

/** Objects in a step, of which each may have to be painted. */
const STEP = 8;

/** The points of an object by the key of their class (as keys are compared), with their places in the image. */
type Keypoints = ReadonlyMap<string, { readonly x: number; readonly y: number }>;

/** One object as it is compared. */
export interface Instance {
	/** Number of the class in the evaluation. */
	readonly classNumber: number;
	/** 1 of what has none. */
	readonly score: number;
	/** The bounding box; of masks the one of their pixels. */
	readonly box: Box;
	/** Square pixels, for the sizes small, medium and large, and as the scale of keypoints: COCO's field `area`. */
	readonly area: number;
	/** COCO's `iscrowd`: a region of many objects, in which nothing is wrong. DataGym has none. */
	readonly isCrowd: boolean;
	readonly mask?: MaskRuns;
	/** Where keypoints are compared; empty if the label has none. */
	readonly keypoints?: Keypoints;
	readonly object: LabelObject;
}

/** The objects of an image that can be compared, and how many cannot; points nested in others are not counted. */
export interface Instances {
	readonly instances: readonly Instance[];
	readonly skipped: number;
}

/**
 * What is compared of an object, in a form of COCO's: areas are those that our COCO file gives (`formats/coco.ts`) for labels, and those
 * that pycocotools gives to results (`loadRes`) for predictions.
 */
type Compared = Omit<Instance, 'classNumber' | 'score' | 'isCrowd' | 'object'>;

export function* instancesOf(
	image: LabeledImage,
	kind: EvaluationKind,
	role: 'label' | 'prediction',
	size: ImageSize,
	classNumber: (className: string) => number,
): Steps<Instances> {
	const instances: Instance[] = [];
	let skipped = 0;
	const objects: Array<readonly [object: LabelObject, parent: LabelObject | undefined]> = [];
	eachObject(image, (object, parent) => objects.push([object, parent]));
	for (const [index, [object, parent]] of objects.entries()) {
		if (index % STEP === STEP - 1) yield;
		const compared = comparedBy(kind, role, object, size);
		if (compared !== undefined) {
			const score = Number.isFinite(object.score) ? (object.score ?? 1) : 1;
			instances.push({ ...compared, classNumber: classNumber(object.className), score, isCrowd: false, object });
		} else if (parent === undefined || object.geometry.type !== 'point') skipped++;
	}
	return { instances, skipped };
}

function comparedBy(
	kind: EvaluationKind,
	role: 'label' | 'prediction',
	object: LabelObject,
	size: ImageSize,
): Compared | undefined {
	const box = boundingBox(object.geometry);
	if (box === undefined || object.geometry.type === 'point') return undefined;
	switch (kind) {
		case 'boxes': {
			if (!(box.width > 0 && box.height > 0)) return undefined;
			return { box, area: role === 'label' ? areaOf(object.geometry) : box.width * box.height };
		}
		case 'masks': {
			const mask = maskRunsOf(object.geometry, size);
			if (mask === undefined) return undefined;
			return { box: mask.box, mask, area: role === 'label' ? areaOf(object.geometry, mask) : mask.area };
		}
		case 'keypoints': {
			const keypoints = keypointsOf(object);
			if (role === 'label') return { box, area: areaOf(object.geometry), keypoints };
			return keypoints.size === 0 ? undefined : { box, area: box.width * box.height, keypoints };
		}
	}
}

/** As our COCO file says; holes of a mask are counted in pixels, where there is one. */
function areaOf(geometry: Geometry, mask?: MaskRuns): number {
	switch (geometry.type) {
		case 'rectangle':
			return geometry.width * geometry.height;
		case 'polygon':
			return coveredArea(geometry.points);
		case 'segmentation':
			if (geometry.regions.every((rings) => rings.length === 1))
				return geometry.regions.flat().reduce((sum, ring) => sum + coveredArea(ring), 0);
			return mask?.area ?? geometry.regions.reduce((sum, region) => sum + regionArea(region), 0);
		case 'line':
		case 'point': {
			const { width, height } = boundingBox(geometry) ?? { width: 0, height: 0 };
			return width * height;
		}
	}
}

/** The first point of each class. */
function keypointsOf({ children }: LabelObject): Keypoints {
	const points = new Map<string, { readonly x: number; readonly y: number }>();
	for (const { className, geometry } of children) {
		if (geometry.type !== 'point' || !Number.isFinite(geometry.x + geometry.y)) continue;
		const key = comparableKey(className);
		if (!points.has(key)) points.set(key, geometry);
	}
	return points;
}

/** The size in which the masks of an image are painted: its own, or what holds all shapes when nobody knows it. */
export function paintedSize({ truth, predicted }: ImagePair): ImageSize {
	const sizes = [truth, predicted].map(possibleSizes).find(({ length }) => length > 0);
	if (sizes !== undefined) return largest(sizes);
	const boxes: Box[] = [];
	for (const image of [truth, predicted])
		eachObject(image, ({ geometry }) => {
			const box = boundingBox(geometry);
			if (box !== undefined) boxes.push(box);
		});
	return largest(boxes.map(({ x, y, width, height }) => ({ width: x + width, height: y + height })));
}

/** Of a JPEG, in pixels. What lies farther out is nowhere, and would be painted column by column. */
const LONGEST_SIDE = 65_535;

function largest(sizes: readonly ImageSize[]): ImageSize {
	let [width, height] = [1, 1];
	for (const size of sizes) [width, height] = [Math.max(width, size.width), Math.max(height, size.height)];
	return { width: Math.min(Math.ceil(width), LONGEST_SIDE), height: Math.min(Math.ceil(height), LONGEST_SIDE) };
}
