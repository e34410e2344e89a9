import { joined } from './joinedBytes';
import { zlibSync } from 'fflate/browser';
import { crc32 } from './crc32';

export const PNG_SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const INDEXED_COLOR = 3;

/**
 * Writes a PNG of 8 bits a pixel whose values are indices into a palette, so that a reader gets class numbers and a viewer
 * colors. `pixels` row by row from the top, `width * height` bytes; `palette` three bytes (red, green,
 * blue) a color, at most 256 colors.
 * Source: W3C PNG specification, sections 5, 11.2 and 13.9 (no library that we know of writes palettes and is small).
 */
export function writeIndexedPng(width: number, height: number, pixels: Uint8Array, palette: Uint8Array): Uint8Array {
	const header = new Uint8Array(13);
	const view = new DataView(header.buffer);
	view.setUint32(0, width);
	view.setUint32(4, height);
	header.set([8, INDEXED_COLOR], 8);
	const chunks = [
		pngChunk('IHDR', header),
		pngChunk('PLTE', palette),
		pngChunk('IDAT', zlibSync(withFilterBytes(width, height, pixels))),
		pngChunk('IEND', new Uint8Array()),
	];
	return joined(PNG_SIGNATURE, ...chunks);
}

/** Each row begins with the number of its filter: none, which is best for areas of one value. */
function withFilterBytes(width: number, height: number, pixels: Uint8Array): Uint8Array {
	const rows = new Uint8Array((width + 1) * height);
	for (let row = 0; row < height; row++)
		rows.set(pixels.subarray(row * width, (row + 1) * width), row * (width + 1) + 1);
	return rows;
}

/** A chunk of a PNG, with its length and checksum. */
export function pngChunk(type: string, data: Uint8Array): Uint8Array {
	const bytes = new Uint8Array(12 + data.length);
	const view = new DataView(bytes.buffer);
	view.setUint32(0, data.length);
	for (let index = 0; index < 4; index++) bytes[4 + index] = type.charCodeAt(index);
	bytes.set(data, 8);
	view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
	return bytes;
}
