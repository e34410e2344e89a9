import { Unzlib } from 'fflate/browser';
import { atOnce, type Steps } from '../steps/steps';
import { pngChunks, pngHeader, type PngHeader, pngPalette, type PngPass } from './pngLayout';
import { placePngRow, PNG_FILTERS } from './pngRows';

/** The pixels of a PNG, row by row from the top. */
export interface Png extends Pick<PngHeader, 'width' | 'height' | 'channels' | 'bitDepth'> {
	/** `width * height * channels` samples, from 0 to 2 ** bitDepth - 1, as the file has them. */
	readonly data: Uint8Array | Uint16Array;
	/** Red, green, blue, alpha of each index, if the samples are indices. */
	readonly palette?: Uint8Array;
}

/** Bytes of all rows; a few bytes of a file can claim any size. */
const LARGEST = 256 * 1024 * 1024;
const LARGEST_SIDE = 100_000;
/** Bytes that are inflated at once: at most a thousand times as many come out. */
const SLICE = 16_384;
/** Rows that are placed in one step. */
const ROWS = 16;

/**
 * Reads a PNG of any kind: gray, color or palette, with or without alpha, 1 to 16 bits, interlaced or not. Colors are taken
 * as they are, without gamma, profiles or one color that is transparent. Nothing is inflated before the size is known, and never more than the size says.
 *
 * @returns a sentence that says why there are no pixels, for anything that is no PNG, damaged, or larger than 256 MB.
 * Source: W3C PNG specification, third edition, sections 5, 7 to 9 and 11.
 */
export function decodePng(bytes: Uint8Array): Png | string {
	return atOnce(decodingPng(bytes));
}

/** As `decodePng`, in steps. */
export function* decodingPng(bytes: Uint8Array): Steps<Png | string> {
	const chunks = pngChunks(bytes);
	const header = chunks && pngHeader(chunks);
	if (chunks === undefined || header === undefined) return 'The mask is not a PNG. Provide a complete PNG file.';
	const { width, height, passes, size } = header;
	if (width > LARGEST_SIDE || height > LARGEST_SIDE || size > LARGEST)
		return `The PNG of ${width} × ${height} pixels is too large. Make it smaller.`;
	const rows = yield* inflated(chunks.data, size);
	if (rows === undefined) return 'The PNG is damaged or incomplete. Provide the complete file.';
	const { channels, bitDepth } = header;
	const samples = width * height * channels;
	const data = bitDepth === 16 ? new Uint16Array(samples) : new Uint8Array(samples);
	let position = 0;
	for (const pass of passes) {
		if (!(yield* placePass(rows, position, pass, header, data)))
			return 'The PNG is damaged: a row has an unknown filter. Provide the complete file.';
		position += pass.rows * (pass.rowBytes + 1);
	}
	const palette = header.isIndexed ? pngPalette(chunks) : undefined;
	return { width, height, channels, bitDepth, data, ...(palette && { palette }) };
}

/** Whether bytes begin as those of a PNG do. */
export function isPng(bytes: Uint8Array): boolean {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	return bytes.length >= 33 && view.getUint32(0) === 0x89504e47 && view.getUint32(4) === 0x0d0a1a0a;
}

/** Exactly as many bytes as there should be; nothing if there are less, or the data is none of zlib. */
function* inflated(data: readonly Uint8Array[], size: number): Steps<Uint8Array | undefined> {
	const whole = new Uint8Array(size);
	let position = 0;
	const stream = new Unzlib((part) => {
		whole.set(part.subarray(0, size - position), position);
		position = Math.min(position + part.length, size);
	});
	try {
		for (const chunk of data)
			for (let from = 0; from < chunk.length && position < size; from += SLICE) {
				stream.push(chunk.subarray(from, from + SLICE));
				yield;
			}
	} catch {
		return undefined;
	}
	return position === size ? whole : undefined;
}

/** Undoes the filters of a pass and puts its samples where they belong; false if a row has none of the five. */
function* placePass(
	rows: Uint8Array,
	start: number,
	pass: PngPass,
	header: PngHeader,
	data: Uint8Array | Uint16Array,
): Steps<boolean> {
	const { rowBytes } = pass;
	const stride = rowBytes + 1;
	let above: Uint8Array = new Uint8Array(rowBytes);
	for (let row = 0; row < pass.rows; row++) {
		const filterAt = start + row * stride;
		const line = rows.subarray(filterAt + 1, filterAt + stride);
		const undo = PNG_FILTERS[rows[filterAt] ?? 0];
		if (undo === undefined) return false;
		undo(line, above, Math.min(header.pixelBytes, rowBytes));
		placePngRow(line, row, pass, header, data);
		above = line;
		if (row % ROWS === 0) yield;
	}
	return true;
}
