import { PictureError } from './model';
import type { BorrowedRaster } from './raster';
import { decodeJpeg } from './turboJpeg';

/** What a JPEG's markers say (ITU-T T.81, annex B). */
export interface JpegFacts {
	readonly width: number;
	readonly height: number;
	readonly components: number;
	/** Whether the color has half of the resolution in both directions (4:2:0), as in most photographs. */
	readonly isSubsampled: boolean;
	/** Whether the end of the image was found. */
	readonly isComplete: boolean;
	/** The segments of the color profile (ICC.1, B.4), each with its marker. */
	readonly profile: readonly Uint8Array[];
}

type Frame = Omit<JpegFacts, 'isComplete' | 'profile'>;

/** As many scans as libjpeg-turbo's tools allow: each costs the time of a whole image. */
const MAX_SCANS = 500;
/** Baseline, extended and progressive, all with Huffman coding. */
const READABLE_FRAMES = [0xc0, 0xc1, 0xc2];

/**
 * Reads the markers of the whole file, which no decoder has seen yet.
 *
 * @throws PictureError `unsupported` for kinds of JPEG that browsers do not show either, `damaged` without a frame or scan.
 */
export function readJpegFacts(bytes: Uint8Array): JpegFacts {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	let frame: Frame | undefined;
	let scans = 0;
	const profile: Uint8Array[] = [];
	for (let position = bytes.indexOf(0xff, 2); position >= 0 && position + 1 < bytes.length; ) {
		const marker = view.getUint8(position + 1);
		if (marker === 0xd9 && scans > 0 && frame !== undefined) return { ...frame, isComplete: true, profile };
		const hasLength = marker >= 0xc0 && marker !== 0xff && !(marker >= 0xd0 && marker <= 0xd9);
		if (hasLength && position + 4 <= bytes.length) {
			if (isFrame(marker) && frame === undefined) frame = readFrame(view, position, marker);
			if (marker === 0xda && ++scans > MAX_SCANS)
				throw new PictureError('damaged', `The JPEG file has more than ${MAX_SCANS} scans.`);
			const end = position + 2 + view.getUint16(position + 2);
			if (marker === 0xe2 && isProfile(bytes, position + 4)) profile.push(bytes.subarray(position, end));
			position = end;
		} else {
			position += marker === 0xff ? 1 : 2;
		}
		position = bytes.indexOf(0xff, position);
	}
	if (frame === undefined || scans === 0) throw new PictureError('damaged', 'The JPEG file holds no image.');
	return { ...frame, isComplete: false, profile };
}

const PROFILE = 'ICC_PROFILE\0';

function isProfile(bytes: Uint8Array, position: number): boolean {
	return [...PROFILE].every((letter, index) => bytes[position + index] === letter.charCodeAt(0));
}

/** SOF0 to SOF15 without DHT, JPG and DAC, which lie between them. */
function isFrame(marker: number): boolean {
	return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function readFrame(view: DataView, position: number, marker: number): Frame {
	if (position + 10 > view.byteLength) throw new PictureError('damaged', 'The JPEG file ends too early.');
	const precision = view.getUint8(position + 4);
	const components = view.getUint8(position + 9);
	if (!READABLE_FRAMES.includes(marker) || precision !== 8 || ![1, 3, 4].includes(components))
		throw new PictureError(
			'unsupported',
			'The JPEG file is of a kind that browsers do not show (lossless, arithmetic, or not 8 bits).',
		);
	const isSubsampled = position + 12 <= view.byteLength && components === 3 && view.getUint8(position + 11) === 0x22;
	return { width: view.getUint16(position + 7), height: view.getUint16(position + 5), components, isSubsampled };
}

interface Wish {
	/** Asks for a smaller picture. 8 if it is not given. */
	readonly eighths?: number;
	/** Whether a file that ends too early is let pass: the rest is gray, as browsers show it. */
	readonly isTolerant?: boolean;
}

/**
 * The pixels as they are stored, gray or RGB.
 *
 * @throws PictureError `damaged` if the file ends too early or libjpeg gives up. What libjpeg only warns of is let pass, as
 * browsers and Pillow do.
 */
export function readJpeg(
	bytes: Uint8Array,
	facts: JpegFacts,
	{ eighths = 8, isTolerant = false }: Wish = {},
): BorrowedRaster {
	const { components, isComplete } = facts;
	const decoded = decodeJpeg(bytes, facts, components, eighths);
	const { width, height, data, isAmiss, release } = decoded;
	if (isAmiss && !isComplete && !isTolerant) {
		release();
		throw new PictureError('damaged', 'The JPEG file ends too early. Upload it again.');
	}
	if (components === 4) return { width, height, channels: 3, data: rgbOfCmyk(data), release };
	return { width, height, channels: components === 1 ? 1 : 3, data, release };
}

/**
 * Red, green and blue of inverted CMYK, written over it: `ink * black / 255`, rounded as Pillow does (MULDIV255 in its
 * Convert.c), which takes all CMYK as Adobe's inverted one, too.
 */
function rgbOfCmyk(data: Uint8Array): Uint8Array {
	const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
	let to = 0;
	for (let from = 0; from < data.length; from += 4) {
		const black = view.getUint8(from + 3);
		for (let ink = 0; ink < 3; ink++) {
			const product = (255 - view.getUint8(from + ink)) * black + 128;
			view.setUint8(to++, black - (((product >> 8) + product) >> 8));
		}
	}
	return data.subarray(0, to);
}
