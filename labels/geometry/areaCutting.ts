import type { ImageSize, Point, Region, Ring } from '../model';
import { crossesItself, hasArea } from './coveredArea';
import { clippedGeometry } from './geometryChanges';
import { type ImageEdge, imageEdges } from './shapes';

/**
 * The parts of one connected area that are inside of an image, cut exactly. Of an outline that crosses itself, they stay connected
 * along the edge, by lines without width.
 */
export function regionsInside(region: Region, size: ImageSize): Region[] {
	const outlines = imageEdges(size).reduce<readonly Outline[]>(
		cutAtEdge,
		region.map((ring, index) => ({ ring, isHole: index > 0 })),
	);
	const exteriors = outlines.filter(({ isHole }) => !isHole).map(({ ring }) => ring);
	if (exteriors.length > 1 && region.some(crossesItself)) {
		const clipped = clippedGeometry({ type: 'segmentation', regions: [region] }, size);
		return clipped?.type === 'segmentation' ? [...clipped.regions] : [];
	}
	const regions = exteriors.map((ring) => [ring]);
	for (const { ring, isHole } of outlines) {
		const around = isHole ? regions.find(([exterior = []]) => isAround(exterior, ring)) : undefined;
		around?.push(ring);
	}
	return regions;
}

function isAround(exterior: Ring, hole: Ring): boolean {
	return hole.filter((point) => isIn(point, exterior)).length * 2 > hole.length;
}

/** Even-odd, by a ray to the right. */
function isIn({ x, y }: Point, ring: Ring): boolean {
	let isInside = false;
	let before = ring.at(-1);
	for (const point of ring) {
		if (before !== undefined && before.y <= y !== point.y <= y) {
			const crossing = before.x + ((point.x - before.x) * (y - before.y)) / (point.y - before.y);
			if (crossing > x) isInside = !isInside;
		}
		before = point;
	}
	return isInside;
}

interface Outline {
	readonly ring: Ring;
	readonly isHole: boolean;
}

/** A piece of an outline between two places where it crosses an edge, and the pieces that follow its ends along the edge. */
interface Piece {
	readonly points: readonly Point[];
	/** Of its first and of its last point: the end that is next to it on the edge. */
	readonly next: [End?, End?];
	isUsed: boolean;
}

interface End {
	readonly piece: Piece;
	readonly side: 0 | 1;
}

/**
 * Cuts the outlines of an area along a line. Its inside reaches the line between each second place where outlines cross it, in
 * their order along the line, so the ends of the pieces are connected there. What is made of pieces is never a hole: beyond the
 * line, nothing is inside.
 */
function cutAtEdge(outlines: readonly Outline[], edge: ImageEdge): Outline[] {
	const kept: Outline[] = [];
	const pieces: Piece[] = [];
	for (const outline of outlines) {
		const start = outline.ring.findIndex(
			(point, index) => edge.keep(point) && !edge.keep(outline.ring.at(index - 1) ?? point),
		);
		if (start >= 0) pieces.push(...piecesOf(outline.ring, start, edge));
		else if (outline.ring[0] !== undefined && edge.keep(outline.ring[0])) kept.push(outline);
	}
	connect(pieces, edge);
	for (const piece of pieces) {
		if (piece.isUsed) continue;
		const ring = ringFrom(piece);
		if (hasArea(ring)) kept.push({ ring, isHole: false });
	}
	return kept;
}

/** @param start the index of a point that is kept, after one that is not. */
function piecesOf(ring: Ring, start: number, { keep, meet }: ImageEdge): Piece[] {
	const pieces: Piece[] = [];
	let points: Point[] | undefined;
	let before = ring.at(start - 1);
	for (let step = 0; step <= ring.length && before !== undefined; step++) {
		const point = ring[(start + step) % ring.length] ?? before;
		if (keep(point) && points === undefined && step < ring.length) points = [meet(before, point)];
		if (keep(point)) points?.push(point);
		else if (points !== undefined) {
			points.push(meet(before, point));
			pieces.push({ points, next: [], isUsed: false });
			points = undefined;
		}
		before = point;
	}
	return pieces;
}

function connect(pieces: readonly Piece[], { along }: ImageEdge): void {
	const ends = pieces.flatMap((piece) =>
		([0, 1] as const).map((side) => {
			const [first, last = first] = [piece.points[0], piece.points.at(-1)];
			const point = side === 0 ? first : last;
			return { piece, side, at: point === undefined ? 0 : along(point) };
		}),
	);
	ends.sort((a, b) => a.at - b.at);
	for (let index = 0; index + 1 < ends.length; index += 2) {
		const [one, other] = [ends[index], ends[index + 1]];
		if (one === undefined || other === undefined) continue;
		one.piece.next[one.side] = other;
		other.piece.next[other.side] = one;
	}
}

/** Follows the pieces from one to the next until they close. */
function ringFrom(first: Piece): Ring {
	const ring: Point[] = [];
	let end: End | undefined = { piece: first, side: 0 };
	while (end !== undefined && !end.piece.isUsed) {
		const { piece, side }: End = end;
		piece.isUsed = true;
		for (const point of side === 0 ? piece.points : [...piece.points].reverse()) {
			const before = ring.at(-1);
			if (before?.x !== point.x || before.y !== point.y) ring.push(point);
		}
		end = piece.next[side === 0 ? 1 : 0];
	}
	const [start, last] = [ring[0], ring.at(-1)];
	if (ring.length > 1 && start?.x === last?.x && start?.y === last?.y) ring.pop();
	return ring;
}
