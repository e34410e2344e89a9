import type { Geometry, ImageSize, Point, Region } from '../model';
import { regionsInside } from './areaCutting';
import { coveredArea } from './coveredArea';
import { clippedGeometry } from './geometryChanges';
import { geometryFrom } from './orientation';
import { type Box, boundingBox, type ImageEdge, imageEdges, regionArea } from './shapes';

/** What a box cuts out of a geometry. */
export interface CutGeometry {
	/** In coordinates from the corner of the box. One, but of a line that leaves the box and comes back; none if nothing is inside. */
	readonly geometries: readonly Geometry[];
	/** The share of the area (of a line, of the length) that is inside: 1 for all of it. */
	readonly share: number;
}

const NOTHING: CutGeometry = { geometries: [], share: 0 };

/**
 * Cuts a usable geometry (`geometryInside`) exactly: an outline that falls into several parts becomes a segmentation of them, so
 * that it stays one label. Where an outline crosses itself, its parts stay connected along the edge instead, by lines without
 * width. A point on the right or lower edge of the box belongs to the next box.
 *
 * @param image in which the box lies; on its edge, no other box follows.
 */
export function cutGeometry(geometry: Geometry, box: Box, image: ImageSize): CutGeometry {
	const around = boundingBox(geometry);
	if (around === undefined) return NOTHING;
	const { x, y, width, height } = around;
	const isBeside = x > box.x + box.width || y > box.y + box.height || x + width < box.x || y + height < box.y;
	if (isBeside) return NOTHING;
	const inBox = geometryFrom(geometry, box);
	if (geometry.type === 'point' || (width === 0 && height === 0)) {
		const isInside = isBefore(x, box.x + box.width, image.width) && isBefore(y, box.y + box.height, image.height);
		return isInside ? { geometries: [inBox], share: 1 } : NOTHING;
	}
	const isWhole = x >= box.x && y >= box.y && x + width <= box.x + box.width && y + height <= box.y + box.height;
	if (isWhole) return { geometries: [inBox], share: 1 };
	const geometries = partsInside(inBox, box);
	const sum = geometries.reduce((total, part) => total + extentOf(part), 0);
	return { geometries, share: Math.min(1, sum / extentOf(geometry)) };
}

function isBefore(position: number, end: number, last: number): boolean {
	return position < end || (end >= last && position <= end);
}

function partsInside(geometry: Geometry, size: ImageSize): Geometry[] {
	switch (geometry.type) {
		case 'rectangle':
		case 'point':
			return oneOrNone(clippedGeometry(geometry, size));
		case 'line':
			return linesInside(geometry.points, size).map((points) => ({ type: 'line', points }));
		case 'polygon': {
			const [only, ...more] = regionsInside([geometry.points], size);
			if (only === undefined) return [];
			const [exterior = []] = only;
			const isRing = more.length === 0 && only.length === 1;
			return [isRing ? { type: 'polygon', points: exterior } : { type: 'segmentation', regions: [only, ...more] }];
		}
		case 'segmentation': {
			const regions = geometry.regions.flatMap((region) => regionsInside(region, size));
			return regions.length === 0 ? [] : [{ type: 'segmentation', regions }];
		}
	}
}

function oneOrNone<T>(value: T | undefined): T[] {
	return value === undefined ? [] : [value];
}

/** Square pixels of an area, pixels of a line. */
function extentOf(geometry: Geometry): number {
	switch (geometry.type) {
		case 'rectangle':
			return geometry.width * geometry.height;
		case 'polygon':
			return coveredArea(geometry.points);
		case 'segmentation':
			return geometry.regions.reduce((sum, region) => sum + areaOf(region), 0);
		case 'line':
			return geometry.points.reduce((sum, { x, y }, index) => {
				const before = geometry.points[index - 1];
				return before === undefined ? sum : sum + Math.hypot(x - before.x, y - before.y);
			}, 0);
		case 'point':
			return 1;
	}
}

function areaOf(region: Region): number {
	const [exterior = []] = region;
	return region.length === 1 ? coveredArea(exterior) : regionArea(region);
}

/** The pieces of a line, in their order. */
function linesInside(points: readonly Point[], size: ImageSize): Point[][] {
	const pieces: Point[][] = [];
	let last: Point | undefined;
	points.slice(1).forEach((to, index) => {
		const from = points[index] ?? to;
		const piece = imageEdges(size).reduce<readonly [Point, Point] | undefined>(
			(rest, edge) => rest && segmentAtEdge(rest, edge),
			[from, to],
		);
		if (piece === undefined) return;
		const [start, end] = piece;
		const current = pieces.at(-1);
		if (current !== undefined && last?.x === start.x && last.y === start.y) current.push(end);
		else pieces.push([start, end]);
		last = end;
	});
	return pieces.filter((piece) => extentOf({ type: 'line', points: piece }) > 0);
}

function segmentAtEdge([from, to]: readonly [Point, Point], { keep, meet }: ImageEdge) {
	if (keep(from)) return [from, keep(to) ? to : meet(from, to)] as const;
	return keep(to) ? ([meet(from, to), to] as const) : undefined;
}
