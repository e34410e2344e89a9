import type { ConversionReason } from '../../dataset/conversionReport';
import { hasArea } from '../../geometry/coveredArea';
import { clippedGeometry } from '../../geometry/geometryChanges';
import { boundingBox } from '../../geometry/shapes';
import type { Geometry, Region, Ring } from '../../model';

/** The reasons for which `geometryInside` has no geometry. */
export const GEOMETRY_CONVERSIONS = ['broken', 'outside', 'too-small'] as const satisfies readonly ConversionReason[];

/**
 * The geometry without rings of less than three points, or nothing if it is broken: it has a coordinate that is not finite, or
 * too few points. Readers that check (datumaro, LabelMe's editor, Label Studio) refuse a file for one polygon of two points.
 */
export function usableGeometry(geometry: Geometry): Geometry | undefined {
	if (boundingBox(geometry) === undefined) return undefined;
	switch (geometry.type) {
		case 'rectangle':
		case 'point':
			return geometry;
		case 'line':
			return geometry.points.length >= 2 ? geometry : undefined;
		case 'polygon':
			return isRing(geometry.points) ? geometry : undefined;
		case 'segmentation':
			return withRegions(
				geometry,
				geometry.regions.map((rings) => withRings(rings, isRing)),
			);
	}
}

/** A geometry that is in the image as a whole, or the part of it that is. */
export interface GeometryInside {
	readonly geometry: Geometry;
	readonly isClipped: boolean;
}

/** The part of a geometry inside of an image, or the reason why there is none. Parts that cover nothing are left out. */
export function geometryInside(
	geometry: Geometry,
	size: { readonly width: number; readonly height: number },
): GeometryInside | (typeof GEOMETRY_CONVERSIONS)[number] {
	const usable = usableGeometry(geometry);
	if (usable === undefined) return 'broken';
	const whole = withoutFlatParts(usable);
	if (whole === undefined) return 'too-small';
	const inside = clippedGeometry(whole, size);
	return inside === undefined ? 'outside' : { geometry: inside, isClipped: inside !== whole };
}

function withoutFlatParts(geometry: Geometry): Geometry | undefined {
	switch (geometry.type) {
		case 'rectangle':
			return geometry.width > 0 && geometry.height > 0 ? geometry : undefined;
		case 'polygon':
			return hasArea(geometry.points) ? geometry : undefined;
		case 'segmentation':
			return withRegions(
				geometry,
				geometry.regions.map((rings) => withRings(rings, hasArea)),
			);
		case 'line':
		case 'point':
			return geometry;
	}
}

function isRing(ring: Ring): boolean {
	return ring.length >= 3;
}

/** The region itself if all its rings are kept; nothing without its exterior. */
function withRings(rings: Region, isKept: (ring: Ring) => boolean): Region | undefined {
	const [exterior] = rings;
	if (exterior === undefined || !isKept(exterior)) return undefined;
	return rings.every(isKept) ? rings : rings.filter(isKept);
}

/** The geometry itself if nothing changes; nothing without regions. */
function withRegions(
	geometry: Extract<Geometry, { type: 'segmentation' }>,
	regions: readonly (Region | undefined)[],
): Geometry | undefined {
	if (regions.every((rings, index) => rings === geometry.regions[index])) return geometry;
	const kept = regions.filter((rings) => rings !== undefined);
	return kept.length === 0 ? undefined : { type: 'segmentation', regions: kept };
}
