import type { Region, Ring } from '../model';
import { type Mask, regionsOfPixels } from './maskPolygons';
import { type Box, ringArea } from './shapes';
import { type PixelSize, simplifiedRegion } from './simplification';

/**
 * The areas of a mask as regions along the edges of its pixels, in pixels of the image. `place` is the box in the image that
 * the mask fills, since masks can be of a box alone or of another size than the image; without it, both have the same pixels.
 *
 * Readers give masks like this, exactly; `preparePrediction` simplifies them as the user wants.
 *
 * @returns undefined for noise of millions of corners, or pixels that do not fill the size.
 */
export function polygonsOfMask(mask: Mask, place?: Box): Region[] | undefined {
	const regions = regionsOfPixels(mask);
	if (regions === undefined || place === undefined) return regions;
	const [scaleX, scaleY] = [place.width / mask.width, place.height / mask.height];
	return regions.map((rings) =>
		rings.map((ring) => ring.map(({ x, y }) => ({ x: place.x + x * scaleX, y: place.y + y * scaleY }))),
	);
}

/** Parts and holes of fewer pixels are specks, unless they are more than this share of the mask. */
const SPECK = { pixels: 16, share: 0.001 } as const;

/** Regions without the parts and holes of a few pixels that models leave beside and in what they found. */
export function withoutSpecks(regions: readonly Region[]): {
	readonly regions: readonly Region[];
	readonly specks: number;
} {
	const pixel = pixelOf(regions.flat());
	if (pixel === undefined) return { regions, specks: 0 };
	const area = regions.reduce((sum, [exterior = []]) => sum + ringArea(exterior), 0);
	const least = Math.min(SPECK.pixels * pixel.width * pixel.height, SPECK.share * area);
	const kept = regions
		.filter(([exterior = []]) => ringArea(exterior) >= least)
		.map((rings) => (rings.length === 1 ? rings : rings.filter((ring) => ringArea(ring) >= least)));
	return { regions: kept, specks: regions.flat().length - kept.flat().length };
}

/**
 * Regions that follow the pixels of a mask, with fewer points: by no more than the tolerance, in pixels of the image or of
 * the mask, whichever are larger. Regions of other lines, which somebody drew or a model simplified, come back themselves.
 */
export function simplifiedMask(regions: readonly Region[], tolerance: number): readonly Region[] {
	const rings = regions.flat();
	const pixel = rings.some((ring) => ring.length > 4) ? pixelOf(rings) : undefined;
	if (pixel === undefined || tolerance <= 0) return regions;
	const scaled = tolerance * Math.max(1, pixel.width, pixel.height);
	return regions.map((region) => simplifiedRegion(region, scaled, pixel));
}

/** A shape of fewer corners is too simple to tell the size of its pixels; they are those of the image then. */
const FEWEST_CORNERS = 32;
const ONE: PixelSize = { width: 1, height: 1 };

/** The size of the pixels whose edges the rings follow, or nothing if they do not. */
function pixelOf(rings: readonly Ring[]): PixelSize | undefined {
	const least = { width: Infinity, height: Infinity };
	let corners = 0;
	for (const ring of rings) {
		corners += ring.length;
		if (!eachEdge(ring, (width, height) => ignoreZero(least, width, height))) return undefined;
	}
	if (corners === 0 || !Number.isFinite(least.width + least.height)) return undefined;
	if (corners < FEWEST_CORNERS) return ONE;
	const isGrid = rings.every((ring) =>
		eachEdge(ring, (width, height) => isMultiple(width, least.width) && isMultiple(height, least.height)),
	);
	return isGrid ? least : ONE;
}

/** Whether all edges are horizontal or vertical, and as they should be. */
function eachEdge(ring: Ring, isRight: (width: number, height: number) => boolean): boolean {
	let before = ring[ring.length - 1];
	for (const point of ring) {
		if (before === undefined) return false;
		const [width, height] = [Math.abs(point.x - before.x), Math.abs(point.y - before.y)];
		if ((width === 0) === (height === 0) || !isRight(width, height)) return false;
		before = point;
	}
	return true;
}

function ignoreZero(least: { width: number; height: number }, width: number, height: number): boolean {
	if (width > 0) least.width = Math.min(least.width, width);
	if (height > 0) least.height = Math.min(least.height, height);
	return true;
}

function isMultiple(length: number, unit: number): boolean {
	const count = length / unit;
	return Math.abs(count - Math.round(count)) < 1e-6;
}
