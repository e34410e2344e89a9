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

/** Whether a ring covers anything; rings of which the usual formula says so are not looked at closer. */
export function hasArea(ring: Ring): boolean {
	return ringArea(ring) > 0 || coveredArea(ring) > 0;
}

/** An edge of a ring with its extent, and its place among the edges. */
interface Edge {
	readonly index: number;
	readonly from: Point;
	readonly to: Point;
	readonly left: number;
	readonly right: number;
	readonly top: number;
	readonly bottom: number;
}

/** Whether edges that are not neighbors meet. Edges are compared only where their columns overlap. */
export function crossesItself(ring: Ring): boolean {
	const edges = edgesOf(ring);
	const last = edges.length - 1;
	if (last < 3) return false;
	edges.sort((a, b) => a.left - b.left);
	const open: Edge[] = [];
	for (const next of edges) {
		let kept = 0;
		for (const edge of open) {
			if (edge.right < next.left) continue;
			open[kept++] = edge;
			const distance = Math.abs(edge.index - next.index);
			if (distance > 1 && distance < last && meet(edge, next)) return true;
		}
		open.length = kept;
		open.push(next);
	}
	return false;
}

/** The edges that have a length. */
function edgesOf(ring: Ring): Edge[] {
	const edges: Edge[] = [];
	let from = ring[ring.length - 1];
	for (const to of ring) {
		if (from !== undefined && (from.x !== to.x || from.y !== to.y))
			edges.push({
				index: edges.length,
				from,
				to,
				left: Math.min(from.x, to.x),
				right: Math.max(from.x, to.x),
				top: Math.min(from.y, to.y),
				bottom: Math.max(from.y, to.y),
			});
		from = to;
	}
	return edges;
}

function meet(a: Edge, b: Edge): boolean {
	if (a.bottom < b.top || b.bottom < a.top) return false;
	return side(a, b.from) * side(a, b.to) <= 0 && side(b, a.from) * side(b, a.to) <= 0;
}

/** On which side of the line through an edge a point is: -1, 0, or 1. */
function side({ from, to }: Edge, { x, y }: Point): number {
	return Math.sign((to.x - from.x) * (y - from.y) - (to.y - from.y) * (x - from.x));
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
