/**
 * Coordinates in this room are those of the displayed image, as in the label model: the EXIF orientation is applied, origin
 * in the top left corner of the top left pixel, x to the right, y down, in pixels.
 */
export interface PixelBox {
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

/** Red, green and blue, 0 to 255. */
export type Color = readonly [red: number, green: number, blue: number];

/**
 * Which pixels belong to an object: `inside` holds a byte a pixel (0 or not) of a box of whole pixels, row by row from the
 * top, `width * height` bytes. What lies outside of the box does not belong to it.
 */
export interface PixelMask extends PixelBox {
	readonly inside: Uint8Array;
}

/** JPEG loses a little and is small; PNG keeps each pixel as it was decoded. */
export type PictureFormat = 'jpeg' | 'png';

export interface CropOptions {
	/** Added on each side, as a share of the longer side of the box (0.1 = a tenth). 0 if it is not given. */
	readonly margin?: number;
	/**
	 * Grows the shorter side to the longer one. The square is moved to lie in the image; where the image is smaller than
	 * the square, the rest has the color of the background.
	 */
	readonly isSquare?: boolean;
	/** What lies outside of the mask gets the background. */
	readonly mask?: PixelMask;
	/** Around the mask, beside the image in a square, and below transparent pixels in a JPEG. `transparent` needs PNG. White if it is not given. */
	readonly background?: Color | 'transparent';
	/** The longer side of the crop in pixels, at most: larger crops are scaled down (Lanczos), smaller ones stay. */
	readonly maxSize?: number;
	/** The format of the image's own file if it is not given. */
	readonly format?: PictureFormat;
	/** Of a JPEG, 1 to 100. 90 if it is not given. */
	readonly quality?: number;
}

export interface ThumbnailOptions {
	/** The longer side in pixels, at most. */
	readonly maxSize: number;
	/** Of the JPEG, 1 to 100. 75 if it is not given. */
	readonly quality?: number;
}

/** An encoded picture. */
export interface EncodedPicture {
	readonly bytes: Uint8Array;
	readonly mimeType: 'image/jpeg' | 'image/png';
	/** Of the encoded picture, in its pixels. */
	readonly width: number;
	readonly height: number;
}

export interface Crop extends EncodedPicture {
	/**
	 * What the crop shows, in whole pixels of the displayed image; a part of a square can lie outside of it. A point of the
	 * image lies at `(x - region.x) * crop.width / region.width` in the crop.
	 */
	readonly region: PixelBox;
}

/** The image of a JPEG or PNG file as people see it. Its pixels are decoded when they are first needed, once. */
export interface Picture {
	readonly format: PictureFormat;
	/** As displayed, in pixels. */
	readonly width: number;
	readonly height: number;
	/** EXIF orientation of the file, 1 to 8, which is applied to everything here. */
	readonly orientation: number;
	/** The pixels that a box touches. @throws PictureError `outside` if no part of the box is in the image. */
	crop(box: PixelBox, options?: CropOptions): Promise<Crop>;
	/** A small JPEG of the whole image, on white where it is transparent. An image that is small enough keeps its size. */
	thumbnail(options: ThumbnailOptions): Promise<EncodedPicture>;
	/**
	 * A hash of what the displayed image shows, of 256 bits as hexadecimal digits: copies that were saved again or scaled differ in few bits. Undefined
	 * for an image that is too uniform to say. `Look` in the labels' room compares them.
	 */
	perceptualHash(): Promise<string | undefined>;
	/**
	 * The whole image with its pixels turned and without an orientation, in the format of its file: a PNG without loss, a
	 * JPEG with quality 95, with the color profile and no other metadata. A file that has no orientation is returned byte by byte. Of a JPEG that ends too early, the rest
	 * is gray, as browsers show it.
	 */
	upright(): Promise<EncodedPicture>;
}

/** Gives others their turn. */
export type Pause = () => Promise<void>;

export type PictureFault =
	/** Neither a JPEG nor a PNG. */
	| 'unknown'
	/** The file ends too early or holds what no decoder can read. */
	| 'damaged'
	/** More pixels than `MAX_PIXELS`, by what the header says. Nothing was decoded. */
	| 'tooLarge'
	/** The file is intact but of a kind that is not read, such as arithmetic coding. */
	| 'unsupported'
	/** The box lies outside of the image. */
	| 'outside';

/** A picture that cannot be read. The message is a sentence for users; which image it is, the caller knows. */
export class PictureError extends Error {
	constructor(
		readonly fault: PictureFault,
		message: string,
	) {
		super(message);
		this.name = 'PictureError';
	}
}

/** Larger images are refused by their header: 100 megapixels, which take up to 400 MB. */
export const MAX_PIXELS = 100_000_000;
