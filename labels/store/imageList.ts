import type { LabeledImage } from '../model';
import type { Steps } from '../steps/steps';

/**
 * An image without its labels: what names, splits and files of images need, which is there without a look at the labels. Where images
 * are at hand as they are, each is its own brief.
 */
export type BriefImage = Pick<
	LabeledImage,
	'imageId' | 'imageName' | 'width' | 'height' | 'orientation' | 'fileType' | 'part'
> & {
	/** Where it is in its store, if it is of one. */
	readonly place?: number;
};

/**
 * Images that can be gone through again and again: an array, or images that are made anew each time, so that only one of them
 * need be held (`StoredImages`). Who keeps several keeps their briefs.
 */
export interface ImageList extends Iterable<LabeledImage> {
	readonly length: number;
	/** The images without their labels, if that is less work. */
	readonly briefs?: () => Iterable<BriefImage>;
	/** Those of the images that have the briefs, in the order of these. */
	readonly taken?: (briefs: Iterable<BriefImage>) => ImageList;
	/** The images with what a change makes of each. */
	readonly changed?: (change: ImageChange) => ImageList;
	/** False if no label is a point. */
	readonly mayHavePoints?: boolean;
}

export type ImageChange = (image: LabeledImage) => LabeledImage;

/** What the file of an image tells of it: width and height as displayed, EXIF orientation and type. */
export type FileFacts = Pick<LabeledImage, 'width' | 'height' | 'orientation' | 'fileType'>;

export function factsOf({ width, height, orientation, fileType }: FileFacts): FileFacts {
	return {
		...(width !== undefined && { width }),
		...(height !== undefined && { height }),
		...(orientation !== undefined && { orientation }),
		...(fileType !== undefined && { fileType }),
	};
}

export function briefOf(image: LabeledImage): BriefImage {
	const { imageId, imageName, part } = image;
	return { imageId, imageName, ...factsOf(image), ...(part && { part }) };
}

export function briefsOf(images: ImageList): Iterable<BriefImage> {
	return images.briefs?.() ?? images;
}

/** Those of the images that have the briefs (of `briefsOf`), in the order of these. */
export function taken(images: ImageList, briefs: Iterable<BriefImage>): ImageList {
	if (images.taken !== undefined) return images.taken(briefs);
	const whole = new Map<BriefImage, LabeledImage>();
	for (const image of images) whole.set(image, image);
	return [...briefs].flatMap((brief) => whole.get(brief) ?? []);
}

/** @param change also of an image without labels, whose brief is wanted. */
export function changedImages(images: ImageList, change: ImageChange): ImageList {
	return images.changed?.(change) ?? [...images].map(change);
}

/** Each image with its brief. */
export function* withBriefs(images: ImageList): Generator<readonly [LabeledImage, BriefImage]> {
	const briefs = briefsOf(images)[Symbol.iterator]();
	for (const image of images) {
		const brief = briefs.next();
		if (brief.done !== true) yield [image, brief.value];
	}
}

/** The images that are wanted. */
export function* selected(images: ImageList, isWanted: (image: LabeledImage) => boolean): Steps<ImageList> {
	const wanted: BriefImage[] = [];
	for (const [image, brief] of withBriefs(images)) {
		if (isWanted(image)) wanted.push(brief);
		yield;
	}
	return taken(images, wanted);
}
