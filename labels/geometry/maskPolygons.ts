import type { RunLengths } from './mask';
import type { Point, Region, Ring } from '../model';
import { signedArea } from './shapes';

/** Steps along pixel edges: right, down, left, up. The mask lies to the right hand. */
const STEPS = [
	[1, 0],
	[0, 1],
	[-1, 0],
	[0, -1],
] as const;

/**
 * The regions of a mask, with exteriors and holes along the edges of its pixels, so that painting them gives the same mask
 * again. Pixels that touch at a corner only are separate regions.
 *
 * Nothing when the run lengths do not fill the size exactly.
 */
export function regionsOfMask(counts: RunLengths, width: number, height: number): Region[] | undefined {
	const total = counts.reduce((sum, count) => sum + count, 0);
	if (total !== width * height || counts.some((count) => count < 0)) return undefined;
	return groupRings(traceRings(edgesOf(counts, width, height), width + 1), width + 1);
}

/** For each corner of the pixel grid (row by row, one more each way than pixels), a bit for each edge that starts there. */
function edgesOf(counts: RunLengths, width: number, height: number): Uint8Array {
	const pixels = new Uint8Array(width * height);
	let position = 0;
	counts.forEach((count, index) => {
		if (index % 2 === 1) pixels.fill(1, position, position + count);
		position += count;
	});
	const isOn = (x: number, y: number) => x >= 0 && y >= 0 && x < width && y < height && pixels[x * height + y] === 1;
	const edges = new Uint8Array((width + 1) * (height + 1));
	const start = (x: number, y: number, direction: number) => {
		const corner = y * (width + 1) + x;
		edges[corner] = (edges[corner] ?? 0) | (1 << direction);
	};
	for (let x = 0; x < width; x++) {
		for (let y = 0; y < height; y++) {
			if (pixels[x * height + y] !== 1) continue;
			if (!isOn(x, y - 1)) start(x, y, 0);
			if (!isOn(x + 1, y)) start(x + 1, y, 1);
			if (!isOn(x, y + 1)) start(x + 1, y + 1, 2);
			if (!isOn(x - 1, y)) start(x, y + 1, 3);
		}
	}
	return edges;
}

interface Traced {
	/** In the order of their topmost corners. */
	readonly rings: Ring[];
	/** Which ring an edge to the right belongs to, by the corner where it starts. */
	readonly ringAt: Map<number, number>;
}

/**
 * Follows edges to closed rings. The first corner found of each is its topmost, so the ring turns there, and passes it once:
 * no edge is left above it or to its left.
 */
function traceRings(edges: Uint8Array, stride: number): Traced {
	const traced: Traced = { rings: [], ringAt: new Map() };
	for (let corner = 0; corner < edges.length; corner++) {
		while ((edges[corner] ?? 0) !== 0) traceRing(edges, corner, stride, traced);
	}
	return traced;
}

function traceRing(edges: Uint8Array, first: number, stride: number, { rings, ringAt }: Traced): void {
	const ring: Point[] = [];
	let corner = first;
	let direction = -1;
	do {
		const next = nextDirection(edges[corner] ?? 0, direction);
		if (next !== direction) ring.push({ x: corner % stride, y: Math.floor(corner / stride) });
		if (next === 0) ringAt.set(corner, rings.length);
		direction = next;
		edges[corner] = (edges[corner] ?? 0) & ~(1 << direction);
		const [dx, dy] = STEPS[direction as 0 | 1 | 2 | 3];
		corner += dx + dy * stride;
	} while (corner !== first);
	rings.push(ring);
}

/** To the right before straight on before to the left, so that a ring stays at its own pixel. */
function nextDirection(outgoing: number, direction: number): number {
	if (direction === -1) return [0, 1, 2, 3].find((candidate) => (outgoing & (1 << candidate)) !== 0) ?? 0;
	return (
		[1, 0, 3].map((turn) => (direction + turn) % 4).find((candidate) => (outgoing & (1 << candidate)) !== 0) ??
		direction
	);
}

/**
 * Exteriors run clockwise on the screen, holes the other way. The pixel above a hole's first corner is on; the edge at the
 * top of its column of pixels belongs to the exterior around the hole, or to a hole (found before) in the same region.
 */
function groupRings({ rings, ringAt }: Traced, stride: number): Region[] {
	const regions: Ring[][] = [];
	const regionOf: number[] = [];
	rings.forEach((ring, index) => {
		const [first] = ring;
		if (first === undefined) return;
		if (signedArea(ring) > 0) {
			regionOf[index] = regions.length;
			regions.push([ring]);
			return;
		}
		let corner = first.x + (first.y - 1) * stride;
		while (corner >= 0 && !ringAt.has(corner)) corner -= stride;
		const region = regionOf[ringAt.get(corner) ?? -1] ?? 0;
		regionOf[index] = region;
		regions[region]?.push(ring);
	});
	return regions;
}
