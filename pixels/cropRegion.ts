import { type PixelBox, PictureError } from './model';
import type { PixelRegion } from './raster';

/** Numbers that are whole but for the rounding of their computation count as whole. */
const NEARLY = 1e-6;

interface Size {
	readonly width: number;
	readonly height: number;
}

/**
 * The whole pixels of a crop: those that the box touches, with the margin, as far as they are in the image; and of a square,
 * what lies beside the image where that is smaller. A point or line has one pixel at least.
 *
 * @throws PictureError `outside` if no part of the box is in the image.
 */
export function cropRegion(box: PixelBox, image: Size, margin = 0, isSquare = false): PixelRegion {
	const added = Math.max(0, margin) * Math.max(box.width, box.height);
	const across = touched(box.x, box.width, added, image.width);
	const down = touched(box.y, box.height, added, image.height);
	if (across === undefined || down === undefined)
		throw new PictureError(
			'outside',
			`The box (x ${box.x}, y ${box.y}, width ${box.width}, height ${box.height}) is outside of the image, which has ${image.width} × ${image.height} pixels.`,
		);
	const region = { x: across.start, y: down.start, width: across.length, height: down.length };
	if (!isSquare) return region;
	const side = Math.max(region.width, region.height);
	return {
		x: movedInside(region.x, region.width, side, image.width),
		y: movedInside(region.y, region.height, side, image.height),
		width: side,
		height: side,
	};
}

/** The pixels of a direction; nothing if the box lies outside. */
function touched(position: number, length: number, added: number, limit: number) {
	const isInside = position < limit && position + length >= 0 && (position + length > 0 || length === 0);
	if (!isInside || ![position, length].every(Number.isFinite)) return undefined;
	const start = Math.max(0, Math.floor(position - added + NEARLY));
	const end = Math.min(limit, Math.max(start + 1, Math.ceil(position + length + added - NEARLY)));
	return { start, length: end - start };
}

/** Where a side of a square begins: around the middle, but in the image if it fits there. */
function movedInside(start: number, length: number, side: number, limit: number): number {
	const centered = start - Math.floor((side - length) / 2);
	if (side > limit) return Math.floor((limit - side) / 2);
	return Math.min(Math.max(centered, 0), limit - side);
}

/** The part of a region that is in the image. */
export function insideOf(region: PixelRegion, image: Size): PixelRegion {
	const x = Math.max(0, region.x);
	const y = Math.max(0, region.y);
	return {
		x,
		y,
		width: Math.min(image.width, region.x + region.width) - x,
		height: Math.min(image.height, region.y + region.height) - y,
	};
}

/** A size whose longer side has at most `maxSize` pixels, each side at least one. */
export function boundedSize({ width, height }: Size, maxSize = Infinity): Size {
	const scale = Math.min(1, Math.max(1, maxSize) / Math.max(width, height));
	return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
