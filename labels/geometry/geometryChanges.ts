import type { Geometry, GeometryType, Point } from '../model';
import { hasArea } from './coveredArea';
import { boundingBox, boxCorners, clipBox, clipRing } from './shapes';

interface Size {
	readonly width: number;
	readonly height: number;
}

/**
 * A geometry as one of the given type, where that loses no more than the type cannot hold: a box becomes its corners or the area
 * in them, a polygon the box around it or a segmentation, a segmentation the exteriors of its parts. Others (and all without a type) stay as they are.
 */
export function fittedGeometries(geometry: Geometry, type: GeometryType | undefined): Geometry[] {
	if (type === 'rectangle' && (geometry.type === 'polygon' || geometry.type === 'segmentation')) {
		const box = boundingBox(geometry);
		return [box === undefined ? geometry : { type: 'rectangle', ...box }];
	}
	if (type === 'polygon' && geometry.type === 'rectangle') return [{ type: 'polygon', points: boxCorners(geometry) }];
	if (type === 'polygon' && geometry.type === 'segmentation') {
		return geometry.regions.map(([exterior = []]): Geometry => ({ type: 'polygon', points: exterior }));
	}
	if (type === 'segmentation' && (geometry.type === 'polygon' || geometry.type === 'rectangle')) {
		const exterior = geometry.type === 'polygon' ? geometry.points : boxCorners(geometry);
		return [{ type: 'segmentation', regions: [[exterior]] }];
	}
	return [geometry];
}

/** The part of a geometry inside of an image (itself when it is inside), or nothing when there is none. */
export function clippedGeometry(geometry: Geometry, size: Size): Geometry | undefined {
	switch (geometry.type) {
		case 'rectangle': {
			const box = clipBox(geometry, size);
			return box === undefined || box === geometry ? box && geometry : { type: 'rectangle', ...box };
		}
		case 'point':
			return isInside(geometry, size) ? geometry : undefined;
		case 'line':
			return clippedLine(geometry.points, size, geometry);
		case 'polygon': {
			const points = clipRing(geometry.points, size);
			if (points === geometry.points) return geometry;
			return hasArea(points) ? { type: 'polygon', points } : undefined;
		}
		case 'segmentation': {
			const regions = geometry.regions
				.map((rings) => rings.map((ring) => clipRing(ring, size)).filter((ring, index) => index === 0 || hasArea(ring)))
				.filter(([exterior = []]) => hasArea(exterior));
			const [before, after] = [geometry.regions.flat(), regions.flat()];
			if (after.length === before.length && after.every((ring, index) => ring === before[index])) return geometry;
			return regions.length === 0 ? undefined : { type: 'segmentation', regions };
		}
	}
}

/** Points outside move to the nearest place at the edge: a line has no parts, and its ends matter more than its course. */
function clippedLine(points: readonly Point[], size: Size, whole: Geometry): Geometry | undefined {
	const inside = points.filter((point) => isInside(point, size)).length;
	if (inside === points.length) return whole;
	if (inside === 0) return undefined;
	const near = (value: number, most: number) => Math.min(Math.max(value, 0), most);
	return { type: 'line', points: points.map(({ x, y }) => ({ x: near(x, size.width), y: near(y, size.height) })) };
}

function isInside({ x, y }: Point, { width, height }: Size): boolean {
	return x >= 0 && y >= 0 && x <= width && y <= height;
}

/** The geometry with its edges and points at the nearest whole pixels. */
export function roundedGeometry(geometry: Geometry): Geometry {
	const round = ({ x, y }: Point): Point => ({ x: Math.round(x) + 0, y: Math.round(y) + 0 });
	switch (geometry.type) {
		case 'rectangle': {
			const corner = round(geometry);
			const opposite = round({ x: geometry.x + geometry.width, y: geometry.y + geometry.height });
			return { type: 'rectangle', ...corner, width: opposite.x - corner.x, height: opposite.y - corner.y };
		}
		case 'point':
			return { type: 'point', ...round(geometry) };
		case 'line':
		case 'polygon':
			return { type: geometry.type, points: geometry.points.map(round) };
		case 'segmentation':
			return { type: 'segmentation', regions: geometry.regions.map((rings) => rings.map((ring) => ring.map(round))) };
	}
}
