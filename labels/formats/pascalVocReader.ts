import type { XmlElement } from '@rgrove/parse-xml';
import type { Geometry, LabeledImage, LabelObject } from '../model';
import { readingError, type LabelProblem } from '../parsing/problem';
import { isPositive, shown } from '../parsing/record';
import { prediction, rectangleBetween, type PredictionReading } from './shared/predictions';
import { allNumbers, elementsOf, numberIn, textIn, xmlRoot } from './shared/xml';

/**
 * Reads a file of Pascal VOC: an image with boxes; `part` (head, hand, ...) is nested. A `polygon` of x1, y1, x2, y2, ...
 * as Roboflow writes it beside the box counts more than the box; `score` or `confidence` is read where a detector adds it.
 *
 * `firstPixel` is the number of the first pixel, as in `writePascalVoc`. Takes any text, never throws; paths are like
 * `object[3]`. Source: host.robots.ox.ac.uk/pascal/VOC/voc2012, devkit documentation, 3.3.
 */
export function readPascalVoc(text: string, firstPixel: 0 | 1 = 0): PredictionReading {
	const problems: LabelProblem[] = [];
	const root = rootOf(text);
	if (typeof root === 'string') {
		problems.push(readingError('unreadable', '', root));
		return { image: { imageId: '', imageName: '', objects: [], classifications: {} }, problems };
	}
	const objects = readObjects(root, 'object', '', firstPixel, problems);
	return { image: { ...imageOf(root), objects, classifications: {} }, problems };
}

function rootOf(text: string): XmlElement | string {
	const root = xmlRoot(text);
	if (typeof root === 'string' || root.name === 'annotation') return root;
	return `A Pascal VOC file must start with <annotation>, but got <${root.name}>. Provide the XML of one image.`;
}

function imageOf(root: XmlElement): Pick<LabeledImage, 'imageId' | 'imageName' | 'width' | 'height'> {
	const [size] = elementsOf(root, 'size');
	const width = numberIn(textIn(size, 'width'));
	const height = numberIn(textIn(size, 'height'));
	// Some tools write the whole path.
	const imageName = (textIn(root, 'filename') ?? '').split(/[\\/]/).at(-1) ?? '';
	return { imageId: '', imageName, ...(isPositive(width) && isPositive(height) && { width, height }) };
}

function readObjects(
	parent: XmlElement,
	tag: 'object' | 'part',
	place: string,
	firstPixel: 0 | 1,
	problems: LabelProblem[],
): LabelObject[] {
	return elementsOf(parent, tag).flatMap((element, index) => {
		const path = `${place}${tag}[${index}]`;
		const className = textIn(element, 'name') ?? '';
		const geometry = className === '' ? 'This object has no name. Add one.' : geometryOf(element, firstPixel);
		if (typeof geometry === 'string') {
			problems.push(readingError('unreadable', path, geometry, className));
			return [];
		}
		const score = numberIn(textIn(element, 'score') ?? textIn(element, 'confidence'));
		const children = tag === 'object' ? readObjects(element, 'part', `${path}.`, firstPixel, problems) : [];
		return [{ ...prediction(className, geometry, score), children }];
	});
}

/** The geometry, or a sentence that says why there is none. */
function geometryOf(element: XmlElement, firstPixel: 0 | 1): Geometry | string {
	const [polygon] = elementsOf(element, 'polygon');
	const shape = polygon === undefined ? undefined : polygonOf(polygon, firstPixel);
	if (shape !== undefined) return shape;
	const [box] = elementsOf(element, 'bndbox');
	const corners = ['xmin', 'ymin', 'xmax', 'ymax'].map((name) => textIn(box, name));
	const [left, top, right, bottom] = allNumbers(corners) ?? [];
	if (left === undefined || top === undefined || right === undefined || bottom === undefined) {
		return `The corners of this box are not valid (${corners.map(shown).join(', ')}). Provide xmin, ymin, xmax and ymax as numbers.`;
	}
	// Counted from 1, both pixels belong to the box: the last one's number is its right edge.
	return rectangleBetween(left - firstPixel, top - firstPixel, right, bottom);
}

function polygonOf(polygon: XmlElement, firstPixel: 0 | 1): Geometry | undefined {
	const count = Math.floor(elementsOf(polygon).length / 2);
	const points = Array.from({ length: count }, (_, index) => {
		const [x, y] = allNumbers([textIn(polygon, `x${index + 1}`), textIn(polygon, `y${index + 1}`)]) ?? [];
		return x === undefined || y === undefined ? undefined : { x: x - firstPixel, y: y - firstPixel };
	});
	const known = points.filter((point) => point !== undefined);
	return known.length >= 3 && known.length === points.length ? { type: 'polygon', points: known } : undefined;
}
