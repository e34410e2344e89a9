import type { XmlElement } from '@rgrove/parse-xml';
import { classificationsOf } from '../classes/attributes';
import { regionsOfMask } from '../geometry/maskPolygons';
import type { Classifications, Geometry, LabeledImage, LabelObject, Point } from '../model';
import { readingError, type LabelProblem } from '../parsing/problem';
import { isPositive, setOwn } from '../parsing/record';
import { boundingBox } from '../geometry/shapes';
import { boxAroundEllipse } from './shared/ellipse';
import { rectangleBetween } from './shared/predictions';
import { allNumbers, elementsOf, numberIn, xmlRoot } from './shared/xml';

/**
 * Reads "CVAT for images 1.1": box (a turned one becomes a polygon), polygon, polyline, points (one label each), mask, and
 * ellipse as the box around it. Attributes become answers under their names; `tag` with attributes, those of the image.
 *
 * Takes any text, never throws; paths are like `image[2].box[0]`. A skeleton is the box around its points,
 * in which they are nested. Tracks (CVAT for video) and cuboids are reported as not read. Source: docs.cvat.ai, "CVAT for images"; `cvat/apps/dataset_manager/formats/cvat.py`.
 */
export function readCvat(text: string): { readonly images: LabeledImage[]; readonly problems: LabelProblem[] } {
	const problems: LabelProblem[] = [];
	const root = xmlRoot(text);
	if (typeof root === 'string' || root.name !== 'annotations') {
		problems.push(
			readingError(
				'unreadable',
				'',
				typeof root === 'string'
					? root
					: `A CVAT file must start with <annotations>, but got <${root.name}>. Export it as "CVAT for images".`,
			),
		);
		return { images: [], problems };
	}
	if (elementsOf(root, 'track').length > 0)
		problems.push(readingError('not-supported', '', 'The file contains video tracks. Export it as "CVAT for images".'));
	return {
		images: elementsOf(root, 'image').map((image, index) => readImage(image, `image[${index}]`, problems)),
		problems,
	};
}

function readImage(image: XmlElement, place: string, problems: LabelProblem[]): LabeledImage {
	const width = numberIn(image.attributes.width);
	const height = numberIn(image.attributes.height);
	const counts = new Map<string, number>();
	const objects: LabelObject[] = [];
	let classifications: Classifications = {};
	for (const shape of elementsOf(image)) {
		const index = counts.get(shape.name) ?? 0;
		counts.set(shape.name, index + 1);
		if (shape.name === 'tag') {
			classifications = { ...classifications, ...answersOf(shape) };
			continue;
		}
		const skeleton = shape.name === 'skeleton' ? skeletonOf(shape) : undefined;
		if (skeleton !== undefined) {
			objects.push(skeleton);
			continue;
		}
		const geometries = shape.attributes.label === undefined ? 'This shape has no label. Add one.' : geometriesOf(shape);
		if (typeof geometries === 'string')
			problems.push(readingError('unreadable', `${place}.${shape.name}[${index}]`, geometries, shape.attributes.label));
		else
			for (const geometry of geometries)
				objects.push({
					className: shape.attributes.label ?? '',
					geometry,
					classifications: answersOf(shape),
					children: [],
				});
	}
	return {
		imageId: '',
		// In a task of several folders, names are paths.
		imageName: (image.attributes.name ?? '').split(/[\\/]/).at(-1) ?? '',
		...(isPositive(width) && isPositive(height) && { width, height }),
		objects,
		classifications,
	};
}

/** A skeleton has no shape but its points: it is the box around them, in which they are nested. Those outside are left out. */
function skeletonOf(shape: XmlElement): LabelObject | undefined {
	const { label } = shape.attributes;
	const children = elementsOf(shape, 'points').flatMap(({ attributes }): LabelObject[] => {
		const [x, y, ...more] = allNumbers((attributes.points ?? '').split(',')) ?? [];
		if (attributes.outside === '1' || attributes.label === undefined) return [];
		if (x === undefined || y === undefined || more.length > 0) return [];
		return [{ className: attributes.label, geometry: { type: 'point', x, y }, classifications: {}, children: [] }];
	});
	const points = children.flatMap(({ geometry }) => (geometry.type === 'point' ? [geometry] : []));
	const box = boundingBox({ type: 'line', points });
	if (label === undefined || box === undefined) return undefined;
	return { className: label, geometry: { type: 'rectangle', ...box }, classifications: answersOf(shape), children };
}

/** The geometries, or a sentence that says why there is none. */
function geometriesOf(shape: XmlElement): Geometry[] | string {
	const { attributes } = shape;
	switch (shape.name) {
		case 'box': {
			const [left, top, right, bottom] =
				allNumbers([attributes.xtl, attributes.ytl, attributes.xbr, attributes.ybr]) ?? [];
			if (left === undefined || top === undefined || right === undefined || bottom === undefined)
				return 'This box needs finite numbers as xtl, ytl, xbr and ybr. Draw it again.';
			return [orientedBox(left, top, right, bottom, numberIn(attributes.rotation) ?? 0)];
		}
		case 'ellipse': {
			const [x, y, radiusX, radiusY] = allNumbers([attributes.cx, attributes.cy, attributes.rx, attributes.ry]) ?? [];
			if (x === undefined || y === undefined || radiusX === undefined || radiusY === undefined)
				return 'This ellipse needs finite numbers as center and radii. Draw it again.';
			return [boxAroundEllipse(x, y, radiusX, radiusY, numberIn(attributes.rotation) ?? 0)];
		}
		case 'polygon':
			return withPoints(shape, 3, (points) => [{ type: 'polygon', points }]);
		case 'polyline':
			return withPoints(shape, 2, (points) => [{ type: 'line', points }]);
		case 'points':
			return withPoints(shape, 1, (points) => points.map(({ x, y }) => ({ type: 'point', x, y })));
		case 'mask':
			return maskOf(shape);
		default:
			return `Shapes of type <${shape.name}> are not supported. Convert them to polygons.`;
	}
}

/** `rotation` is in degrees, clockwise around the center. */
function orientedBox(left: number, top: number, right: number, bottom: number, rotation: number): Geometry {
	if (rotation % 360 === 0) return rectangleBetween(left, top, right, bottom);
	const cos = Math.cos((rotation * Math.PI) / 180);
	const sin = Math.sin((rotation * Math.PI) / 180);
	const [x, y] = [(left + right) / 2, (top + bottom) / 2];
	const corners = [
		[left, top],
		[right, top],
		[right, bottom],
		[left, bottom],
	] as const;
	return {
		type: 'polygon',
		points: corners.map(([cx, cy]) => ({
			x: x + (cx - x) * cos - (cy - y) * sin,
			y: y + (cx - x) * sin + (cy - y) * cos,
		})),
	};
}

function withPoints(
	{ name, attributes }: XmlElement,
	fewest: number,
	make: (points: Point[]) => Geometry[],
): Geometry[] | string {
	const points: Point[] = [];
	for (const pair of (attributes.points ?? '').split(';')) {
		const [x, y, ...more] = allNumbers(pair.split(',')) ?? [];
		if (x === undefined || y === undefined || more.length > 0)
			return `The points of this ${name} must be pairs of finite numbers. Draw it again.`;
		points.push({ x, y });
	}
	return points.length < fewest
		? `A ${name} needs at least ${fewest} points, but has ${points.length}. Draw it again.`
		: make(points);
}

/** Pixels; a few bytes of run lengths can claim any size. */
const LARGEST_MASK = 100_000_000;

/** Run lengths of the mask's own box, row by row, beginning with pixels that are off. */
function maskOf({ attributes }: XmlElement): Geometry[] | string {
	const [left, top, width, height] =
		allNumbers([attributes.left, attributes.top, attributes.width, attributes.height]) ?? [];
	const runs = allNumbers((attributes.rle ?? '').split(','));
	const isSize =
		width !== undefined &&
		height !== undefined &&
		Number.isInteger(width) &&
		Number.isInteger(height) &&
		width * height > 0 &&
		width * height <= LARGEST_MASK;
	// Rows of the mask are columns of the transposed mask, which is what COCO's run lengths go by.
	const transposed = runs !== undefined && isSize ? regionsOfMask(runs, height, width) : undefined;
	if (transposed === undefined || left === undefined || top === undefined)
		return 'The run lengths do not match the size of the mask. Draw it again.';
	const regions = transposed.map((rings) =>
		rings.map((ring) => ring.map(({ x, y }) => ({ x: y + left, y: x + top })).reverse()),
	);
	return regions.length === 0 ? 'The mask is empty. Remove it.' : [{ type: 'segmentation', regions }];
}

function answersOf(shape: XmlElement): Classifications {
	const attributes: Record<string, string> = {};
	for (const attribute of elementsOf(shape, 'attribute'))
		setOwn(attributes, attribute.attributes.name ?? '', attribute.text);
	return classificationsOf(attributes);
}
