import type { IDataObject } from 'n8n-workflow';
import {
	boundingBox,
	type Classifications,
	eachObject,
	type Geometry,
	type LabeledImage,
	type LabelObject,
	type VideoTrack,
} from '@datagym/labels';

/**
 * Labels as short texts for AI agents, such as `car 10 20 100 50, color red`: the class, the shape if it is none of rectangles, the
 * smallest box around it (left, top, width and height in whole pixels of the displayed image) or a point's position, and the answers.
 * Nested labels follow their parent with a `>`.
 */
export const LABEL_TEXT =
	'Each label: class, (shape) unless rectangle, x y width height of its box in pixels, answers. ">" marks a nested label.';

/** The same in a video: `car, frames 10-14, 20. 10: 2 2 30 40. 14: 9 2 30 40, color red`. */
export const TRACK_TEXT =
	'Each label: class, frames in which it is visible. Key frame: (shape) unless rectangle, x y width height in pixels, answers.';

/** Key frames of a label in a video, between which its place is in between, and times at which it comes into sight. */
const MOST_OF_A_TRACK = 20;

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

/** @param classNames of the labels, by their IDs, as far as they are known. */
export function briefTracks(tracks: readonly VideoTrack[], classNames: ReadonlyMap<string, string>): IDataObject {
	const texts = tracks.map((track) => trackText(track, classNames.get(track.id) ?? `label ${track.id}`));
	return { labelCount: tracks.length, labels: shortened(texts) };
}

function trackText({ visible, keyFrames }: VideoTrack, className: string): string {
	const ranges = visible.map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`));
	const places = keyFrames.map(({ frame, geometry, classifications }) => {
		const place = geometry === undefined ? '' : placeOf(geometry);
		return `${frame}:${[place, ...answersOf(classifications)].join(', ')}`;
	});
	const frames = firstOf(ranges, 'times').join(', ') || 'none';
	return [`${className}, frames ${frames}`, ...firstOf(places, 'key frames')].join('. ');
}

function firstOf(texts: readonly string[], what: string): readonly string[] {
	const rest = texts.length - MOST_OF_A_TRACK;
	return rest > 0 ? [...texts.slice(0, MOST_OF_A_TRACK), `and ${rest} more ${what}`] : texts;
}

function textOf({ className, geometry, classifications }: LabelObject): string {
	return [`${className}${placeOf(geometry)}`, ...answersOf(classifications)].join(', ');
}

function placeOf(geometry: Geometry): string {
	const shape = geometry.type === 'rectangle' ? '' : ` (${geometry.type})`;
	const { x, y, width, height } = boundingBox(geometry) ?? {};
	const numbers = geometry.type === 'point' ? [x, y] : [x, y, width, height];
	return `${shape}${numbers.map((number) => (number === undefined ? '' : ` ${Math.round(number)}`)).join('')}`;
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
