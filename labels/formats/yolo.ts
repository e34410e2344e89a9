import { labelOf } from '../eachObject';
import type { LabeledImage, Point, Ring } from '../model';
import { displayedImage } from '../geometry/orientation';
import type { Box } from '../geometry/shapes';
import { smallestTurnedBox } from '../geometry/turnedBox';
import { boxesOf, hasSize, outlinesOf, type LabelWriting, type SizedImage } from './boxes';

/**
 * The label files of YOLO (Ultralytics), one text an image, one row a label. Numbers are fractions (0 to 1, six
 * decimals) of the image's width and height as it is displayed: an EXIF orientation is applied. Shapes are cut off at the
 * edge, since readers drop an image for one number above 1; equal rows stand once, since readers remove them.
 *
 * Each returns nothing for an image whose size is not known, and an empty text for one without labels (a negative).
 * Source: docs.ultralytics.com/datasets (detect, segment, obb, pose).
 */
export type YoloWriter = (image: LabeledImage, options: LabelWriting) => string | undefined;

/** Rows `class cx cy w h`: center and size of the box. */
export const writeYoloDetect: YoloWriter = (image, options) =>
	writeRows(image, options, (shown) =>
		boxesOf(shown, options).map(({ datasetClass, box }) => `${datasetClass.id} ${boxNumbers(box, shown)}`),
	);

/** Rows `class x1 y1 x2 y2 ...`: an outline of three or more points. */
export const writeYoloSegment: YoloWriter = (image, options) =>
	writeRows(image, options, (shown) =>
		outlinesOf(shown, options).map(({ datasetClass, ring }) => `${datasetClass.id} ${ringNumbers(ring, shown)}`),
	);

/** Rows `class x1 y1 x2 y2 x3 y3 x4 y4`: four corners. Outlines of more or fewer points become the smallest turned box around them. */
export const writeYoloObb: YoloWriter = (image, options) =>
	writeRows(image, options, (shown) =>
		outlinesOf(shown, options).map(({ object, datasetClass, ring }) => {
			if (ring.length === 4) return `${datasetClass.id} ${ringNumbers(ring, shown)}`;
			options.report.add('reduced-to-box', labelOf(image), object.className);
			return `${datasetClass.id} ${ringNumbers(
				smallestTurnedBox(ring).map((point) => inside(point, shown)),
				shown,
			)}`;
		}),
	);

export function writeRows(
	image: LabeledImage,
	{ report }: LabelWriting,
	rowsOf: (shown: SizedImage) => string[],
): string | undefined {
	const shown = displayedImage(image);
	if (!hasSize(shown)) {
		report.add('no-size', labelOf(image));
		return undefined;
	}
	const rows = rowsOf(shown);
	if (rows.length === 0) return '';
	const different = new Set(rows);
	if (different.size < rows.length) report.add('duplicate', labelOf(image), undefined, rows.length - different.size);
	return `${[...different].join('\n')}\n`;
}

/** Center and size as fractions. */
export function boxNumbers({ x, y, width, height }: Box, image: SizedImage): string {
	return `${fraction(x + width / 2, image.width)} ${fraction(y + height / 2, image.height)} ${fraction(width, image.width)} ${fraction(height, image.height)}`;
}

function ringNumbers(ring: Ring, image: SizedImage): string {
	return ring.map(({ x, y }) => `${fraction(x, image.width)} ${fraction(y, image.height)}`).join(' ');
}

/** Six decimals: a hundredth of a pixel in an image of 10,000. */
export function fraction(pixels: number, size: number): number {
	return Math.round((pixels / size) * 1e6) / 1e6;
}

function inside({ x, y }: Point, { width, height }: SizedImage): Point {
	return { x: Math.min(Math.max(x, 0), width), y: Math.min(Math.max(y, 0), height) };
}
