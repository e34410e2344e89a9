import { classificationsOf } from '../classes/attributes';
import {
	type Geometry,
	type LabeledImage,
	type LabelObject,
	nestByParent,
	type PlacedObject,
	type Point,
} from '../model';
import { readingError, type LabelProblem } from '../parsing/problem';
import { isList, isPositive, isRecord, numbersOf, shown, textOf, type JsonRecord } from '../parsing/record';
import { boundingBox, type Box, boxCorners } from '../geometry/shapes';
import { readRunLengths } from './shared/masks';
import { keypointLabels, keypointNamesFor } from './shared/predictedKeypoints';

export interface CocoReading {
	readonly images: LabeledImage[];
	readonly problems: LabelProblem[];
}

/** Images and categories of an instances file by their ids, which results refer to. */
export interface CocoIndex {
	readonly images: ReadonlyMap<string, LabeledImage>;
	readonly categories: ReadonlyMap<string, CocoCategory>;
}

/**
 * What the numbers in COCO results stand for: the images and categories of an instances file, or categories alone. Then all
 * results are about the one image that `imageReference` names, or, if it is empty, each `image_id` is itself a name or ID.
 */
export type CocoReferences =
	| CocoIndex
	| { readonly categories: CocoIndex['categories']; readonly imageReference: string };

export interface CocoCategory {
	readonly name: string;
	readonly keypoints: readonly string[];
}

/**
 * Reads COCO instances and keypoints. Takes anything, never throws; what cannot be read is reported (`annotations[3].bbox`).
 *
 * A segmentation of one list is a polygon, of several a segmentation; run lengths of either kind become a segmentation;
 * four corners of the bbox, or no segmentation, are a rectangle. Keypoints become nested points named as the category
 * names them, or else after their places, `keypoint_1`; an annotation without a box is the one around them. `attributes`,
 * `parent_id`, `score` and `datagym_id` are read as `writeCoco` writes them.
 */
export function readCoco(value: unknown): CocoReading {
	const problems: LabelProblem[] = [];
	const index = readIndex(value, problems);
	const found = new Map<string, Found[]>([...index.images.keys()].map((id) => [id, []]));
	listOf(value, 'annotations', problems).forEach((annotation, position) => {
		const read = readAnnotation(annotation, `annotations[${position}]`, index, problems);
		if (read !== undefined) found.get(read.imageId)?.push(read);
	});
	const images = [...index.images].map(([id, image]) => ({ ...image, objects: nestByParent(found.get(id) ?? []) }));
	return { images, problems };
}

/**
 * Reads COCO results, the list that detectors write: `[{image_id, category_id, bbox, score}]`, also with segmentation or
 * keypoints. The ids are those of the instances file, whose `cocoIndex` is needed.
 */
export function readCocoResults(value: unknown, index: CocoIndex): CocoReading {
	const problems: LabelProblem[] = [];
	const found = new Map<string, Found[]>();
	if (!isList(value))
		problems.push(
			readingError(
				'unreadable',
				'',
				`COCO results must be a list, but got ${shown(value)}. Provide [{"image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4], "score": 0.9}].`,
			),
		);
	(isList(value) ? value : []).forEach((result, position) => {
		const read = readAnnotation(result, `[${position}]`, index, problems);
		if (read === undefined) return;
		const others = found.get(read.imageId);
		if (others === undefined) found.set(read.imageId, [read]);
		else others.push(read);
	});
	const images = [...found].flatMap(([id, objects]) => {
		const image = index.images.get(id);
		return image === undefined ? [] : [{ ...image, objects: nestByParent(objects) }];
	});
	return { images, problems };
}

/** The images (without labels) and categories of an instances file. */
export function cocoIndex(value: unknown): CocoIndex & { readonly problems: LabelProblem[] } {
	const problems: LabelProblem[] = [];
	return { ...readIndex(value, problems), problems };
}

function readIndex(value: unknown, problems: LabelProblem[]): CocoIndex {
	const images = new Map<string, LabeledImage>();
	listOf(value, 'images', problems).forEach((image, position) => {
		const id = isRecord(image) ? idOf(image.id) : undefined;
		if (!isRecord(image) || id === undefined)
			problems.push(
				readingError('unreadable', `images[${position}]`, 'This image has no ID. Provide a whole number as "id".'),
			);
		else if (images.has(id))
			problems.push(
				readingError(
					'duplicate',
					`images[${position}].id`,
					`Two images have the ID ${id}; the first one is used. Use a different ID for each image.`,
				),
			);
		else images.set(id, readImage(image));
	});
	const categories = new Map<string, CocoCategory>();
	listOf(value, 'categories', problems).forEach((category, position) => {
		const id = isRecord(category) ? idOf(category.id) : undefined;
		const name = isRecord(category) ? textOf(category.name) : undefined;
		if (!isRecord(category) || id === undefined || name === undefined)
			problems.push(
				readingError('unreadable', `categories[${position}]`, 'This category has no ID or no name. Provide both.'),
			);
		else
			categories.set(id, {
				name,
				keypoints: isList(category.keypoints) ? category.keypoints.filter((part) => typeof part === 'string') : [],
			});
	});
	return { images, categories };
}

function readImage(image: JsonRecord): LabeledImage {
	const { width, height } = image;
	return {
		imageId: textOf(image.datagym_id) ?? '',
		imageName: textOf(image.file_name) ?? '',
		...(isPositive(width) && isPositive(height) && { width, height }),
		objects: [],
		classifications: classificationsOf(image.attributes),
	};
}

interface Found extends PlacedObject {
	readonly imageId: string;
}

function readAnnotation(value: unknown, path: string, index: CocoIndex, problems: LabelProblem[]): Found | undefined {
	if (!isRecord(value)) {
		problems.push(
			readingError('unreadable', path, `An annotation must be an object, but got ${shown(value)}. Remove it.`),
		);
		return undefined;
	}
	const imageId = idOf(value.image_id);
	if (imageId === undefined || !index.images.has(imageId)) {
		problems.push(
			readingError(
				'no-image',
				`${path}.image_id`,
				`The file has no image with the ID ${shown(value.image_id)}. Provide the instances file that the IDs come from.`,
			),
		);
		return undefined;
	}
	const category = index.categories.get(idOf(value.category_id) ?? '');
	if (category === undefined) {
		problems.push(
			readingError(
				'unknown-class',
				`${path}.category_id`,
				`The file has no category with the ID ${shown(value.category_id)}. Provide the instances file that the IDs come from.`,
			),
		);
		return undefined;
	}
	const geometry = readShape(value, category);
	if (typeof geometry === 'string') {
		problems.push(readingError('coordinates', path, geometry, category.name));
		return undefined;
	}
	const { score } = value;
	const object: LabelObject = {
		className: category.name,
		geometry,
		classifications: classificationsOf(value.attributes),
		children: geometry.type === 'point' ? [] : keypointsOf(value.keypoints, category.keypoints),
		...(typeof score === 'number' && Number.isFinite(score) && { score }),
	};
	return { imageId, id: idOf(value.id) ?? path, parent: idOf(value.parent_id), object };
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

function listOf(value: unknown, field: string, problems: LabelProblem[]): readonly unknown[] {
	const list = isRecord(value) ? value[field] : undefined;
	if (isList(list)) return list;
	problems.push(
		readingError(
			'unreadable',
			field,
			`A COCO file must contain a list "${field}", but got ${shown(list)}. Provide the complete file.`,
		),
	);
	return [];
}

/** Ids are numbers, but some tools write texts. */
function idOf(value: unknown): string | undefined {
	return typeof value === 'number' || (typeof value === 'string' && value !== '') ? String(value) : undefined;
}
