import type { Geometry, Point } from '@datagym/labels/model';
import type { Random } from './random';
import type { Box } from './realisticProject';

/** As a hand draws a shape a second time: each corner a pixel or a hundredth of the size away. */
export function redrawn(geometry: Geometry, random: Random): Geometry {
	const box = boxOf(geometry);
	const hand = (size: number) => random.normal(0, Math.max(0.5, 0.012 * size));
	const point = ({ x, y }: Point): Point => ({ x: x + hand(box.width), y: y + hand(box.height) });
	switch (geometry.type) {
		case 'rectangle': {
			const [from, to] = [point(box), point({ x: box.x + box.width, y: box.y + box.height })];
			return { type: 'rectangle', ...from, width: to.x - from.x, height: to.y - from.y };
		}
		case 'point':
			return { type: 'point', x: geometry.x + random.normal(0, 0.6), y: geometry.y + random.normal(0, 0.6) };
		case 'line':
			return {
				type: 'line',
				points: geometry.points.map(({ x, y }) => ({ x: x + random.normal(0, 0.6), y: y + random.normal(0, 0.6) })),
			};
		case 'polygon':
		case 'segmentation':
			return moved(geometry, hand(box.width), hand(box.height));
	}
}

export function moved(geometry: Geometry, right: number, down: number): Geometry {
	const point = ({ x, y }: Point): Point => ({ x: x + right, y: y + down });
	switch (geometry.type) {
		case 'rectangle':
		case 'point':
			return { ...geometry, ...point(geometry) };
		case 'line':
		case 'polygon':
			return { ...geometry, points: geometry.points.map(point) };
		case 'segmentation':
			return { ...geometry, regions: geometry.regions.map((rings) => rings.map((ring) => ring.map(point))) };
	}
}

function pointsOf(geometry: Geometry): readonly Point[] {
	switch (geometry.type) {
		case 'rectangle':
			return [geometry, { x: geometry.x + geometry.width, y: geometry.y + geometry.height }];
		case 'point':
			return [geometry];
		case 'line':
		case 'polygon':
			return geometry.points;
		case 'segmentation':
			return geometry.regions.flat(2);
	}
}

export function boxOf(geometry: Geometry): Box {
	const [xs, ys] = [pointsOf(geometry).map(({ x }) => x), pointsOf(geometry).map(({ y }) => y)];
	const [x, y] = [Math.min(...xs), Math.min(...ys)];
	return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}
