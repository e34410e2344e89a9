/** What the first bytes of a file say about the image in it. */
export type ImageHeader =
	| {
			readonly verdict: 'image';
			readonly format: 'jpeg' | 'png';
			/** Size in pixels as stored, which is what coordinates refer to. */
			readonly width: number;
			readonly height: number;
			/** EXIF orientation, 1 to 8; 1 means as stored. Of jpeg files only. */
			readonly orientation: number;
			/** Size as programs show it that apply the EXIF orientation. */
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
 * Reads the size of a jpeg or png from its first bytes; what the file is called does not matter.
 *
 * `complete` says that the bytes are the whole file, so that the verdict is `truncated` instead of `more`. Reads nothing but the
 * given bytes, never throws. Sources: PNG (W3C) 5.2 and 11.2.2; ITU-T T.81 annex B; Exif 2.32, 4.6.
 */
export function readImageHeader(bytes: Uint8Array, complete = false): ImageHeader {
	if (bytes.length === 0) return { verdict: 'unknown' };
	const header = startsWith(bytes, PNG_SIGNATURE)
		? readPng(bytes)
		: startsWith(bytes, [0xff, 0xd8, 0xff])
			? readJpeg(bytes)
			: undefined;
	if (header === undefined) return { verdict: 'unknown' };
	return header.verdict === 'more' && complete ? { verdict: 'truncated', format: header.format } : header;
}

/** Whether the bytes begin so, as far as there are bytes. */
function startsWith(bytes: Uint8Array, signature: readonly number[]): boolean {
	return signature.every((byte, index) => index >= bytes.length || bytes[index] === byte);
}

function readPng(bytes: Uint8Array): ImageHeader {
	if (bytes.length < PNG_HEADER_LENGTH) return { verdict: 'more', format: 'png', bytesNeeded: PNG_HEADER_LENGTH };
	const view = viewOf(bytes);
	const isHeader = view.getUint32(12) === 0x49484452; // "IHDR"
	return isHeader ? image('png', view.getUint32(16), view.getUint32(20), 1) : { verdict: 'truncated', format: 'png' };
}

function readJpeg(bytes: Uint8Array): ImageHeader {
	const view = viewOf(bytes);
	let orientation = 1;
	let position = 2;
	while (position + 2 <= bytes.length) {
		if (view.getUint8(position) !== 0xff) return { verdict: 'truncated', format: 'jpeg' };
		const marker = view.getUint8(position + 1);
		if (marker === 0xff || hasNoLength(marker)) {
			position += marker === 0xff ? 1 : 2;
			continue;
		}
		if (marker === 0xd9 || marker === 0xda) return { verdict: 'truncated', format: 'jpeg' };
		if (position + 4 > bytes.length) break;
		const end = position + 2 + view.getUint16(position + 2);
		if (isStartOfFrame(marker)) {
			if (position + 9 > bytes.length) return { verdict: 'more', format: 'jpeg', bytesNeeded: position + 9 };
			return image('jpeg', view.getUint16(position + 7), view.getUint16(position + 5), orientation);
		}
		if (marker === 0xe1) {
			if (end > bytes.length) return { verdict: 'more', format: 'jpeg', bytesNeeded: Math.max(end + 9, FIRST_GUESS) };
			orientation = readOrientation(bytes.subarray(position + 4, end)) ?? orientation;
		}
		position = end;
	}
	return { verdict: 'more', format: 'jpeg', bytesNeeded: Math.max(position + 9, FIRST_GUESS) };
}

/** TEM and the restart markers stand alone. */
function hasNoLength(marker: number): boolean {
	return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

/** SOF0 to SOF15 without DHT, JPG and DAC, which lie between them. */
function isStartOfFrame(marker: number): boolean {
	return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** Tag 0x0112 of the first directory in an Exif segment; nothing when there is none or it is out of range. */
function readOrientation(segment: Uint8Array): number | undefined {
	if (segment.length < 14 || !startsWith(segment, [0x45, 0x78, 0x69, 0x66, 0, 0])) return undefined; // "Exif"
	const tiff = viewOf(segment.subarray(6));
	const littleEndian = tiff.getUint16(0) === 0x4949;
	const directory = tiff.getUint32(4, littleEndian);
	if (directory + 2 > tiff.byteLength) return undefined;
	const count = tiff.getUint16(directory, littleEndian);
	for (let index = 0; index < count; index++) {
		const entry = directory + 2 + index * 12;
		if (entry + 12 > tiff.byteLength) return undefined;
		if (tiff.getUint16(entry, littleEndian) !== 0x0112) continue;
		const orientation = tiff.getUint16(entry + 8, littleEndian);
		return orientation >= 1 && orientation <= 8 ? orientation : undefined;
	}
	return undefined;
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
