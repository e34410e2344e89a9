import type { Point, Region, Ring } from '../model';
import { ringArea } from './shapes';

/** Points between which a ring is simplified on its own, so that the time grows with the number of points alone. */
const PIECE = 256;
/** The size of a mask's pixels in pixels of the image. */
export interface PixelSize {
	readonly width: number;
	readonly height: number;
}

/** What is tried one after the other: a share of the tolerance, and the share of its area that a region may lose by a pixel. */
const ATTEMPTS = [
	{ share: 1, loss: 0.007 },
	{ share: 0.5, loss: 0.007 },
	{ share: 0.25, loss: 0.007 },
] as const;
/** Long thin regions lose more of their area by what nobody sees. */
const LONG = { corners: 200, attempt: { share: 0.25, loss: 0.05 } } as const;

/**
 * A region whose rings have fewer points, so that no point is farther than the tolerance from the line that is left (Douglas and
 * Peucker). Where a small or thin region would become another, it is simplified with a half or a quarter of the tolerance, or
 * stays as it is. `pixel` is the size of the mask's pixels whose edges the rings follow, or nothing for other lines.
 */
export function simplifiedRegion(rings: Region, tolerance: number, pixel?: PixelSize): Region {
	const area = rings.reduce((sum, ring, index) => sum + (index === 0 ? 1 : -1) * ringArea(ring), 0);
	const smooth = pixel !== undefined ? rings.map((ring) => withoutSteps(ring, pixel)) : rings;
	const smoothed = rings.reduce((sum, ring, at) => sum + Math.abs(ringArea(ring) - ringArea(smooth[at] ?? ring)), 0);
	const pixels = Math.max(1, tolerance / Math.max(1, pixel?.width ?? 1, pixel?.height ?? 1));
	const isLong = rings.reduce((sum, ring) => sum + ring.length, 0) > LONG.corners;
	for (const { share, loss: most } of isLong ? [...ATTEMPTS, LONG.attempt] : ATTEMPTS) {
		const simple = smooth.map((ring) => simplifiedRing(ring, tolerance * share));
		const loss = simple.reduce((sum, ring) => sum + ring.loss, smoothed);
		if (loss <= most * pixels * area) return simple.map(({ ring }) => ring);
	}
	return rings;
}

/** Pixels from a step on which its edge is cut at the most. */
const REACH = 8;

/**
 * A line along pixels with its steps of one pixel cut in the middle of their edges, where the line lies that the steps stand
 * for: through the corners, it would run beside it. Corners between longer edges stay.
 */
function withoutSteps(ring: Ring, pixel: PixelSize): Ring {
	const lengths = ring.map(({ x, y }, index) => {
		const to = ring[(index + 1) % ring.length] ?? { x, y };
		return Math.abs(to.x - x) / pixel.width + Math.abs(to.y - y) / pixel.height;
	});
	const isCorner = (index: number) => (lengths[index] ?? 0) > 1.5 && (lengths.at(index - 1) ?? 0) > 1.5;
	return ring.flatMap((point, index) => {
		const next = (index + 1) % ring.length;
		const to = ring[next] ?? point;
		const share = Math.min(0.5, REACH / (lengths[index] ?? 1));
		const start = isCorner(index) ? point : between(point, to, share);
		const isWhole = isCorner(next) || (share === 0.5 && !isCorner(index));
		return isWhole ? [start] : [start, between(to, point, share)];
	});
}

function between(from: Point, to: Point, share: number): Point {
	return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

interface Simplified {
	readonly ring: Ring;
	/** Square pixels between the lines before and after. */
	readonly loss: number;
}

function simplifiedRing(ring: Ring, tolerance: number): Simplified {
	const points = fromCorner(ring);
	const isKept = new Uint8Array(points.length);
	const fixed = [...pieces(0, farthest(points)), ...pieces(farthest(points), points.length - 1)];
	for (const [from, to] of fixed) keepFar(points, from, to, tolerance, isKept);
	const kept = points.filter((_, index) => isKept[index] === 1);
	const loss = lossOf(points, isKept);
	// The first point is the last one, too.
	return kept.length < 4 ? { ring, loss: Infinity } : { ring: kept.slice(0, -1), loss };
}

/** The ring, closed, from its point at the upper left, which is one of its corners. */
function fromCorner(ring: Ring): Point[] {
	let first = 0;
	ring.forEach(({ x, y }, index) => {
		const best = ring[first];
		if (best !== undefined && x + y < best.x + best.y) first = index;
	});
	return [...ring.slice(first), ...ring.slice(0, first + 1)];
}

function farthest(points: readonly Point[]): number {
	const [first = { x: 0, y: 0 }] = points;
	let far = 0;
	let most = -1;
	points.forEach(({ x, y }, index) => {
		const distance = (x - first.x) ** 2 + (y - first.y) ** 2;
		if (distance <= most) return;
		far = index;
		most = distance;
	});
	return far;
}

function pieces(from: number, to: number): [number, number][] {
	const parts: [number, number][] = [];
	for (let start = from; start < to; start += PIECE) parts.push([start, Math.min(start + PIECE, to)]);
	return parts;
}

/** Marks the ends, and the points between them without which the line would be farther away than the tolerance. */
function keepFar(points: readonly Point[], from: number, to: number, tolerance: number, isKept: Uint8Array): void {
	isKept[from] = 1;
	isKept[to] = 1;
	const open: [number, number][] = [[from, to]];
	for (let part = open.pop(); part !== undefined; part = open.pop()) {
		const [start, end] = part;
		const [a, b] = [points[start], points[end]];
		if (a === undefined || b === undefined) continue;
		let far = -1;
		let most = tolerance * tolerance;
		for (let index = start + 1; index < end; index++) {
			const distance = squaredDistance(points[index] ?? a, a, b);
			if (distance <= most) continue;
			far = index;
			most = distance;
		}
		if (far === -1) continue;
		isKept[far] = 1;
		open.push([start, far], [far, end]);
	}
}

/** From a point to the nearest one between two others. */
function squaredDistance({ x, y }: Point, a: Point, b: Point): number {
	const [dx, dy] = [b.x - a.x, b.y - a.y];
	const length = dx * dx + dy * dy;
	const share = length === 0 ? 0 : Math.min(Math.max(((x - a.x) * dx + (y - a.y) * dy) / length, 0), 1);
	return (x - a.x - share * dx) ** 2 + (y - a.y - share * dy) ** 2;
}

/** The areas between each line that stays and the points that it replaces. */
function lossOf(points: readonly Point[], isKept: Uint8Array): number {
	let loss = 0;
	let doubled = 0;
	let start = points[0] ?? { x: 0, y: 0 };
	let before = start;
	points.forEach((point, index) => {
		doubled += (before.x - start.x) * (point.y - start.y) - (point.x - start.x) * (before.y - start.y);
		before = point;
		if (isKept[index] !== 1) return;
		loss += Math.abs(doubled) / 2;
		doubled = 0;
		start = point;
	});
	return loss;
}
