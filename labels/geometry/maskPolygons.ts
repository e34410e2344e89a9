import type { RunLengths } from './mask';
import type { Point, Region, Ring } from '../model';
import { signedArea } from './shapes';

/** A mask of pixels: one byte each, row by row from the top, 1 for those that are on and 0 for the others. */
export interface Mask {
	readonly width: number;
	readonly height: number;
	readonly pixels: Uint8Array;
}

/** Corners of outlines; a mask of more is noise, and no outline that anybody could edit. */
const MOST_CORNERS = 2_000_000;

/**
 * The regions of a mask, with exteriors and holes along the edges of its pixels, so that painting them gives the same mask
 * again. Pixels that touch at a corner only are separate regions.
 *
 * Nothing when the run lengths do not fill the size exactly, or the mask is noise of millions of corners.
 */
export function regionsOfMask(counts: RunLengths, width: number, height: number): Region[] | undefined {
	const total = counts.reduce((sum, count) => sum + count, 0);
	if (total !== width * height || counts.some((count) => count < 0)) return undefined;
	const pixels = new Uint8Array(width * height);
	let position = 0;
	counts.forEach((count, index) => {
		if (index % 2 === 1) turnOn(pixels, width, height, position, position + count);
		position += count;
	});
	return regionsOfPixels({ width, height, pixels });
}

/** Turns pixels on that are counted column by column. */
function turnOn(pixels: Uint8Array, width: number, height: number, from: number, to: number): void {
	let column = Math.floor(from / height);
	let row = from % height;
	for (let count = from; count < to; count++) {
		pixels[row * width + column] = 1;
		row++;
		if (row < height) continue;
		row = 0;
		column++;
	}
}

/** The regions of a mask whose pixels are given row by row. */
export function regionsOfPixels(mask: Mask): Region[] | undefined {
	const { width, height, pixels } = mask;
	if (pixels.length !== width * height) return undefined;
	const traced = traceRings(edgesOf(mask), width + 1);
	return traced && groupRings(traced, width + 1);
}

/** For each corner of the pixel grid (row by row, one more each way than pixels), a bit for each edge that starts there. */
function edgesOf({ width, height, pixels }: Mask): Uint8Array {
	const stride = width + 1;
	const edges = new Uint8Array(stride * (height + 1));
	const start = (corner: number, bit: number) => {
		edges[corner] = (edges[corner] ?? 0) | bit;
	};
	for (let pixel = pixels.indexOf(1); pixel !== -1; pixel = pixels.indexOf(1, pixel)) {
		const row = Math.floor(pixel / width);
		const end = (row + 1) * width;
		const [isFirst, isLast] = [row === 0, row === height - 1];
		start(pixel + row + stride, 8);
		for (; pixel < end && pixels[pixel] === 1; pixel++) {
			const corner = pixel + row;
			if (isFirst || pixels[pixel - width] !== 1) start(corner, 1);
			if (isLast || pixels[pixel + width] !== 1) start(corner + stride + 1, 4);
		}
		start(pixel + row, 2);
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
function traceRings(edges: Uint8Array, stride: number): Traced | undefined {
	const traced: Traced = { rings: [], ringAt: new Map() };
	let corners = 0;
	for (let corner = 0; corner < edges.length; corner++) {
		while ((edges[corner] ?? 0) !== 0) {
			corners += traceRing(edges, corner, stride, traced);
			if (corners > MOST_CORNERS) return undefined;
		}
	}
	return traced;
}

/** Number of corners. Directions are right, down, left, up; the mask lies to the right hand. */
function traceRing(edges: Uint8Array, first: number, stride: number, { rings, ringAt }: Traced): number {
	const steps = [1, stride, -1, -stride];
	const ring: Point[] = [];
	let corner = first;
	let direction = -1;
	do {
		const outgoing = edges[corner] ?? 0;
		const next = direction === -1 ? firstDirection(outgoing) : nextDirection(outgoing, direction);
		if (next !== direction) ring.push({ x: corner % stride, y: Math.floor(corner / stride) });
		if (next === 0) ringAt.set(corner, rings.length);
		direction = next;
		edges[corner] = outgoing & ~(1 << direction);
		corner += steps[direction] ?? 0;
	} while (corner !== first);
	rings.push(ring);
	return ring.length;
}

function firstDirection(outgoing: number): number {
	let direction = 0;
	while ((outgoing & (1 << direction)) === 0) direction++;
	return direction;
}

/** To the right before straight on before to the left, so that a ring stays at its own pixel. */
function nextDirection(outgoing: number, direction: number): number {
	const right = (direction + 1) % 4;
	if ((outgoing & (1 << right)) !== 0) return right;
	return (outgoing & (1 << direction)) !== 0 ? direction : (direction + 3) % 4;
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
