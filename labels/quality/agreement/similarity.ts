import { boundingBox, type Box } from '../../geometry/shapes';
import { shapeOverlap } from '../overlap';
import type { Geometry, LabelObject, Point } from '../../model';
import type { Steps } from '../../steps/steps';

/** What two labels are compared by. */
export type Measure =
	/** Of two areas: intersection over union, 0 to 1. */
	| { readonly iou: number }
	/** Of two points or two lines, in pixels. */
	| { readonly distance: number };

/** When two labels are the same thing. */
export interface Closeness {
	/** The least IoU of two areas, above 0. */
	readonly minimumIou: number;
	/** The largest distance of two points or two lines, in pixels, above 0. */
	readonly maximumDistance: number;
}

/** Compares two geometries; undefined if they are of kinds that cannot be compared, such as a point and a box. */
export function measure(a: Geometry, b: Geometry): Measure | undefined {
	if (a.type === 'point' && b.type === 'point') return { distance: distanceBetween(a, b) };
	if (a.type === 'line' && b.type === 'line') return { distance: lineDistance(a.points, b.points) };
	return hasArea(a) && hasArea(b) ? { iou: shapeOverlap(a, b) } : undefined;
}

function hasArea({ type }: Geometry): boolean {
	return type !== 'point' && type !== 'line';
}

/** A measure that is near enough, and what it is worth in an assignment, from above 0 to 1. */
export type Nearness = Measure & { readonly worth: number };

/**
 * How near two geometries are; undefined if they are too far apart to be the same thing. An IoU is worth itself, a distance as much
 * less than 1 as it is large, down to a half.
 */
export function nearness(a: Geometry, b: Geometry, { minimumIou, maximumDistance }: Closeness): Nearness | undefined {
	const found = measure(a, b);
	if (found === undefined) return undefined;
	if ('iou' in found) return found.iou > 0 && found.iou >= minimumIou ? { ...found, worth: found.iou } : undefined;
	const isNear = found.distance <= maximumDistance;
	return isNear ? { ...found, worth: 1 - found.distance / maximumDistance / 2 } : undefined;
}

/** The least IoU and the largest distance of any two of the labels, as far as there are such. */
export function extremesOf(labels: readonly (LabelObject | undefined)[]): {
	readonly iou?: number;
	readonly distance?: number;
} {
	const given = labels.filter((label) => label !== undefined);
	const found = given.flatMap((a, index) =>
		given.slice(index + 1).flatMap((b) => measure(a.geometry, b.geometry) ?? []),
	);
	const ious = found.flatMap((each) => ('iou' in each ? [each.iou] : []));
	const distances = found.flatMap((each) => ('distance' in each ? [each.distance] : []));
	return {
		...(ious.length > 0 && { iou: Math.min(...ious) }),
		...(distances.length > 0 && { distance: Math.max(...distances) }),
	};
}

/** Stations on each line whose distance to the other line is measured. */
const STATIONS = 64;

/**
 * The mean distance between two lines in pixels, whichever way they were drawn: the mean of the distances from evenly spaced
 * stations on each to the nearest place of the other. It is the average symmetric surface distance of Heimann et al.,
 * “Comparison and evaluation of methods for liver segmentation from CT datasets”, IEEE Transactions on Medical Imaging 28(8), 2009,
 * with both lines weighted alike.
 */
export function lineDistance(a: readonly Point[], b: readonly Point[]): number {
	return (meanDistance(a, b) + meanDistance(b, a)) / 2;
}

function meanDistance(from: readonly Point[], to: readonly Point[]): number {
	const stations = stationsOn(from);
	return stations.reduce((sum, station) => sum + distanceToLine(station, to), 0) / stations.length;
}

/** In the middles of as many pieces of the same length. */
function stationsOn(line: readonly Point[]): readonly Point[] {
	const lengths = line.slice(1).map((point, index) => distanceBetween(line[index] ?? point, point));
	const step = lengths.reduce((sum, length) => sum + length, 0) / STATIONS;
	const stations: Point[] = [];
	let piece = 0;
	let passed = 0;
	for (let station = 0; station < STATIONS; station++) {
		const place = (station + 0.5) * step;
		while (piece < lengths.length - 1 && passed + (lengths[piece] ?? 0) < place) passed += lengths[piece++] ?? 0;
		const [start, end] = [line[piece], line[piece + 1]];
		if (start === undefined) break;
		const length = lengths[piece] ?? 0;
		const share = end === undefined || length === 0 ? 0 : Math.min((place - passed) / length, 1);
		stations.push({
			x: start.x + ((end ?? start).x - start.x) * share,
			y: start.y + ((end ?? start).y - start.y) * share,
		});
	}
	return stations;
}

function distanceToLine(point: Point, line: readonly Point[]): number {
	let least = Infinity;
	let start = line[0];
	for (const end of line) {
		if (start !== undefined) least = Math.min(least, squareToSegment(point, start, end));
		start = end;
	}
	return Math.sqrt(least);
}

/** Without objects and `Math.hypot`, since a line of a lane is measured a hundred thousand times. */
function squareToSegment({ x, y }: Point, start: Point, end: Point): number {
	const [dx, dy] = [end.x - start.x, end.y - start.y];
	const square = dx * dx + dy * dy;
	const along = square === 0 ? 0 : ((x - start.x) * dx + (y - start.y) * dy) / square;
	const share = Math.min(Math.max(along, 0), 1);
	const [awayX, awayY] = [start.x + dx * share - x, start.y + dy * share - y];
	return awayX * awayX + awayY * awayY;
}

function distanceBetween(a: Point, b: Point): number {
	return Math.hypot(a.x - b.x, a.y - b.y);
}

/** Visits in a step, in each of which two shapes may be compared. */
const VISITS = 16;

/**
 * Calls back for each two objects that can be near each other, by the boxes around them, in steps. Objects without a place have none.
 *
 * @param visit may have work to do in steps before the next two.
 */
export function* eachNeighbor(
	some: readonly LabelObject[],
	others: readonly LabelObject[],
	maximumDistance: number,
	visit: (index: number, otherIndex: number) => Steps<void> | undefined,
): Steps<void> {
	const swept = [...placed(some, 0, true), ...placed(others, maximumDistance, false)].sort((a, b) => a.left - b.left);
	const open: { own: Placed[]; other: Placed[] } = { own: [], other: [] };
	let visits = 0;
	for (const next of swept) {
		const [same, opposite] = next.isOwn ? [open.own, open.other] : [open.other, open.own];
		let kept = 0;
		for (const met of opposite) {
			if (met.right < next.left) continue;
			opposite[kept++] = met;
			if (met.bottom < next.top || next.bottom < met.top) continue;
			if (++visits % VISITS === 0) yield;
			const work = next.isOwn ? visit(next.index, met.index) : visit(met.index, next.index);
			if (work !== undefined) yield* work;
		}
		opposite.length = kept;
		same.push(next);
		yield;
	}
}

interface Placed {
	readonly index: number;
	readonly isOwn: boolean;
	readonly left: number;
	readonly right: number;
	readonly top: number;
	readonly bottom: number;
}

function placed(objects: readonly LabelObject[], margin: number, isOwn: boolean): readonly Placed[] {
	return objects.flatMap(({ geometry }, index) => {
		const box = boundingBox(geometry);
		if (box === undefined) return [];
		const reach = geometry.type === 'point' || geometry.type === 'line' ? margin : 0;
		return [{ index, isOwn, ...edgesOf(box, reach) }];
	});
}

function edgesOf({ x, y, width, height }: Box, reach: number): Omit<Placed, 'index' | 'isOwn'> {
	return { left: x - reach, right: x + width + reach, top: y - reach, bottom: y + height + reach };
}
