import type { Geometry, GeometryType, Point, Ring, SegmentationGeometry } from '../model';
import type { ProblemReason } from '../parsing/problem';
import { isList, isRecord, shown } from '../parsing/record';

/** Why a geometry could not be read. */
export interface GeometryFault {
	readonly type: 'fault';
	readonly reason: ProblemReason;
	readonly message: string;
}

/** Keys under which a label's geometry stands: its own name, or `geometry` as in 2020. */
export type GeometryKey = 'rectangle' | 'polygon' | 'line' | 'point' | 'image_segmentation' | 'geometry';

export function isGeometryKey(key: string): key is GeometryKey {
	switch (key) {
		case 'rectangle':
		case 'polygon':
		case 'line':
		case 'point':
		case 'image_segmentation':
		case 'geometry':
			return true;
		default:
			return false;
	}
}

/**
 * Reads `[{"x":1,"y":2,"w":3,"h":4}]`, `[{"x":1,"y":2}, ...]` or, for a segmentation, `[[{"x":1,"y":2}, ...], ...]`.
 *
 * Numbers may be texts of digits, as the import takes them. Under `geometry` the type is that of the class when it is
 * known, else it follows from the shape: w and h are a rectangle, one point a point, two a line, more a polygon.
 * Source: docs/contract.md#import-geometries; recordings 334, 365, 389.
 */
export function readGeometry(
	key: GeometryKey,
	value: unknown,
	classType: GeometryType | undefined,
): Geometry | GeometryFault {
	if (!isList(value))
		return fault(
			'unreadable',
			`The geometry must be a list, but got ${shown(value)}. Provide [{"x": 1, "y": 2, ...}].`,
		);
	switch (key === 'geometry' ? (classType ?? typeByShape(value)) : key) {
		case 'rectangle':
			return readRectangle(value);
		case 'point':
			return readPoint(value);
		case 'line':
			return readPath('line', value);
		case 'polygon':
			return readPath('polygon', value);
		case 'segmentation':
		case 'image_segmentation':
			return readSegmentation(value);
	}
}

function typeByShape(value: readonly unknown[]): GeometryType {
	const [first] = value;
	if (isList(first)) return 'segmentation';
	if (isRecord(first) && ('w' in first || 'h' in first)) return 'rectangle';
	if (value.length < 2) return 'point';
	return value.length === 2 ? 'line' : 'polygon';
}

function readRectangle(value: readonly unknown[]): Geometry | GeometryFault {
	const [corner] = value;
	if (value.length !== 1 || !isRecord(corner))
		return fault(
			'points',
			'A rectangle needs exactly one corner with a size. Provide [{"x": 1, "y": 2, "w": 3, "h": 4}].',
		);
	const x = coordinate(corner.x);
	const y = coordinate(corner.y);
	const width = coordinate(corner.w);
	const height = coordinate(corner.h);
	if (Number.isFinite(x + y + width + height)) return { type: 'rectangle', x, y, width, height };
	return coordinateFault(corner, ['x', 'y', 'w', 'h']);
}

function readPoint(value: readonly unknown[]): Geometry | GeometryFault {
	if (value.length !== 1)
		return fault('points', `A point needs exactly one position, but got ${value.length}. Provide [{"x": 1, "y": 2}].`);
	const points = readPoints(value);
	if ('type' in points) return points;
	const [point] = points;
	return point === undefined
		? fault('points', 'A point needs exactly one position. Provide [{"x": 1, "y": 2}].')
		: { type: 'point', x: point.x, y: point.y };
}

function readPath(type: 'line' | 'polygon', value: readonly unknown[]): Geometry | GeometryFault {
	if (value.length === 0) return fault('empty', `The ${type} has no points. Draw it again, or remove it.`);
	const points = readPoints(value);
	return 'type' in points ? points : { type, points };
}

function readSegmentation(value: readonly unknown[]): Geometry | GeometryFault {
	const rings: Ring[] = [];
	for (const ring of value) {
		const points = isList(ring)
			? readPoints(ring)
			: fault(
					'unreadable',
					`A ring must be a list of points, but got ${shown(ring)}. Provide [[{"x": 1, "y": 2}, ...]].`,
				);
		if ('type' in points) return points;
		rings.push(points);
	}
	if (rings.length === 0)
		return fault(
			'empty',
			'The segmentation has no polygon: DataGym stores imported segmentations empty. Draw it again in DataGym.',
		);
	return { type: 'segmentation', regions: [rings] };
}

/** A list of `{x, y}` (with an id, in task details), or the fault of the first one that cannot be read. */
export function readPoints(value: readonly unknown[]): Point[] | GeometryFault {
	const points = new Array<Point>(value.length);
	for (let index = 0; index < value.length; index++) {
		const point = value[index];
		if (!isRecord(point))
			return fault('unreadable', `A point must be an object, but got ${shown(point)}. Provide {"x": 1, "y": 2}.`);
		const x = coordinate(point.x);
		const y = coordinate(point.y);
		if (!Number.isFinite(x + y)) return coordinateFault(point, ['x', 'y']);
		points[index] = { x, y };
	}
	return points;
}

/** The number, or NaN. Minus zero becomes zero, which is what JSON writes for it. */
export function coordinate(value: unknown): number {
	if (typeof value === 'number') return value + 0;
	return typeof value === 'string' && /^[0-9]+$/.test(value) ? Number(value) : Number.NaN;
}

export function coordinateFault(record: Readonly<Record<string, unknown>>, names: readonly string[]): GeometryFault {
	const name = names.find((candidate) => !Number.isFinite(coordinate(record[candidate])));
	const what =
		name === undefined ? 'The numbers are too large' : `"${name}" must be a number, but got ${shown(record[name])}`;
	return fault(
		'coordinates',
		`${what}. DataGym exports negative coordinates as null: read the task details instead, or correct the shape.`,
	);
}

export function fault(reason: ProblemReason, message: string): GeometryFault {
	return { type: 'fault', reason, message };
}

/** What stands under a geometry's own key in the import and the export. */
export type WireGeometry =
	| { readonly key: 'rectangle'; readonly value: readonly { x: number; y: number; w: number; h: number }[] }
	| { readonly key: 'polygon' | 'line' | 'point'; readonly value: readonly Point[] }
	| { readonly key: 'image_segmentation'; readonly value: readonly Ring[] };

/** The geometry under its own key. Regions of a segmentation follow each other: the wire cannot tell them from holes. */
export function writeGeometry(geometry: Geometry): WireGeometry {
	switch (geometry.type) {
		case 'rectangle': {
			const { x, y, width, height } = geometry;
			return { key: 'rectangle', value: [{ x, y, w: width, h: height }] };
		}
		case 'point':
			return { key: 'point', value: [{ x: geometry.x, y: geometry.y }] };
		case 'polygon':
		case 'line':
			return { key: geometry.type, value: geometry.points };
		case 'segmentation':
			return { key: 'image_segmentation', value: geometry.regions.flat() };
	}
}

/**
 * Why DataGym's import would refuse or spoil this geometry, or nothing. Only the shape counts here: numbers finite and not
 * below 0, enough points, a kind that can be imported. Source: docs/contract.md#import-geometries, recordings 386-400.
 */
export function geometryFault(
	geometry: Geometry,
): { readonly reason: ProblemReason; readonly message: string } | undefined {
	switch (geometry.type) {
		case 'rectangle':
			return numberFault([geometry.x, geometry.y, geometry.width, geometry.height]);
		case 'point':
			return numberFault([geometry.x, geometry.y]);
		case 'line':
			return pathFault(geometry.points, 2, 'line');
		case 'polygon':
			return pathFault(geometry.points, 3, 'polygon');
		case 'segmentation':
			return {
				reason: 'not-supported',
				message: 'DataGym stores imported segmentations empty, which blocks the task. Import a polygon instead.',
			};
	}
}

/** Why a label of this segmentation cannot be drawn value by value, where the import itself cannot hold it, or nothing. */
export function segmentationFault({
	regions,
}: SegmentationGeometry): { readonly reason: ProblemReason; readonly message: string } | undefined {
	const [rings = [], ...others] = regions;
	if (rings.length === 0)
		return { reason: 'empty', message: 'The segmentation has no outline. Draw it, or remove it.' };
	if (others.length > 0)
		return {
			reason: 'not-supported',
			message: `A segmentation can have only one region, but has ${regions.length}. Provide one label per region.`,
		};
	for (const ring of rings) {
		const fault = pathFault(ring, 3, 'segmentation');
		if (fault !== undefined) return fault;
	}
	return undefined;
}

function pathFault(points: readonly Point[], fewest: number, name: string) {
	if (points.length < fewest) {
		return {
			reason: 'points',
			message: `A ${name} needs at least ${fewest} points, but has ${points.length}. Add points, or remove the label.`,
		} as const;
	}
	return numberFault(points.flatMap(({ x, y }) => [x, y]));
}

function numberFault(numbers: readonly number[]) {
	const broken = numbers.find((number) => !Number.isFinite(number));
	if (broken !== undefined)
		return { reason: 'coordinates', message: `${broken} is not a valid coordinate. Provide finite numbers.` } as const;
	const negative = numbers.find((number) => number < 0);
	if (negative !== undefined)
		return {
			reason: 'negative',
			message: `DataGym rejects negative numbers such as ${negative}. Clip the label to its image.`,
		} as const;
	return undefined;
}
