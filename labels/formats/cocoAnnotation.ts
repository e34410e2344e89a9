import { classificationsOf } from '../classes/attributes';
import { boundingBox, type Box, boxCorners } from '../geometry/shapes';
import type { Geometry, LabelObject, Point } from '../model';
import { readingError, type LabelProblem } from '../parsing/problem';
import { isList, isRecord, numbersOf, shown, type JsonRecord } from '../parsing/record';
import { readRunLengths } from './shared/masks';
import { keypointLabels, keypointNamesFor } from './shared/predictedKeypoints';

export interface CocoCategory {
	readonly name: string;
	readonly keypoints: readonly string[];
}

/** An annotation as a label, or a sentence that says why it has no shape. */
export function readObject(value: JsonRecord, category: CocoCategory): LabelObject | string {
	const geometry = readShape(value, category);
	if (typeof geometry === 'string') return geometry;
	const { score } = value;
	return {
		className: category.name,
		geometry,
		classifications: classificationsOf(value.attributes),
		children: geometry.type === 'point' ? [] : keypointsOf(value.keypoints, category.keypoints),
		...(typeof score === 'number' && Number.isFinite(score) && { score }),
	};
}

export function withoutImage(path: string, id: unknown): LabelProblem {
	return readingError(
		'no-image',
		`${path}.image_id`,
		`The file has no image with the ID ${shown(id)}. Provide the instances file that the IDs come from.`,
	);
}

export function withoutCategory(path: string, id: unknown): LabelProblem {
	return readingError(
		'unknown-class',
		`${path}.category_id`,
		`The file has no category with the ID ${shown(id)}. Provide the instances file that the IDs come from.`,
	);
}

/** The geometry, or a sentence that says why there is none. */
function readShape(value: JsonRecord, category: CocoCategory): Geometry | string {
	const bbox = numbersOf(value.bbox, 4);
	const points = keypointsOf(value.keypoints, category.keypoints);
	const [only] = points;
	if (category.keypoints.length === 1 && only !== undefined && (bbox === undefined || (bbox[2] === 0 && bbox[3] === 0)))
		return only.geometry;
	const { segmentation } = value;
	if (isRecord(segmentation)) return readRunLengths(segmentation);
	if (isList(segmentation) && segmentation.length > 0) return readRings(segmentation, bbox);
	if (bbox === undefined && points.length > 1) return { type: 'rectangle', ...boxAround(points) };
	if (bbox === undefined)
		return 'The annotation has neither a bbox of four finite numbers nor a segmentation. Provide one of them.';
	const [x = 0, y = 0, width = 0, height = 0] = bbox;
	return { type: 'rectangle', x, y, width, height };
}

/** The official results of keypoints have no box. */
function boxAround(points: readonly LabelObject[]): Box {
	const positions = points.flatMap(({ geometry }) => (geometry.type === 'point' ? [geometry] : []));
	return boundingBox({ type: 'line', points: positions }) ?? { x: 0, y: 0, width: 0, height: 0 };
}

function readRings(lists: readonly unknown[], bbox: readonly number[] | undefined): Geometry | string {
	const rings: Point[][] = [];
	for (const list of lists) {
		const numbers = numbersOf(list);
		if (numbers === undefined || numbers.length < 6 || numbers.length % 2 === 1)
			return 'A segmentation must be a list of polygons of at least three points. Provide [[x, y, x, y, x, y]].';
		rings.push(pairs(numbers));
	}
	const [ring = []] = rings;
	if (rings.length > 1) return { type: 'segmentation', regions: rings.map((each) => [each]) };
	const [x = 0, y = 0, width = 0, height = 0] = bbox ?? [];
	return bbox !== undefined && isSame(ring, boxCorners({ x, y, width, height }))
		? { type: 'rectangle', x, y, width, height }
		: { type: 'polygon', points: ring };
}

function isSame(ring: readonly Point[], corners: readonly Point[]): boolean {
	return (
		ring.length === corners.length &&
		ring.every((point, index) => point.x === corners[index]?.x && point.y === corners[index]?.y)
	);
}

function pairs(numbers: readonly number[]): Point[] {
	const points: Point[] = [];
	for (let index = 0; index + 1 < numbers.length; index += 2)
		points.push({ x: numbers[index] ?? 0, y: numbers[index + 1] ?? 0 });
	return points;
}

/** Keypoints that are there (visibility above 0), named as the category names them, or after their places. */
function keypointsOf(value: unknown, names: readonly string[]): LabelObject[] {
	const numbers = numbersOf(value) ?? [];
	const keypoints = Array.from({ length: Math.floor(numbers.length / 3) }, (_, index) => {
		const [x = 0, y = 0, visibility = 0] = numbers.slice(index * 3, index * 3 + 3);
		return { x, y, visibility };
	});
	const places = names.length > 0 ? names : keypointNamesFor(keypoints.length, []);
	return typeof places === 'string' ? [] : keypointLabels(keypoints, places);
}

/** Ids are numbers, but some tools write texts. */
export function idOf(value: unknown): string | undefined {
	return typeof value === 'number' || (typeof value === 'string' && value !== '') ? String(value) : undefined;
}
