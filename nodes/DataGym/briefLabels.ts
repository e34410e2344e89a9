import type { IDataObject } from 'n8n-workflow';
import {
	boundingBox,
	type Classifications,
	eachObject,
	type Geometry,
	type LabeledImage,
	type LabelObject,
} from '@datagym/labels';

/**
 * Labels as short texts for AI agents, such as `car 10 20 100 50, color red`: the class, the shape if it is none of rectangles, the
 * smallest box around it (left, top, width and height in whole pixels of the displayed image) or a point's position, and the answers.
 * Nested labels follow their parent with a `>`.
 */
export const LABEL_TEXT =
	'Each label: class, (shape) unless rectangle, x y width height of its box in pixels, answers. ">" marks a nested label.';

/** An image with more labels would leave no place for others. In characters. */
const MOST_OF_AN_IMAGE = 6_000;

export function briefLabels({
	objects,
	classifications,
}: Pick<LabeledImage, 'objects' | 'classifications'>): IDataObject {
	const texts: string[] = [];
	eachObject({ objects }, (object, parent) => texts.push(`${parent === undefined ? '' : '> '}${textOf(object)}`));
	const image = answersOf(classifications);
	return {
		labelCount: texts.length,
		labels: shortened(texts),
		...(image.length === 0 ? {} : { classifications: image }),
	};
}

function textOf({ className, geometry, classifications }: LabelObject): string {
	const shape = geometry.type === 'rectangle' ? '' : ` (${geometry.type})`;
	return [`${className}${shape}${placeOf(geometry)}`, ...answersOf(classifications)].join(', ');
}

function placeOf(geometry: Geometry): string {
	const { x, y, width, height } = boundingBox(geometry) ?? {};
	const numbers = geometry.type === 'point' ? [x, y] : [x, y, width, height];
	return numbers.map((number) => (number === undefined ? '' : ` ${Math.round(number)}`)).join('');
}

/** `color red`; one below another comes after it. */
export function answersOf(classifications: Classifications): string[] {
	return Object.entries(classifications).flatMap(([key, { values, children }]) => [
		...(values.length === 0 ? [] : [`${key} ${values.join('/')}`]),
		...answersOf(children),
	]);
}

function shortened(texts: readonly string[]): readonly string[] {
	let length = 0;
	const first = texts.findIndex((text) => (length += text.length) > MOST_OF_AN_IMAGE);
	return first < 0 ? texts : [...texts.slice(0, first), `and ${texts.length - first} more labels`];
}
