import { readOrientation } from './exif';
import { crc32 } from './crc32';

/** What the first bytes of a file say about the image in it. */
export type ImageHeader =
	| {
			readonly verdict: 'image';
			readonly format: 'jpeg' | 'png';
			/** Size in pixels as stored. */
			readonly width: number;
			readonly height: number;
			/** EXIF orientation, 1 to 8, that browsers apply; 1 means as stored. */
			readonly orientation: number;
			/** Size as browsers show it, and so DataGym's editor, whose coordinates refer to it. */
			readonly displayedWidth: number;
			readonly displayedHeight: number;
	  }
	/** An image so far, but its size comes later: give at least this many first bytes. */
	| { readonly verdict: 'more'; readonly format: 'jpeg' | 'png'; readonly bytesNeeded: number }
	/** The file ends, or is damaged, before its size is known. */
	| { readonly verdict: 'truncated'; readonly format: 'jpeg' | 'png' }
	/** Neither a jpeg nor a png. */
	| { readonly verdict: 'unknown' };

const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const PNG_HEADER_LENGTH = 24;
/** Enough for the EXIF and ICC data that most cameras put in front of the size. */
const FIRST_GUESS = 65_536;

/**
 * Reads the size and the orientation of a jpeg or png from its first bytes; what the file is called does not matter.
 *
 * The orientation is the one that browsers apply, since people draw in one: of a jpeg the first EXIF segment, of a png `eXIf`
 * before the pixels. Other places that other programs look at are not read (`withoutOrientation` knows them).
 *
 * `complete` says that the bytes are the whole file, or all that are to be read, so that the verdict is never `more`. Reads
 * nothing but the given bytes, never throws. Sources: PNG (W3C, third edition) 5.2, 11.2.2 and 11.3.4.4; ITU-T T.81 annex B;
 * Exif 2.32, 4.6; Chromium 156, by what it shows of files of each kind.
 */
export function readImageHeader(bytes: Uint8Array, complete = false): ImageHeader {
	if (bytes.length === 0) return { verdict: 'unknown' };
	const header = startsWith(bytes, PNG_SIGNATURE)
		? readPng(bytes, complete)
		: startsWith(bytes, [0xff, 0xd8, 0xff])
			? readJpeg(bytes, complete)
			: undefined;
	if (header === undefined) return { verdict: 'unknown' };
	return header.verdict === 'more' && complete ? { verdict: 'truncated', format: header.format } : header;
}

/** Whether the bytes begin so, as far as there are bytes. */
function startsWith(bytes: Uint8Array, signature: readonly number[]): boolean {
	return signature.every((byte, index) => index >= bytes.length || bytes[index] === byte);
}

function readPng(bytes: Uint8Array, complete: boolean): ImageHeader {
	if (bytes.length < PNG_HEADER_LENGTH) return { verdict: 'more', format: 'png', bytesNeeded: PNG_HEADER_LENGTH };
	const view = viewOf(bytes);
	const isHeader = view.getUint32(12) === 0x49484452; // "IHDR"
	if (!isHeader) return { verdict: 'truncated', format: 'png' };
	const withOrientation = (orientation = 1) => image('png', view.getUint32(16), view.getUint32(20), orientation);
	let position = 8;
	while (position + 8 <= bytes.length) {
		const type = view.getUint32(position + 4);
		const end = position + 12 + view.getUint32(position);
		if (type === 0x49444154 || type === 0x49454e44) return withOrientation(); // "IDAT", "IEND"
		if (type === 0x65584966) {
			// "eXIf"
			if (end <= bytes.length) return withOrientation(readExifChunk(bytes.subarray(position + 4, end)));
			if (!complete) return { verdict: 'more', format: 'png', bytesNeeded: end };
		}
		position = end;
	}
	return complete ? withOrientation() : { verdict: 'more', format: 'png', bytesNeeded: position + 8 };
}

/** Of a chunk from its type to its checksum; browsers take no chunk whose checksum is wrong. */
export function readExifChunk(chunk: Uint8Array): number | undefined {
	const end = chunk.length - 4;
	const isIntact = viewOf(chunk).getUint32(end) === crc32(chunk.subarray(0, end));
	return isIntact ? readOrientation(chunk.subarray(4, end)) : undefined;
}

function readJpeg(bytes: Uint8Array, complete: boolean): ImageHeader {
	const view = viewOf(bytes);
	let orientation: number | undefined;
	let size: readonly [width: number, height: number] | undefined;
	let position = 2;
	while (position + 2 <= bytes.length) {
		if (view.getUint8(position) !== 0xff) break;
		const marker = view.getUint8(position + 1);
		if (marker === 0xff || hasNoLength(marker)) {
			position += marker === 0xff ? 1 : 2;
			continue;
		}
		if (marker === 0xd9 || marker === 0xda) break;
		if (position + 4 > bytes.length) return complete ? known() : more(position + 4);
		const end = position + 2 + view.getUint16(position + 2);
		if (isStartOfFrame(marker) && size === undefined) {
			if (position + 9 > bytes.length) return more(position + 9);
			size = [view.getUint16(position + 7), view.getUint16(position + 5)];
		}
		if (marker === 0xe1 && orientation === undefined) {
			if (end > bytes.length) return complete ? known() : more(end + 9);
			orientation = readExifSegment(bytes.subarray(position + 4, end));
		}
		// EXIF data can stand behind the size, too.
		if (size !== undefined && orientation !== undefined) return known();
		position = end;
	}
	return position + 2 <= bytes.length || complete ? known() : more(position + 9);

	function known(): ImageHeader {
		return size === undefined ? { verdict: 'truncated', format: 'jpeg' } : image('jpeg', ...size, orientation ?? 1);
	}

	function more(bytesNeeded: number): ImageHeader {
		return { verdict: 'more', format: 'jpeg', bytesNeeded: Math.max(bytesNeeded, FIRST_GUESS) };
	}
}

/** TEM and the restart markers stand alone. */
export function hasNoLength(marker: number): boolean {
	return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

/** SOF0 to SOF15 without DHT, JPG and DAC, which lie between them. */
function isStartOfFrame(marker: number): boolean {
	return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** Of an APP1 segment; nothing if it is none of EXIF. */
export function readExifSegment(segment: Uint8Array): number | undefined {
	const isExif = segment.length >= 6 && startsWith(segment, [0x45, 0x78, 0x69, 0x66, 0]); // "Exif"
	return isExif ? (readOrientation(segment.subarray(6)) ?? 1) : undefined;
}

function image(format: 'jpeg' | 'png', width: number, height: number, orientation: number): ImageHeader {
	if (width === 0 || height === 0) return { verdict: 'truncated', format };
	const isSideways = orientation >= 5;
	return {
		verdict: 'image',
		format,
		width,
		height,
		orientation,
		displayedWidth: isSideways ? height : width,
		displayedHeight: isSideways ? width : height,
	};
}

function viewOf(bytes: Uint8Array): DataView {
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
