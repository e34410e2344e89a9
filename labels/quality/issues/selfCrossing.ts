import { maskArea, runLengthsOf } from '../../geometry/mask';
import { boundingBox, ringArea } from '../../geometry/shapes';
import type { Geometry, Point, Ring } from '../../model';
import type { IssueKind } from './issue';
import { shownCount, shownNumber } from './numbers';

export const selfCrossing: IssueKind = {
	key: 'selfCrossing',
	name: 'Self-Crossing Polygons',
	description: 'Outlines that cross themselves',
	search: (project) => ({
		*look({ image, labels }) {
			for (const { object, fault } of labels) {
				if (fault !== undefined) continue;
				const rings = ringsOf(object.geometry);
				const crossings = rings.flatMap(crossingsOf);
				const [first] = crossings;
				if (first === undefined) continue;
				const places = crossings.length === 1 ? 'once' : `in ${shownCount(crossings.length)} places`;
				yield {
					severity: rings.some(isAmbiguous) ? 'medium' : 'low',
					reason: `The outline of this "${project.nameOf(object.className)}" crosses itself ${places}, first near ${shownNumber(first.x)}, ${shownNumber(first.y)}. Move its points.`,
					image,
					label: object,
					measure: 'crossings',
					value: crossings.length,
					limit: 1,
				};
			}
		},
	}),
};

function ringsOf(geometry: Geometry): readonly Ring[] {
	if (geometry.type === 'polygon') return [geometry.points];
	return geometry.type === 'segmentation' ? geometry.regions.flat() : [];
}

/** Share of a ring's area on which tools may disagree, from which on it matters. */
const AMBIGUOUS = 0.05;

/** Pixels in width and height to which a ring is scaled to count them. */
const GRID = 128;

/**
 * Whether two ways of counting a ring's area differ: pixels around which an odd number of outlines runs, as tools paint them, and
 * the usual formula, for which loops that run backwards count negative.
 */
function isAmbiguous(ring: Ring): boolean {
	const { x: left, y: top, width, height } = boundingBox({ type: 'polygon', points: ring }) ?? NO_BOX;
	const scaled = ring.map(({ x, y }) => ({ x: ((x - left) / width) * GRID, y: ((y - top) / height) * GRID }));
	const painted = maskArea(runLengthsOf([[scaled]], GRID, GRID));
	return Math.abs(painted - ringArea(scaled)) > AMBIGUOUS * painted;
}

const NO_BOX = { x: 0, y: 0, width: 1, height: 1 };

interface Edge {
	readonly from: Point;
	readonly to: Point;
	readonly left: number;
	readonly right: number;
}

/**
 * Where edges of a ring cross each other from one side to the other. Edges that only touch are no fault: holes are often drawn as
 * a cut from the outline. Edges are compared only where their columns overlap (a sweep from the left).
 */
function crossingsOf(ring: Ring): Point[] {
	const edges = edgesOf(ring);
	const crossings: Point[] = [];
	let open: Edge[] = [];
	for (const next of edges.sort((a, b) => a.left - b.left)) {
		open = open.filter((edge) => edge.right >= next.left);
		for (const edge of open) {
			const crossing = crossingPoint(edge, next);
			if (crossing !== undefined) crossings.push(crossing);
		}
		open.push(next);
	}
	return crossings;
}

function edgesOf(ring: Ring): Edge[] {
	return ring.map((to, index) => {
		const from = ring[(index + ring.length - 1) % ring.length] ?? to;
		return { from, to, left: Math.min(from.x, to.x), right: Math.max(from.x, to.x) };
	});
}

/** Nothing for edges that share an end, or only touch. */
function crossingPoint(a: Edge, b: Edge): Point | undefined {
	const [fromSide, toSide] = [side(a, b.from), side(a, b.to)];
	if (fromSide * toSide >= 0 || side(b, a.from) * side(b, a.to) >= 0) return undefined;
	const share = fromSide / (fromSide - toSide);
	return { x: b.from.x + share * (b.to.x - b.from.x), y: b.from.y + share * (b.to.y - b.from.y) };
}

/** How far a point is on which side of the line through an edge, times the edge's length. */
function side({ from, to }: Edge, { x, y }: Point): number {
	return (to.x - from.x) * (y - from.y) - (to.y - from.y) * (x - from.x);
}
