import type { DatasetClasses } from '../../classes/datasetClasses';
import type { ConversionReport } from '../../dataset/conversionReport';
import {
	eachObject,
	type LabelClass,
	type LabeledImage,
	type LabelObject,
	labelOf,
	type Point,
	type PointGeometry,
} from '../../model';
import type { Steps } from '../../steps/steps';
import type { ImageList } from '../../store/imageList';
import { countDetails, type Details, type SizedImage } from './boxes';

/** A label whose geometry is a point. */
export interface PointLabel extends LabelObject {
	readonly geometry: PointGeometry;
}

/** A label, with the first point of each name taken out of what is nested in it. */
export interface KeypointLabel {
	/** The label without its keypoints; what is nested in them moves up. */
	readonly object: LabelObject;
	/** One for each name. */
	readonly keypoints: readonly (PointLabel | undefined)[];
}

/** Takes the keypoints of the given names out of a label. `nameOf` says which of them a nested point is, if it is one. */
export function withKeypoints(
	object: LabelObject,
	names: readonly string[],
	nameOf: (point: PointLabel) => string | undefined,
): KeypointLabel {
	const places = names.map((name) => object.children.findIndex((child) => isPoint(child) && nameOf(child) === name));
	const children = object.children.flatMap((child, place) => (places.includes(place) ? child.children : [child]));
	const keypoints = places.map((place) => object.children[place]);
	return {
		object: { ...object, children },
		keypoints: keypoints.map((child) => (child !== undefined && isPoint(child) ? child : undefined)),
	};
}

function isPoint(object: LabelObject): object is PointLabel {
	return object.geometry.type === 'point';
}

/**
 * Where the keypoints of a written label are in the image, nothing for those that are missing. What is lost of them is
 * counted: points outside of the image, and details that the format has no place for.
 */
export function keypointPlaces(
	{ object, keypoints }: KeypointLabel,
	image: SizedImage,
	report: ConversionReport,
): (Point | undefined)[] {
	const held: Details = { nesting: true };
	return keypoints.map((keypoint) => {
		if (keypoint === undefined) return undefined;
		const { x, y } = keypoint.geometry;
		if (!Number.isFinite(x + y)) report.add('broken', labelOf(image), keypoint.className);
		else if (!(x >= 0 && y >= 0 && x <= image.width && y <= image.height))
			report.add('outside', labelOf(image), keypoint.className);
		else {
			countDetails(keypoint, object, labelOf(image), report, held);
			return { x, y };
		}
		return undefined;
	});
}

/** Counts the keypoints of a label that was not written: they are points that no format of boxes has a place for. */
export function countLostKeypoints({ keypoints }: KeypointLabel, image: LabeledImage, report: ConversionReport): void {
	for (const keypoint of keypoints)
		if (keypoint !== undefined) report.add('geometry-type', labelOf(image), keypoint.className);
}

/**
 * The names of the keypoints of each class of the dataset that has any, by its ID, in the order of their IDs: the point classes
 * below it in the label configuration, and those of points that are nested in its labels.
 */
export function* keypointNames(
	images: ImageList,
	labelClasses: readonly LabelClass[],
	classes: DatasetClasses,
): Steps<ReadonlyMap<number, readonly string[]>> {
	const ids = new Map<number, Set<number>>();
	const add = (parentKey: string | undefined, pointKey: string) => {
		const [parent, point] = [classes.classOf(parentKey ?? ''), classes.classOf(pointKey)];
		if (typeof parent === 'string' || typeof point === 'string') return;
		const known = ids.get(parent.id);
		if (known === undefined) ids.set(parent.id, new Set([point.id]));
		else known.add(point.id);
	};
	for (const { key, type, parents } of labelClasses) if (type === 'point') add(parents?.at(-1), key);
	for (const image of images.mayHavePoints === false ? [] : images) {
		eachObject(image, ({ className, geometry }, parent) => {
			if (geometry.type === 'point' && parent?.geometry.type !== 'point') add(parent?.className, className);
		});
		yield;
	}
	return new Map(
		[...ids].map(([id, points]) => [id, [...points].sort((a, b) => a - b).map((point) => classes.names[point] ?? '')]),
	);
}
