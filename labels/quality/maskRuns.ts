import { runLengthsOf } from '../geometry/mask';
import { type Box, boxCorners, clipRing, geometryPoints } from '../geometry/shapes';
import type { Geometry, ImageSize, Point, Ring } from '../model';

/**
 * The pixels that a shape covers, as intervals of pixel numbers: `edges` holds where one begins and ends (exclusive), in turn.
 * Pixels are numbered column by column from the left, each from the top, as in COCO's run lengths. Two masks can be compared
 * when they are of images of one height.
 */
export interface MaskRuns {
	readonly edges: Float64Array;
	/** Number of pixels. */
	readonly area: number;
	/** Around the pixels, in pixels of the image; of no size when there are none. */
	readonly box: Box;
}

/**
 * The pixels of a rectangle, polygon or segmentation inside of an image, as pycocotools paints what our COCO file says of it: each
 * outline by `rleFrPoly` of maskApi.c, several together by `rleMerge`; with holes, pixels whose center is inside
 * (`runLengthsOf`). Nothing for other shapes and those with a coordinate that is not finite.
 */
export function maskRunsOf(geometry: Geometry, size: ImageSize): MaskRuns | undefined {
	if (geometryPoints(geometry).some(({ x, y }) => !Number.isFinite(x + y))) return undefined;
	switch (geometry.type) {
		case 'rectangle':
			return outlinesRuns([boxCorners(geometry)], size);
		case 'polygon':
			return outlinesRuns([geometry.points], size);
		case 'segmentation': {
			if (geometry.regions.every((rings) => rings.length === 1)) return outlinesRuns(geometry.regions.flat(), size);
			return withExtent(edgesOf(runLengthsOf(geometry.regions, size.width, size.height)), size.height);
		}
		case 'line':
		case 'point':
			return undefined;
	}
}

function outlinesRuns(outlines: readonly Ring[], size: ImageSize): MaskRuns {
	const painted = outlines.map((outline) => polygonEdges(outline, size)).filter((edges) => edges.length > 0);
	return withExtent(painted.length === 1 ? (painted[0] ?? NOTHING) : union(painted), size.height);
}

const NOTHING = new Float64Array(0);

/**
 * `rleFrPoly`: the outline is drawn five times as large, on whole numbers, and where it passes the middle of a column of pixels, the column
 * changes from there on. maskApi.c visits each place on the outline; here only those are computed that matter, to the same numbers.
 */
function polygonEdges(ring: Ring, { width, height }: ImageSize): Float64Array {
	const changes: number[] = [];
	const points = withinIntegers(ring, { width, height }).map(({ x, y }) => ({
		x: Math.trunc(SCALE * x + 0.5),
		y: Math.trunc(SCALE * y + 0.5),
	}));
	let from = points[points.length - 1];
	for (const to of points) {
		if (from !== undefined) noteChanges(from, to, { width, height }, changes);
		from = to;
	}
	return betweenChanges(changes, width * height);
}

const SCALE = 5;
/** Beyond it, places do not fit into the 32 bits of maskApi.c, and steps along an edge would be lost in rounding here. */
const FARTHEST = 2 ** 31 / SCALE;

/** An outline with a point that is too far away is cut off at the image's edge. */
function withinIntegers(ring: Ring, size: ImageSize): Ring {
	return ring.every(({ x, y }) => Math.abs(x) < FARTHEST && Math.abs(y) < FARTHEST) ? ring : clipRing(ring, size);
}

/** The enlarged outline passes the middle of a column between this place in it and the next one. */
const MIDDLE = 2;

/** The changes along an edge, which is computed from its left or upper end in either direction. */
function noteChanges(from: Point, to: Point, { width, height }: ImageSize, changes: number[]): void {
	const [left, right] = from.x <= to.x ? [from, to] : [to, from];
	const first = Math.max(0, Math.ceil((left.x - MIDDLE) / SCALE));
	const last = Math.min(width - 1, Math.floor((right.x - MIDDLE - 1) / SCALE));
	if (first > last) return;
	const isFlat = right.x - left.x >= Math.abs(to.y - from.y);
	const rowAt = isFlat ? flatRows(left, right) : steepRows(from, to);
	for (let column = first; column <= last; column++) {
		const row = (rowAt(SCALE * column + MIDDLE) + 0.5) / SCALE - 0.5;
		changes.push(column * height + Math.ceil(Math.min(Math.max(row, 0), height)));
	}
}

/** The upper one of the two places of an edge at x and x + 1. */
function flatRows(left: Point, right: Point): (x: number) => number {
	const slope = (right.y - left.y) / (right.x - left.x);
	const at = (x: number) => Math.trunc(left.y + slope * (x - left.x) + 0.5);
	return (x) => Math.min(at(x), at(x + 1));
}

/** The upper one of the two places between which an edge goes from x to x + 1, or back. */
function steepRows(from: Point, to: Point): (x: number) => number {
	const [upper, lower] = from.y <= to.y ? [from, to] : [to, from];
	const slope = (lower.x - upper.x) / (lower.y - upper.y);
	const isPast = (step: number, x: number) => {
		const here = Math.trunc(upper.x + slope * step + 0.5);
		return slope > 0 ? here > x : here <= x;
	};
	return (x) => {
		let step = Math.max(1, Math.round((x + 0.5 - upper.x) / slope));
		while (step > 1 && isPast(step - 1, x)) step--;
		while (!isPast(step, x)) step++;
		return upper.y + step - 1;
	};
}

/** The pixels are on between each change and the one after it, and between the last and the end if it has no partner. */
function betweenChanges(changes: readonly number[], end: number): Float64Array {
	const sorted = Float64Array.from(changes).sort();
	const edges = new Float64Array(sorted.length + 1);
	let length = 0;
	for (let index = 0; index < sorted.length; index += 2) {
		const [from, to] = [sorted[index] ?? 0, sorted[index + 1] ?? end];
		if (to === from) continue;
		if (length > 0 && edges[length - 1] === from) edges[length - 1] = to;
		else {
			edges[length++] = from;
			edges[length++] = to;
		}
	}
	return edges.slice(0, length);
}

function edgesOf(counts: readonly number[]): Float64Array {
	const edges: number[] = [];
	let pixel = 0;
	counts.forEach((count, index) => {
		if (index % 2 === 1) edges.push(pixel, pixel + count);
		pixel += count;
	});
	return Float64Array.from(edges);
}

/** Pixels that are in any of the masks. */
function union(masks: readonly Float64Array[]): Float64Array {
	const intervals = masks
		.flatMap((edges) =>
			Array.from({ length: edges.length / 2 }, (_, index) => edges.subarray(2 * index, 2 * index + 2)),
		)
		.sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
	const edges: number[] = [];
	for (const [from = 0, to = 0] of intervals) {
		const last = edges.length - 1;
		if (last > 0 && from <= (edges[last] ?? 0)) edges[last] = Math.max(to, edges[last] ?? 0);
		else edges.push(from, to);
	}
	return Float64Array.from(edges);
}

/** `rleArea` and `rleToBbox`. */
function withExtent(edges: Float64Array, height: number): MaskRuns {
	let [area, left, top, right, bottom] = [0, Infinity, Infinity, -Infinity, -Infinity];
	for (let index = 0; index < edges.length; index += 2) {
		const [from, last] = [edges[index] ?? 0, (edges[index + 1] ?? 0) - 1];
		area += last + 1 - from;
		const [first, end] = [Math.floor(from / height), Math.floor(last / height)];
		left = Math.min(left, first);
		right = Math.max(right, end);
		top = first < end ? 0 : Math.min(top, from % height);
		bottom = first < end ? height - 1 : Math.max(bottom, last % height);
	}
	const box =
		area === 0
			? { x: 0, y: 0, width: 0, height: 0 }
			: { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
	return { edges, area, box };
}

/** Number of pixels that are in both masks. */
export function sharedPixels(a: MaskRuns, b: MaskRuns): number {
	let shared = 0;
	let [left, right] = [0, 0];
	while (left < a.edges.length && right < b.edges.length) {
		const [endLeft, endRight] = [a.edges[left + 1] ?? 0, b.edges[right + 1] ?? 0];
		const both = Math.min(endLeft, endRight) - Math.max(a.edges[left] ?? 0, b.edges[right] ?? 0);
		if (both > 0) shared += both;
		if (endLeft <= endRight) left += 2;
		if (endRight <= endLeft) right += 2;
	}
	return shared;
}
