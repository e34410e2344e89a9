import { sameKey, sameWords } from '../classes/classKey';
import type { ConversionReport } from '../dataset/conversionReport';
import { COCO_KEYPOINTS } from '../formats/shared/predictedKeypoints';
import { type LabelClass, type LabeledImage, type LabelObject, labelOf } from '../model';

/**
 * Gives the keypoints of a model the point classes that are nested in the class of their label: by name, where `Left-Eye` is
 * `left eye` and `left_eye`, or, without names (`keypoint_1`, …), in the order that the user gave, the one of COCO if the class has
 * all of its 17 points, or by the numbers in the keys. Never in the order of the keys, which says nothing of that of a model.
 *
 * Keypoints without a class are counted in `report` and left out. Pure: the given image stays as it is.
 *
 * @param order keys of the point classes in the order of the model; empty if the user gave none.
 */
export function withKeypointClasses(
	image: LabeledImage,
	classes: readonly LabelClass[],
	order: readonly string[],
	report: ConversionReport,
): LabeledImage {
	if (!image.objects.some(({ children }) => children.some(isPoint))) return image;
	const pointsOf = new Map<string, readonly string[]>();
	const pointsBelow = (className: string) => {
		const known = pointsOf.get(className) ?? nestedPoints(className, classes);
		pointsOf.set(className, known);
		return known;
	};
	const objects = image.objects.map((object) => {
		const { className, geometry } = object;
		if (geometry.type === 'point' || !object.children.some(isPoint)) return object;
		const keys = pointsBelow(className);
		const children = object.children.flatMap((child) => {
			if (!isPoint(child)) return [child];
			const key = keyFor(child.className, keys, order);
			if (key === undefined) report.add('keypoint', labelOf(image), className);
			return key === undefined ? [] : [{ ...child, className: key }];
		});
		return { ...object, children };
	});
	return { ...image, objects };
}

function isPoint({ geometry }: LabelObject): boolean {
	return geometry.type === 'point';
}

/** Keys of the point classes directly below a class. */
function nestedPoints(className: string, classes: readonly LabelClass[]): string[] {
	return classes.flatMap(({ key, type, parents }) =>
		type === 'point' && parents?.length === 1 && sameKey(parents[0] ?? '', className) ? [key] : [],
	);
}

function keyFor(name: string, keys: readonly string[], order: readonly string[]): string | undefined {
	const named = keys.find((key) => sameKey(key, name)) ?? keys.find((key) => sameWords(key, name));
	if (named !== undefined) return named;
	const [, place] = /^keypoint_(\d{1,5})$/.exec(name) ?? [];
	return place === undefined ? undefined : inOrder(Number(place) - 1, keys, order);
}

function inOrder(index: number, keys: readonly string[], order: readonly string[]): string | undefined {
	const find = (names: readonly string[]) => keys.find((key) => sameWords(key, names[index] ?? ''));
	if (order.length > 0) return find(order);
	if (keys.length === 1) return keys[index];
	const isCoco = COCO_KEYPOINTS.every((name) => keys.some((key) => sameWords(key, name)));
	return isCoco ? find(COCO_KEYPOINTS) : numbered(keys)?.[index];
}

/** Keys that differ by their numbers only, in the order of these. */
function numbered(keys: readonly string[]): string[] | undefined {
	const parted = keys.map((key) => {
		let end = key.length;
		while (end > 0 && '0123456789'.includes(key.charAt(end - 1))) end--;
		return { key, name: key.slice(0, end), number: key.slice(end) };
	});
	if (!parted.every(({ name, number }) => number !== '' && name === parted[0]?.name)) return undefined;
	return parted.sort((a, b) => Number(a.number) - Number(b.number)).map(({ key }) => key);
}
