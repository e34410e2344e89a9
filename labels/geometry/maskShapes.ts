import type { Region } from '../model';
import { type Mask, regionsOfPixels } from './maskPolygons';
import type { Box } from './shapes';

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
