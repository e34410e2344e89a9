import { boundingBox } from '../geometry/shapes';
import type { Classification, Classifications, LabeledImage, LabelObject } from '../model';
import { ownValue, setOwn } from '../parsing/record';
import type { LabelContent, LabelValue } from './labelValue';

/**
 * What decides on the order of labels, which the server gives in another one each time it is asked: by class key, then from top to bottom, then
 * from left to right (by the top left corner of the box around each), then by what else is known of them, the ID at last. So it
 * stays as long as the labels stay. Keys compare by code units, so that the order is the same on every machine.
 */
interface Position {
	readonly key: string;
	readonly top: number;
	readonly left: number;
	/** Asked for only where all else is alike. */
	readonly rest: () => string;
}

function compare(a: Position, b: Position): number {
	return compareTexts(a.key, b.key) || a.top - b.top || a.left - b.left || compareTexts(a.rest(), b.rest());
}

/** By code units, the same on every machine, unlike an order by locale. */
export function compareTexts(a: string, b: string): number {
	if (a === b) return 0;
	return a < b ? -1 : 1;
}

/** The image with its labels, those in them, and its classifications in their order. */
export function inOrder(image: LabeledImage): LabeledImage {
	return {
		...image,
		objects: objectsInOrder(image.objects),
		classifications: classificationsInOrder(image.classifications),
	};
}

/** Those of one level, with what is in them. */
function objectsInOrder(objects: readonly LabelObject[]): readonly LabelObject[] {
	return sorted(objects.map(withOrderInside), (object) => {
		const { x = 0, y = 0 } = boundingBox(object.geometry) ?? {};
		return { key: object.className, top: y, left: x, rest: () => object.id ?? JSON.stringify(object) };
	});
}

/** The same object if there is nothing to sort in it, since an export holds millions. */
function withOrderInside(object: LabelObject): LabelObject {
	const children = object.children.length === 0 ? object.children : objectsInOrder(object.children);
	const classifications = classificationsInOrder(object.classifications);
	const isSame = children === object.children && classifications === object.classifications;
	return isSame ? object : { ...object, children, classifications };
}

function classificationsInOrder(classifications: Classifications): Classifications {
	const keys = Object.keys(classifications);
	let isSame = keys.every((key, index) => index === 0 || compareTexts(keys[index - 1] ?? '', key) < 0);
	const ordered: Record<string, Classification> = {};
	for (const key of isSame ? keys : keys.sort(compareTexts)) {
		const classification = ownValue(classifications, key);
		if (classification === undefined) continue;
		const children = classificationsInOrder(classification.children);
		const isChildSame = children === classification.children;
		isSame &&= isChildSame;
		setOwn(ordered, key, isChildSame ? classification : { ...classification, children });
	}
	return isSame ? classifications : ordered;
}

/** The same order for values, which the classifications of their level follow. */
export function valuesInOrder(values: readonly LabelValue[]): readonly LabelValue[] {
	return sorted(values, (value) => {
		const [top, left] = cornerOf(value.content);
		return { key: `${isAnswer(value) ? 1 : 0} ${value.key}`, top, left, rest: () => value.valueId };
	});
}

function isAnswer({ content }: LabelValue): boolean {
	return 'selectKey' in content || 'checkedValues' in content || 'text' in content;
}

function cornerOf({ x, y, points, pointsCollection }: LabelContent): [top: number, left: number] {
	if (x !== undefined || y !== undefined) return [y ?? 0, x ?? 0];
	const all = points ?? pointsCollection?.flatMap((ring) => ring.points) ?? [];
	const least = (numbers: ReadonlyArray<number | null>) =>
		numbers.reduce<number>((least, number) => Math.min(least, number ?? 0), Infinity);
	return all.length === 0 ? [0, 0] : [least(all.map((point) => point.y)), least(all.map((point) => point.x))];
}

function sorted<Value>(values: readonly Value[], positionOf: (value: Value) => Position): readonly Value[] {
	if (values.length < 2) return values;
	return values
		.map((value) => ({ value, position: positionOf(value) }))
		.sort((a, b) => compare(a.position, b.position))
		.map(({ value }) => value);
}
