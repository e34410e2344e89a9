import type { EncodedPicture, Picture } from '@datagym/pixels';

/**
 * Bytes of all pictures of a page, before Base64 makes four of three: 8 MB in the page, so that a page with its labels stays
 * below 10 MB.
 */
export const PAGE_PICTURE_BYTES = 6_000_000;

/** Longest edge of a reduced picture, in pixels: more than a page shows at once. */
export const LONGEST_EDGE = 1280;
const SHORTEST_EDGE = 64;

/** Attempts to meet the share; the one after a measured one is nearly always close enough. */
const ATTEMPTS = 4;
/** A picture may be this much larger than its share: the next ones get less. */
const TOLERANCE = 1.1;
/** Aims a bit below the share, since smaller pictures take more bytes per pixel. */
const CAUTION = 0.95;
/** Of a photograph; learned from the pictures of the page then. */
const BYTES_PER_PIXEL = 0.2;

/**
 * Divides what a page may hold among its images: each gets an equal share of what the ones before it left, so that a page has
 * the same size whatever its pictures are, and a few have more pixels than many.
 */
export class PictureBudget {
	private bytesLeft = PAGE_PICTURE_BYTES;
	private bytesPerPixel = BYTES_PER_PIXEL;

	constructor(private imagesLeft: number) {}

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
		return bytes <= this.share && Math.max(width, height) <= LONGEST_EDGE;
	}

	/** A picture that takes about its share. */
	async reduce(picture: Picture): Promise<EncodedPicture> {
		const { share } = this;
		const quality = qualityFor(share);
		const longest = Math.max(picture.width, picture.height);
		const pixels = share / this.bytesPerPixel;
		let edge = longest * Math.sqrt(pixels / (picture.width * picture.height));
		let reduced: EncodedPicture;
		let attempt = 0;
		do {
			edge = Math.round(Math.min(LONGEST_EDGE, longest, Math.max(SHORTEST_EDGE, edge)));
			reduced = await picture.thumbnail({ maxSize: edge, quality });
			this.bytesPerPixel = reduced.bytes.length / (reduced.width * reduced.height);
			edge = edge * Math.sqrt(share / reduced.bytes.length) * CAUTION;
		} while (++attempt < ATTEMPTS && reduced.bytes.length > share * TOLERANCE);
		return reduced;
	}
}

/** Of a JPEG: in few bytes, more pixels of a lower quality show more than fewer good ones. */
function qualityFor(share: number): number {
	if (share > 60_000) return 78;
	return share > 25_000 ? 68 : 55;
}
