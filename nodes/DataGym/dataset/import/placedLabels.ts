import { displayedImage, type LabeledImage, nameOf, sizeIn } from '@datagym/labels';
import type { DatasetImage } from './fileSource';

/** In pixels. */
export const displayedSize = ({ header }: DatasetImage) => ({
	width: header.displayedWidth,
	height: header.displayedHeight,
});
export const storedSize = ({ header: { width, height } }: DatasetImage) => ({ width, height });

/**
 * The labels on the image as it is displayed. Labels that say the size of the pixels as stored are turned with the image.
 *
 * @returns a sentence if they are of an image of another size.
 */
export function placedLabels(read: LabeledImage, image: DatasetImage, isStored: boolean): LabeledImage | string {
	const { orientation } = image.header;
	const [own, displayed, stored] = [sizeIn(read), displayedSize(image), storedSize(image)];
	const isOfStored = own !== undefined && isSame(own, stored) && !isSame(own, displayed);
	if (own !== undefined && !isSame(own, displayed) && !isOfStored)
		return `The labels are of an image of ${own.width} × ${own.height} pixels, but the image has ${displayed.width} × ${displayed.height}.`;
	const { objects, classifications } = read;
	const plain: LabeledImage = { imageId: '', imageName: nameOf(image.path), objects, classifications };
	if (!isStored && !isOfStored) return { ...plain, ...displayed };
	return displayedImage({ ...plain, ...stored }, orientation);
}

type Size = ReturnType<typeof displayedSize>;

const isSame = (one: Size, other: Size) => one.width === other.width && one.height === other.height;
