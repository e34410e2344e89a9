import {
	placePngRow,
	PNG_FILTERS,
	pngChunks,
	pngHeader,
	type PngHeader,
	pngPalette,
	type PngPass,
} from '@datagym/labels';
import { inflate } from './deflate';
import { PictureError } from './model';
import { type BorrowedRaster, emptyRaster, type Raster, whiteOf } from './raster';

/**
 * The pixels of a PNG without loss, as they are stored: gray or RGB, with alpha if the file has any, of 8 bits, or of 16 if the file
 * has them; palettes and transparent colors are resolved. Rows are inflated piece by piece, and no further than the size says.
 * Source: PNG (W3C, third edition), 5 to 13.
 *
 * @throws PictureError `damaged` if the file breaks the format or ends too early.
 */
export async function readPng(bytes: Uint8Array): Promise<BorrowedRaster> {
	const chunks = pngChunks(bytes);
	const header = chunks && pngHeader(chunks);
	if (chunks === undefined || header === undefined) throw damaged();
	const samples = borrowedRaster(header);
	await readRows(chunks.data, header, samples);
	if (header.isIndexed)
		return resolved(samples, withPalette(samples, pngPalette(chunks), chunks.transparency.length > 0));
	const hasKey = header.channels % 2 === 1 && chunks.transparency.length >= header.channels * 2;
	const keyed = hasKey ? resolved(samples, withKey(samples, chunks.transparency)) : samples;
	if (header.bitDepth < 8) spread(keyed, header.bitDepth);
	return keyed;
}

function damaged(): PictureError {
	return new PictureError('damaged', 'The PNG file is damaged. Upload it again.');
}

/** Memory of the picture before, which the next one takes: the collector would leave that of several. */
let spare: ArrayBuffer | undefined;
/** More than this is not kept. */
const KEPT_MEMORY = 128 * 1024 * 1024;

/** Every sample is written before anybody reads it. */
function borrowedRaster({ width, height, channels, bitDepth }: PngHeader): BorrowedRaster {
	const length = width * height * channels;
	const bytes = bitDepth === 16 ? length * 2 : length;
	const memory = spare !== undefined && spare.byteLength >= bytes ? spare : new ArrayBuffer(bytes);
	spare = undefined;
	const data = bitDepth === 16 ? new Uint16Array(memory, 0, length) : new Uint8Array(memory, 0, length);
	const release = () => {
		if (memory.byteLength <= KEPT_MEMORY) spare = memory;
	};
	return { width, height, channels, data, release };
}

/** The memory of the samples is free for the next picture once this one is. */
function resolved({ release }: BorrowedRaster, raster: Raster): BorrowedRaster {
	return { ...raster, release };
}

interface Row {
	readonly pass: PngPass;
	readonly row: number;
}

/** Undoes the filters of all rows and puts their samples where they belong. */
async function readRows(parts: readonly Uint8Array[], header: PngHeader, { data }: Raster): Promise<void> {
	const rows = rowsOf(header.passes);
	let current = rows.next().value;
	// Each with the byte of its filter.
	let line = lineOf(current);
	let above = lineOf(current);
	let filled = 0;
	await inflate(parts, (chunk) => {
		for (let used = 0; used < chunk.length; ) {
			if (current === undefined) return false;
			const taken = Math.min(line.length - filled, chunk.length - used);
			line.set(chunk.subarray(used, used + taken), filled);
			used += taken;
			filled += taken;
			if (filled < line.length) continue;
			const undo = PNG_FILTERS[line[0] ?? 0];
			if (undo === undefined) throw damaged();
			const samples = line.subarray(1);
			undo(samples, above.subarray(1), Math.min(header.pixelBytes, samples.length));
			placePngRow(samples, current.row, current.pass, header, data);
			filled = 0;
			const { pass } = current;
			current = rows.next().value;
			[line, above] = current?.pass === pass ? [above, line] : [lineOf(current), lineOf(current)];
		}
		return true;
	});
	if (current !== undefined) throw damaged();
}

function* rowsOf(passes: readonly PngPass[]): Generator<Row, undefined> {
	for (const pass of passes) for (let row = 0; row < pass.rows; row++) yield { pass, row };
	return undefined;
}

function lineOf(row: Row | undefined): Uint8Array {
	return new Uint8Array(1 + (row?.pass.rowBytes ?? 0));
}

/** Red, green and blue of each index, with alpha if the file says so of any. */
function withPalette({ width, height, data }: Raster, palette: Uint8Array, hasAlpha: boolean): Raster {
	const result = emptyRaster({ width, height }, hasAlpha ? 4 : 3);
	data.forEach((index, pixel) => {
		for (let channel = 0; channel < result.channels; channel++)
			result.data[pixel * result.channels + channel] = palette[index * 4 + channel] ?? 0;
	});
	return result;
}

/** With alpha: pixels of one color, of two bytes a sample, are transparent. */
function withKey(raster: Raster, transparency: Uint8Array): Raster {
	const { width, height, channels, data } = raster;
	const isDeep = data instanceof Uint16Array;
	const key = Array.from({ length: channels }, (_, index) => {
		const low = transparency[index * 2 + 1] ?? 0;
		return isDeep ? ((transparency[index * 2] ?? 0) << 8) | low : low;
	});
	const result = emptyRaster({ width, height }, channels === 1 ? 2 : 4, isDeep);
	for (let pixel = 0; pixel < width * height; pixel++) {
		let isKey = true;
		for (let channel = 0; channel < channels; channel++) {
			const sample = data[pixel * channels + channel] ?? 0;
			result.data[pixel * result.channels + channel] = sample;
			isKey &&= sample === key[channel];
		}
		result.data[pixel * result.channels + channels] = isKey ? 0 : whiteOf(raster);
	}
	return result;
}

/** Gray of fewer than 8 bits over 0 to 255 (13.12); alpha is so already. */
function spread({ channels, data }: Raster, bitDepth: number): void {
	const scale = 255 / (2 ** bitDepth - 1);
	for (let at = 0; at < data.length; at += channels) data[at] = (data[at] ?? 0) * scale;
}
