import { type Box, boundingBox } from '../geometry/shapes';
import type { Geometry } from '../model';
import { maskRunsOf, sharedPixels } from './maskRuns';

/**
 * Intersection over union (IoU, the Jaccard index) of two boxes, 0 to 1: computed exactly as `bbIou` of COCO's maskApi.c, so that
 * it is the same number to the last bit. Boxes without an area overlap nothing.
 */
export function boxOverlap(a: Box, b: Box): number {
	const shared = sharedArea(a, b);
	return shared === 0 ? 0 : shared / (a.width * a.height + b.width * b.height - shared);
}

/** Square pixels that are in both boxes. */
export function sharedArea(a: Box, b: Box): number {
	const width = Math.min(a.width + a.x, b.width + b.x) - Math.max(a.x, b.x);
	if (!(width > 0)) return 0;
	const height = Math.min(a.height + a.y, b.height + b.y) - Math.max(a.y, b.y);
	return height > 0 ? width * height : 0;
}

/** Pairs of shapes of less pixels in width and height are enlarged before their pixels are counted, those of more reduced. */
const PIXELS = { fewest: 64, most: 8192 } as const;

/**
 * Intersection over union of two shapes, 0 to 1. Of two rectangles it is exact; polygons and segmentations are counted in pixels of the
 * image, painted as `maskRunsOf` does, small ones in parts of pixels. Points and lines have no area and overlap nothing.
 */
export function shapeOverlap(a: Geometry, b: Geometry): number {
	if (a.type === 'rectangle' && b.type === 'rectangle') return boxOverlap(a, b);
	const [boxA, boxB] = [boundingBox(a), boundingBox(b)];
	if (boxA === undefined || boxB === undefined || sharedArea(boxA, boxB) === 0) return 0;
	const [right, bottom] = [
		Math.max(boxA.x + boxA.width, boxB.x + boxB.width),
		Math.max(boxA.y + boxA.height, boxB.y + boxB.height),
	];
	const [x, y] = [Math.min(boxA.x, boxB.x), Math.min(boxA.y, boxB.y)];
	// The grid stays the one of the image's pixels, unless both shapes are inside of one.
	const unit = Math.min(1, Math.max(right - x, bottom - y));
	const [left, top] = [Math.floor(x / unit) * unit, Math.floor(y / unit) * unit];
	const [width, height] = [Math.ceil((right - left) / unit), Math.ceil((bottom - top) / unit)];
	const longer = Math.max(width, height);
	const enlargement = longer > PIXELS.most ? PIXELS.most / longer : Math.max(1, Math.ceil(PIXELS.fewest / longer));
	const size = { width: Math.ceil(width * enlargement), height: Math.ceil(height * enlargement) };
	const [maskA, maskB] = [a, b].map((geometry) => maskRunsOf(moved(geometry, left, top, enlargement / unit), size));
	if (maskA === undefined || maskB === undefined) return 0;
	const shared = sharedPixels(maskA, maskB);
	return shared === 0 ? 0 : shared / (maskA.area + maskB.area - shared);
}

function moved(geometry: Geometry, left: number, top: number, scale: number): Geometry {
	const point = ({ x, y }: { readonly x: number; readonly y: number }) => ({
		x: (x - left) * scale,
		y: (y - top) * scale,
	});
	switch (geometry.type) {
		case 'rectangle':
			return { ...geometry, ...point(geometry), width: geometry.width * scale, height: geometry.height * scale };
		case 'point':
			return { ...geometry, ...point(geometry) };
		case 'line':
		case 'polygon':
			return { ...geometry, points: geometry.points.map(point) };
		case 'segmentation':
			return { ...geometry, regions: geometry.regions.map((rings) => rings.map((ring) => ring.map(point))) };
	}
}
