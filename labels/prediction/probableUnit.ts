import { type CoordinateUnit, FAR_EDGE } from '../geometry/coordinateUnit';
import { boundingBox } from '../geometry/shapes';
import type { LabeledImage } from '../model';

/** Models draw a little beyond the edge of the image, but not by half of it. */
const MOST_BEYOND = 0.5;
/** Fractions of more than two images are none. */
const LARGEST_FRACTION = 2;

/**
 * The unit that the coordinates probably have, if it is not the given one, in which they were read: pixels or percentages that
 * all lie within the first one, and are not whole, are fractions, and fractions, percentages or thousandths of more than two images are pixels.
 *
 * @param image its labels in pixels as displayed; without a size, and in images of a few pixels, only pixels are doubted or nothing is.
 */
export function probableUnit(image: LabeledImage, unit: CoordinateUnit): CoordinateUnit | undefined {
	const boxes = image.objects.flatMap(({ geometry }) => boundingBox(geometry) ?? []);
	if (boxes.length === 0) return undefined;
	const { width, height } = image;
	const isTiny = width !== undefined && height !== undefined && Math.min(width, height) <= LARGEST_FRACTION;
	const scale = scaleOf(image, unit);
	if (scale === undefined || (unit === 'pixels' && isTiny)) return undefined;
	let least = Infinity;
	let most = -Infinity;
	let isWhole = true;
	for (const box of boxes) {
		least = Math.min(least, box.x * scale.x, box.y * scale.y);
		most = Math.max(most, (box.x + box.width) * scale.x, (box.y + box.height) * scale.y);
		isWhole &&= [box.x, box.y, box.width, box.height].every(Number.isInteger);
	}
	if (unit !== 'fractions') {
		if (least >= -MOST_BEYOND && most <= 1 + MOST_BEYOND && !isWhole) return 'fractions';
		if (unit === 'pixels') return undefined;
	}
	return Math.max(-least, most) > LARGEST_FRACTION * FAR_EDGE[unit] ? 'pixels' : undefined;
}

/** From pixels to the unit. */
function scaleOf({ width, height }: LabeledImage, unit: CoordinateUnit): { x: number; y: number } | undefined {
	if (unit === 'pixels') return { x: 1, y: 1 };
	if (width === undefined || height === undefined) return undefined;
	return { x: FAR_EDGE[unit] / width, y: FAR_EDGE[unit] / height };
}
