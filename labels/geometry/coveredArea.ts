import type { Point, Ring } from '../model';
import { boundingBox, ringArea } from './shapes';

/** Lines across a ring that crosses itself, which give its area to about a thousandth. */
const SCAN_LINES = 1024;

/**
 * Square pixels that a ring covers when it is filled (even-odd), as readers paint it. The usual formula subtracts the parts of
 * a ring that crosses itself from each other: it says 0 for a bow tie.
 */
export function coveredArea(ring: Ring): number {
	return crossesItself(ring) ? scannedArea(ring) : ringArea(ring);
}

type Edge = readonly [Point, Point];

/** Whether edges that are not neighbors meet. Edges are compared only where their columns overlap. */
function crossesItself(ring: Ring): boolean {
	const corners = ring.filter(({ x, y }, index) => {
		const before = ring[(index + ring.length - 1) % ring.length];
		return before === undefined || before.x !== x || before.y !== y;
	});
	if (corners.length < 4) return false;
	const edges = corners.map((point, index) => ({
		index,
		edge: [point, corners[(index + 1) % corners.length] ?? point] as const,
	}));
	const left = ([a, b]: Edge) => Math.min(a.x, b.x);
	edges.sort((a, b) => left(a.edge) - left(b.edge));
	let open: typeof edges = [];
	for (const next of edges) {
		open = open.filter(({ edge: [a, b] }) => Math.max(a.x, b.x) >= left(next.edge));
		const isApart = (index: number) => ![0, 1, corners.length - 1].includes(Math.abs(index - next.index));
		if (open.some(({ index, edge }) => isApart(index) && meet(edge, next.edge))) return true;
		open.push(next);
	}
	return false;
}

function meet([a, b]: Edge, [c, d]: Edge): boolean {
	if (Math.max(a.y, b.y) < Math.min(c.y, d.y) || Math.max(c.y, d.y) < Math.min(a.y, b.y)) return false;
	return side(a, b, c) * side(a, b, d) <= 0 && side(c, d, a) * side(c, d, b) <= 0;
}

/** On which side of the line through a and b a point is: -1, 0, or 1. */
function side(a: Point, b: Point, { x, y }: Point): number {
	return Math.sign((b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x));
}

function scannedArea(ring: Ring): number {
	const { y: top, height } = boundingBox({ type: 'polygon', points: ring }) ?? { y: 0, height: 0 };
	const step = height / SCAN_LINES;
	let length = 0;
	for (let line = 0; line < SCAN_LINES; line++) {
		const crossings = crossingsAt(ring, top + (line + 0.5) * step);
		for (let index = 0; index + 1 < crossings.length; index += 2)
			length += (crossings[index + 1] ?? 0) - (crossings[index] ?? 0);
	}
	return length * step;
}

/** Where the edges of a ring cross a line, from the left. */
function crossingsAt(ring: Ring, y: number): number[] {
	return ring
		.flatMap((point, index) => {
			const before = ring[(index + ring.length - 1) % ring.length] ?? point;
			if (before.y <= y === point.y <= y) return [];
			return [before.x + ((point.x - before.x) * (y - before.y)) / (point.y - before.y)];
		})
		.sort((a, b) => a - b);
}
