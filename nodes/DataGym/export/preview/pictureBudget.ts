import { eachObject, geometryPoints, type LabeledImage } from '@datagym/labels';
import type { EncodedPicture, Picture } from '@datagym/pixels';

/** What a page aims at, in bytes: a bit less than the 10 MB that it stays below. */
const PAGE_BYTES = 9_500_000;
/** For its pictures, however many labels it has. */
const FEWEST_PICTURE_BYTES = 3_000_000;
/** Base64 makes four bytes of three. */
const BASE64 = 4 / 3;

/** About what an image, a label and a point take in the page's HTML, in bytes. */
const IMAGE_MARKUP = 900;
const LABEL_MARKUP = 420;
const POINT_MARKUP = 14;

/** Longest edge of a reduced picture, in pixels: about what a page shows of one. More would double the time. */
const LONGEST_EDGE = 1000;
/** Of a file that is small enough to stay as it is, in pixels: a browser holds all pixels of what it shows. */
const LONGEST_KEPT_EDGE = 2000;
const SHORTEST_EDGE = 64;

/** Attempts to meet the share; the one after a measured one is nearly always close enough. */
const ATTEMPTS = 4;
/** A picture may be this much larger than its share: the next ones get less. */
const TOLERANCE = 1.1;
/** A picture that takes less of its share is made again with more pixels, if it has them. */
const WASTE = 0.4;
/** Aims a bit below the share, since smaller pictures take more bytes per pixel. */
const CAUTION = 0.95;
/** Of a photograph; learned from the pictures of the page then. */
const BYTES_PER_PIXEL = 0.2;

/**
 * Divides what a page may hold among its images: each gets an equal share of what the ones before it left, so that a page has
 * the same size whatever its pictures are, and a few have more pixels than many.
 */
export class PictureBudget {
	private bytesLeft: number;
	private imagesLeft: number;
	private bytesPerPixel = BYTES_PER_PIXEL;

	/** @param images of the page. */
	constructor(images: readonly LabeledImage[]) {
		this.imagesLeft = images.length;
		this.bytesLeft = Math.max(FEWEST_PICTURE_BYTES, PAGE_BYTES - markupOf(images)) / BASE64;
	}

	/** What the next picture may take, in bytes. */
	get share(): number {
		return this.bytesLeft / Math.max(1, this.imagesLeft);
	}

	/** Counts one image, with or without a picture. */
	spend(bytes: number): void {
		this.bytesLeft = Math.max(0, this.bytesLeft - bytes);
		this.imagesLeft--;
	}

	/** Whether a file can stand in the page as it is. */
	hasRoomFor(bytes: number, { width, height }: { readonly width: number; readonly height: number }): boolean {
		return bytes <= this.share && Math.max(width, height) <= LONGEST_KEPT_EDGE;
	}

	/** A picture that takes about its share. */
	async reduce(picture: Pick<Picture, 'width' | 'height' | 'thumbnail'>): Promise<EncodedPicture> {
		const { share } = this;
		const quality = qualityFor(share);
		const longest = Math.max(picture.width, picture.height);
		const largest = Math.min(LONGEST_EDGE, longest);
		const within = (edge: number) => Math.round(Math.min(largest, Math.max(SHORTEST_EDGE, edge)));
		let edge = within(longest * Math.sqrt(share / this.bytesPerPixel / (picture.width * picture.height)));
		let reduced = await picture.thumbnail({ maxSize: edge, quality });
		for (let attempt = 1; attempt < ATTEMPTS; attempt++) {
			const used = reduced.bytes.length / share;
			const next = within((edge * CAUTION) / Math.sqrt(used));
			if (used <= TOLERANCE && (used >= WASTE || next <= edge)) break;
			edge = next;
			reduced = await picture.thumbnail({ maxSize: edge, quality });
		}
		const measured = reduced.bytes.length / (reduced.width * reduced.height);
		this.bytesPerPixel = (this.bytesPerPixel + measured) / 2;
		return reduced;
	}
}

/** About what labels and captions take in the page, in bytes. */
function markupOf(images: readonly LabeledImage[]): number {
	let bytes = images.length * IMAGE_MARKUP;
	for (const image of images)
		eachObject(image, ({ geometry }) => (bytes += LABEL_MARKUP + POINT_MARKUP * geometryPoints(geometry).length));
	return bytes;
}

/** Of a JPEG: in few bytes, more pixels of a lower quality show more than fewer good ones. */
function qualityFor(share: number): number {
	if (share > 60_000) return 78;
	return share > 25_000 ? 68 : 55;
}
