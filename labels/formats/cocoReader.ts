import { type LabeledImage, nestByParent, type PlacedObject } from '../model';
import { readingError, type LabelProblem } from '../parsing/problem';
import { isList, isRecord, shown } from '../parsing/record';
import { atOnce, type Steps } from '../steps/steps';
import { type CocoCategory, idOf, readObject, withoutCategory, withoutImage } from './cocoAnnotation';
import { CocoFile, type CocoIndex } from './cocoFile';

export type { CocoCategory, CocoIndex };

export interface CocoReading {
	readonly images: LabeledImage[];
	readonly problems: LabelProblem[];
}

/**
 * What the numbers in COCO results stand for: the images and categories of an instances file, or categories alone. Then all
 * results are about the one image that `imageReference` names, or, if it is empty, each `image_id` is itself a name or ID.
 */
export type CocoReferences =
	| CocoIndex
	| { readonly categories: CocoIndex['categories']; readonly imageReference: string };

/**
 * Reads COCO instances and keypoints. Takes anything, never throws; what cannot be read is reported (`annotations[3].bbox`).
 *
 * A segmentation of one list is a polygon, of several a segmentation; run lengths of either kind become a segmentation;
 * four corners of the bbox, or no segmentation, are a rectangle. Keypoints become nested points named as the category
 * names them, or else after their places, `keypoint_1`; an annotation without a box is the one around them. `attributes`,
 * `parent_id`, `score` and `datagym_id` are read as `writeCoco` writes them.
 */
export function readCoco(value: unknown): CocoReading {
	return atOnce(readCocoInSteps(value));
}

/** As `readCoco`, in steps, of a parsed file or of one that was taken in while it arrived. */
export function* readCocoInSteps(value: unknown): Steps<CocoReading> {
	const file = value instanceof CocoFile ? value : yield* CocoFile.of(value);
	const sorted = yield* file.sorted();
	const images: LabeledImage[] = [];
	for (const image of sorted.images()) {
		images.push(image);
		yield;
	}
	return { images, problems: [...sorted.problems] };
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
	const file = new CocoFile();
	for (const list of ['images', 'categories'] as const)
		atOnce(file.adding(list, isRecord(value) ? value[list] : undefined));
	return file.index();
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
		problems.push(withoutImage(path, value.image_id));
		return undefined;
	}
	const category = index.categories.get(idOf(value.category_id) ?? '');
	if (category === undefined) {
		problems.push(withoutCategory(path, value.category_id));
		return undefined;
	}
	const object = readObject(value, category);
	if (typeof object === 'string') {
		problems.push(readingError('coordinates', path, object, category.name));
		return undefined;
	}
	return { imageId, id: idOf(value.id) ?? path, parent: idOf(value.parent_id), object };
}
