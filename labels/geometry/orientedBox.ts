import type { Point, Ring } from '../model';

/**
 * The corners of the smallest box (of any angle) around points: it lies along an edge of their convex hull (rotating
 * calipers). Clockwise on the screen.
 */
export function smallestOrientedBox(points: Ring): Point[] {
	const hull = convexHull(points);
	let best: { readonly area: number; readonly corners: Point[] } | undefined;
	hull.forEach((point, index) => {
		const next = hull[(index + 1) % hull.length] ?? point;
		const length = Math.hypot(next.x - point.x, next.y - point.y);
		if (length === 0) return;
		const candidate = boxAlong({ x: (next.x - point.x) / length, y: (next.y - point.y) / length }, hull);
		if (best === undefined || candidate.area < best.area) best = candidate;
	});
	const [only = { x: 0, y: 0 }] = points;
	return best?.corners ?? [only, only, only, only];
}

function boxAlong(direction: Point, hull: Ring): { area: number; corners: Point[] } {
	const along = hull.map(({ x, y }) => x * direction.x + y * direction.y);
	const across = hull.map(({ x, y }) => y * direction.x - x * direction.y);
	const least = (numbers: readonly number[]) => numbers.reduce((a, b) => Math.min(a, b), Infinity);
	const most = (numbers: readonly number[]) => numbers.reduce((a, b) => Math.max(a, b), -Infinity);
	const [left, right, top, bottom] = [least(along), most(along), least(across), most(across)];
	const corner = (a: number, b: number) => ({
		x: a * direction.x - b * direction.y,
		y: a * direction.y + b * direction.x,
	});
	return {
		area: (right - left) * (bottom - top),
		corners: [corner(left, top), corner(right, top), corner(right, bottom), corner(left, bottom)],
	};
}

/** Andrew's monotone chain. */
function convexHull(points: Ring): Point[] {
	const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
	return [...halfHull(sorted), ...halfHull(sorted.reverse())];
}

function halfHull(points: Ring): Point[] {
	const hull: Point[] = [];
	for (const point of points) {
		for (;;) {
			const last = hull[hull.length - 1];
			const before = hull[hull.length - 2];
			if (last === undefined || before === undefined || turn(before, last, point) > 0) break;
			hull.pop();
		}
		hull.push(point);
	}
	return hull.slice(0, -1);
}

function turn(a: Point, b: Point, c: Point): number {
	return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}
