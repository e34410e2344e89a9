import type { Geometry, Point, Region, Ring } from '../model';

/** A box in pixels: top left corner and size. */
export interface Box {
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

/** All points of a geometry, those of a rectangle clockwise from the top left. */
export function geometryPoints(geometry: Geometry): readonly Point[] {
	switch (geometry.type) {
		case 'rectangle':
			return boxCorners(geometry);
		case 'point':
			return [geometry];
		case 'line':
		case 'polygon':
			return geometry.points;
		case 'segmentation':
			return geometry.regions.flat(2);
	}
}

/** The smallest box around a geometry, or nothing when it has no points or no finite ones. */
export function boundingBox(geometry: Geometry): Box | undefined {
	if (geometry.type === 'rectangle')
		return Number.isFinite(geometry.x + geometry.y + geometry.width + geometry.height) ? geometry : undefined;
	let left = Infinity;
	let top = Infinity;
	let right = -Infinity;
	let bottom = -Infinity;
	for (const { x, y } of geometryPoints(geometry)) {
		if (!Number.isFinite(x + y)) return undefined;
		left = Math.min(left, x);
		right = Math.max(right, x);
		top = Math.min(top, y);
		bottom = Math.max(bottom, y);
	}
	return left === Infinity ? undefined : { x: left, y: top, width: right - left, height: bottom - top };
}

/** The part of a box inside of an image, or nothing when there is none. */
export function clipBox(box: Box, size: { readonly width: number; readonly height: number }): Box | undefined {
	const left = Math.max(box.x, 0);
	const top = Math.max(box.y, 0);
	const right = Math.min(box.x + box.width, size.width);
	const bottom = Math.min(box.y + box.height, size.height);
	if (left === box.x && top === box.y && right === box.x + box.width && bottom === box.y + box.height) return box;
	return right > left && bottom > top ? { x: left, y: top, width: right - left, height: bottom - top } : undefined;
}

/**
 * The part of a ring inside of an image (Sutherland and Hodgman); empty when there is none. Parts of a concave ring stay
 * connected along the image's edge. A ring that is inside comes back itself.
 */
export function clipRing(ring: Ring, size: { readonly width: number; readonly height: number }): Ring {
	const { width, height } = size;
	if (ring.every(({ x, y }) => x >= 0 && y >= 0 && x <= width && y <= height)) return ring;
	return imageEdges(size).reduce<Ring>((rest, { keep, meet }) => clipAtEdge(rest, keep, meet), ring);
}

/** The line through an edge of an image. */
export interface ImageEdge {
	/** Whether a point is on the image's side of the line, or on it. */
	readonly keep: (point: Point) => boolean;
	/** Where the line is between a point on either side of it. */
	readonly meet: (a: Point, b: Point) => Point;
	/** How far along the line a point lies. */
	readonly along: (point: Point) => number;
}

/** The four edges; what is kept by all of them is in the image. */
export function imageEdges({ width, height }: { readonly width: number; readonly height: number }): ImageEdge[] {
	const [alongX, alongY] = [({ x }: Point) => x, ({ y }: Point) => y];
	return [
		{ keep: ({ x }) => x >= 0, meet: (a, b) => atX(a, b, 0), along: alongY },
		{ keep: ({ x }) => x <= width, meet: (a, b) => atX(a, b, width), along: alongY },
		{ keep: ({ y }) => y >= 0, meet: (a, b) => atY(a, b, 0), along: alongX },
		{ keep: ({ y }) => y <= height, meet: (a, b) => atY(a, b, height), along: alongX },
	];
}

function clipAtEdge(ring: Ring, keep: (point: Point) => boolean, meet: (a: Point, b: Point) => Point): Ring {
	return ring.flatMap((point, index) => {
		const before = ring[(index + ring.length - 1) % ring.length] ?? point;
		if (keep(point)) return keep(before) ? [point] : [meet(before, point), point];
		return keep(before) ? [meet(before, point)] : [];
	});
}

function atX(a: Point, b: Point, x: number): Point {
	return { x, y: between(a.y, b.y, (x - a.x) / (b.x - a.x)) };
}

function atY(a: Point, b: Point, y: number): Point {
	return { x: between(a.x, b.x, (y - a.y) / (b.y - a.y)), y };
}

/** Never beyond either number: a coordinate that is a billionth below 0 would be refused. */
function between(from: number, to: number, share: number): number {
	return Math.min(Math.max(from + (to - from) * share, Math.min(from, to)), Math.max(from, to));
}

/** Area of a ring in square pixels, whichever way it runs. */
export function ringArea(ring: Ring): number {
	return Math.abs(signedArea(ring));
}

/** Area of a ring in square pixels, positive when it runs clockwise as seen on the screen (y down). Shoelace formula. */
export function signedArea(ring: Ring): number {
	let sum = 0;
	let before = ring[ring.length - 1];
	for (const point of ring) {
		if (before !== undefined) sum += before.x * point.y - point.x * before.y;
		before = point;
	}
	return sum / 2;
}

/** Area of the exterior without the holes, in square pixels. */
export function regionArea([exterior, ...holes]: Region): number {
	return exterior === undefined ? 0 : ringArea(exterior) - holes.reduce((sum, hole) => sum + ringArea(hole), 0);
}

/** The corners of a box, clockwise from the top left. */
export function boxCorners({ x, y, width, height }: Box): Point[] {
	return [
		{ x, y },
		{ x: x + width, y },
		{ x: x + width, y: y + height },
		{ x, y: y + height },
	];
}
