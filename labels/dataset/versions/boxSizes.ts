import { boundingBox } from '../../geometry/shapes';
import { eachObject, type LabeledImage } from '../../model';
import { atOnce, type Steps } from '../../steps/steps';

/** Number of bins of a histogram of box sizes. */
const SIZE_BINS = 10;

/**
 * By class, how many boxes have which size: the square root of the box's share of the image, so that a box of a tenth of both sides
 * is in the second of ten bins of equal width from 0 to 1.
 */
export type BoxSizes = Readonly<Record<string, readonly number[]>>;

/** Of labels with an area on images whose size is known. @param nameOf the name of a label's class in the dataset, if it has one. */
export function* boxSizeSteps(
	images: Iterable<LabeledImage>,
	nameOf: (className: string) => string | undefined,
): Steps<BoxSizes> {
	const sizes = new Map<string, number[]>();
	for (const image of images) {
		yield;
		const { width, height } = image;
		if (width === undefined || height === undefined) continue;
		eachObject(image, ({ className, geometry }) => {
			const name = nameOf(className);
			if (name === undefined || geometry.type === 'point') return;
			const box = boundingBox(geometry);
			if (box === undefined) return;
			const bins = sizes.get(name) ?? Array<number>(SIZE_BINS).fill(0);
			const share = Math.sqrt(Math.max(0, (box.width * box.height) / (width * height)));
			const bin = Math.min(SIZE_BINS - 1, Math.floor(share * SIZE_BINS));
			bins[bin] = (bins[bin] ?? 0) + 1;
			sizes.set(name, bins);
		});
	}
	return Object.fromEntries([...sizes].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The same at once, of few images. */
export function boxSizesOf(...parameters: Parameters<typeof boxSizeSteps>): BoxSizes {
	return atOnce(boxSizeSteps(...parameters));
}
