import type { Geometry, Point } from './model';

/** All corners of a geometry, those of a rectangle clockwise from the top left. */
export function geometryPoints(geometry: Geometry): readonly Point[] {
	switch (geometry.type) {
		case 'rectangle': {
			const { x, y, width, height } = geometry;
			return [{ x, y }, { x: x + width, y }, { x: x + width, y: y + height }, { x, y: y + height }];
		}
		case 'point':
			return [geometry];
		case 'line':
		case 'polygon':
			return geometry.points;
		case 'segmentation':
			return geometry.regions.flat(2);
	}
}
