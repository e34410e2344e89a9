import { sameWords } from '../classes/classKey';
import { decodePng, isPng, type Png } from '../codecs/png';
import { polygonsOfMask } from '../geometry/maskShapes';
import { isGeometryClass, type LabelClass, type LabelObject } from '../model';
import { readingError, type LabelProblem } from '../parsing/problem';
import type { FormatReading } from './format';
import { type PredictedImage, prediction, scaledFrom } from './shared/predictions';

const BACKGROUND = 'background';
/** Pascal VOC's outlines of objects, of which nobody knows the class. Source: host.robots.ox.ac.uk/pascal/VOC/voc2012, "segmentation". */
const VOID = 255;

/**
 * Reads a mask of classes: a PNG with a palette or in gray, whose values are 0 for the background and else class IDs plus 1. Each part of
 * a class that touches no other one of it becomes a segmentation along the edges of its pixels, holes kept; on an image of another
 * size, scaled to it. Takes any bytes, never throws.
 *
 * @param names by class ID, or by value if the first is the background, as in `classes.txt`.
 */
export function readClassMask(
	bytes: Uint8Array,
	image: PredictedImage,
	names: readonly string[],
	classes: readonly LabelClass[] | undefined,
): FormatReading {
	const png = decodePng(bytes);
	if (typeof png === 'string') return unread(image, png);
	if (png.channels !== 1)
		return unread(image, 'The mask has colors instead of class IDs. Save it as PNG with a palette or in gray.');
	const nameOf = namesByValue(names, classes);
	const { image: scaledImage, scale } = scaledFrom(image, png);
	const problems: LabelProblem[] = [];
	const objects: LabelObject[] = [];
	const found = extentsOf(png);
	for (const [value, extent] of found) {
		const className = nameOf(value);
		if (className === undefined) {
			if (value === VOID && found.size > 1) continue;
			const message = `There is no class name for the class ID ${value - 1} (value ${value} of the mask). Enter all class names in the order of their IDs.`;
			problems.push(readingError('unknown-class', '', message));
			continue;
		}
		const place = {
			x: extent.left * scale.x,
			y: extent.top * scale.y,
			width: (extent.right - extent.left) * scale.x,
			height: (extent.bottom - extent.top) * scale.y,
		};
		const regions = polygonsOfMask(partOf(png, value, extent), place);
		if (regions === undefined) return unread(image, 'The mask is noise of millions of edges. Provide a mask of areas.');
		for (const region of regions) objects.push(prediction(className, { type: 'segmentation', regions: [region] }));
	}
	return { images: [{ image: { ...scaledImage, objects, classifications: {} }, problems: [] }], problems };
}

/** Whether a file is a PNG with one sample a pixel; its values are not looked at. */
export function isMaskFile(bytes: unknown): boolean {
	return bytes instanceof Uint8Array && isPng(bytes) && (bytes[COLOR_TYPE] === GRAY || bytes[COLOR_TYPE] === INDEXED);
}

/** The place of the color type in every PNG: behind the signature, in the header. */
const COLOR_TYPE = 25;
const GRAY = 0;
const INDEXED = 3;

function unread(image: PredictedImage, message: string): FormatReading {
	return {
		images: [{ image: { ...image, objects: [], classifications: {} }, problems: [] }],
		problems: [readingError('unreadable', '', message)],
	};
}

/** The name of a value other than 0. A project can have a class called background, whose name is the first of the IDs then. */
function namesByValue(
	names: readonly string[],
	classes: readonly LabelClass[] | undefined,
): (value: number) => string | undefined {
	const [first = '', second = ''] = names;
	const isClass = classes?.some((each) => isGeometryClass(each) && sameWords(each.key, BACKGROUND)) === true;
	const isByValue = sameWords(first, BACKGROUND) && (!isClass || sameWords(second, BACKGROUND));
	return (value) => names[isByValue ? value : value - 1] || undefined;
}

/** Pixels from (inclusive) and to (exclusive). */
interface Extent {
	readonly left: number;
	readonly top: number;
	readonly right: number;
	readonly bottom: number;
}

/** Where each value other than 0 is, in ascending order. */
function extentsOf({ width, data }: Png): Map<number, Extent> {
	const extents = new Map<number, Extent>();
	let [column, row] = [0, 0];
	for (const value of data) {
		if (value !== 0) {
			const { left, top, right, bottom } = extents.get(value) ?? NOWHERE;
			if (column < left || column >= right || row >= bottom)
				extents.set(value, {
					left: Math.min(left, column),
					top: Math.min(top, row),
					right: Math.max(right, column + 1),
					bottom: row + 1,
				});
		}
		column++;
		if (column < width) continue;
		column = 0;
		row++;
	}
	return new Map([...extents].sort(([a], [b]) => a - b));
}

const NOWHERE: Extent = { left: Infinity, top: Infinity, right: 0, bottom: 0 };

/** The pixels of one value, cut out of the mask. */
function partOf({ width, data }: Png, value: number, { left, top, right, bottom }: Extent) {
	const size = { width: right - left, height: bottom - top };
	const pixels = new Uint8Array(size.width * size.height);
	for (let row = 0; row < size.height; row++)
		for (let column = 0; column < size.width; column++)
			if (data[(top + row) * width + left + column] === value) pixels[row * size.width + column] = 1;
	return { ...size, pixels };
}
