import type { Geometry, Point } from '../../model';
import { shapeOverlap } from '../overlap';
import { haveSameEdges, type PlacedLabel, PRECISION } from './nearLabels';

/** How alike two shapes are, and from where on they are the same. */
export interface Likeness {
	readonly measure: 'iou' | 'distance';
	readonly value: number;
	readonly limit: number;
}

/** Up to this many pixels in width and height, the precision of people is a good part of the shape. */
const SMALL = 32;

/** The share of small shapes that is in both if only people's precision tells them apart. */
const SMALL_OVERLAP = 0.65;

/**
 * Whether two labels show one thing: areas by their intersection over union, points and lines by the pixels between them. Shapes
 * of different kinds, such as a box and the line in it, never do, apart from areas.
 */
export function likenessOf(a: PlacedLabel, b: PlacedLabel, overlap: number): Likeness | undefined {
	const [first, second] = [a.object.geometry, b.object.geometry];
	if (isPath(first) || isPath(second)) {
		if (first.type !== second.type) return undefined;
		const value = Math.max(farthest(first, second), farthest(second, first));
		return value <= PRECISION ? { measure: 'distance', value, limit: PRECISION } : undefined;
	}
	const value = shapeOverlap(first, second);
	const isSmall = Math.max(a.box.width, a.box.height) <= SMALL && haveSameEdges(a.box, b.box);
	const limit = isSmall ? SMALL_OVERLAP : overlap;
	return value >= limit ? { measure: 'iou', value, limit } : undefined;
}

function isPath({ type }: Geometry): boolean {
	return type === 'point' || type === 'line';
}

/** The largest distance from a corner of the first to the second, in pixels. */
function farthest(from: Geometry, to: Geometry): number {
	const [course, other] = [pointsOf(from), pointsOf(to)];
	return Math.max(...course.map((point) => distanceToPath(point, other)));
}

function pointsOf(geometry: Geometry): readonly Point[] {
	if (geometry.type === 'point') return [geometry];
	return geometry.type === 'line' ? geometry.points : [];
}

function distanceToPath(point: Point, path: readonly Point[]): number {
	let nearest = Infinity;
	for (const [index, to] of path.entries())
		nearest = Math.min(nearest, distanceToEdge(point, path[Math.max(index - 1, 0)] ?? to, to));
	return nearest;
}

function distanceToEdge({ x, y }: Point, from: Point, to: Point): number {
	const [width, height] = [to.x - from.x, to.y - from.y];
	const squared = width * width + height * height;
	const share = squared === 0 ? 0 : ((x - from.x) * width + (y - from.y) * height) / squared;
	const along = Math.min(Math.max(share, 0), 1);
	return Math.hypot(x - from.x - along * width, y - from.y - along * height);
}
