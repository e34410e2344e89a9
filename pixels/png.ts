import { PictureError } from './model';
import { passesOf, type Pass } from './pngPasses';
import type { BorrowedRaster, Raster } from './raster';
import { inflate } from './deflate';
import { unfilter } from './pngFilters';

/** Of the header (W3C PNG, 11.2.1), and the chunks that say what the samples mean. */
interface PngFacts {
	readonly width: number;
	readonly height: number;
	readonly depth: number;
	readonly colorType: number;
	readonly isInterlaced: boolean;
	/** Red, green and blue of each index. */
	readonly palette: Uint8Array;
	/** Alpha of each index, or the one color that is transparent. */
	readonly transparency: Uint8Array | undefined;
	/** The compressed pixels. */
	readonly parts: readonly Uint8Array[];
}

const INDEXED = 3;
/** By color type: samples a pixel, and the depths that are allowed. */
const SAMPLES: Readonly<Record<number, readonly [samples: 1 | 2 | 3 | 4, depths: readonly number[]]>> = {
	0: [1, [1, 2, 4, 8, 16]],
	2: [3, [8, 16]],
	3: [1, [1, 2, 4, 8]],
	4: [2, [8, 16]],
	6: [4, [8, 16]],
};

/**
 * The pixels of a PNG without loss, as they are stored: gray or RGB, with alpha if the file has any, of 8 bits, or of 16 if the file
 * has them; palettes are resolved. Source: PNG (W3C, third edition), 5 to 11.
 *
 * @throws PictureError `damaged` if the file breaks the format or ends too early.
 */
export async function readPng(bytes: Uint8Array): Promise<BorrowedRaster> {
	const facts = readChunks(bytes);
	const [samples] = SAMPLES[facts.colorType] ?? [1];
	const bitsPerPixel = samples * facts.depth;
	const isTransparent = facts.transparency !== undefined;
	const color = facts.colorType === INDEXED ? 3 : samples;
	const raster = borrowedRaster(facts, channelsOf(color + (isTransparent ? 1 : 0)));
	const put = rowWriter(facts, raster);
	const rows = passesOf(facts).flatMap((pass) => Array.from({ length: pass.height }, (_, row) => ({ pass, row })));
	let next = 0;
	let line = lineOf(rows[0]?.pass, bitsPerPixel);
	let before = new Uint8Array(line.length);
	let filled = 0;
	await inflate(facts.parts, (chunk) => {
		let used = 0;
		while (used < chunk.length) {
			const current = rows[next];
			if (current === undefined) return false;
			const taken = Math.min(line.length - filled, chunk.length - used);
			line.set(chunk.subarray(used, used + taken), filled);
			used += taken;
			filled += taken;
			if (filled < line.length) continue;
			unfilter(line, before, Math.max(1, bitsPerPixel >> 3));
			put(line, current.pass, current.row);
			filled = 0;
			next++;
			[line, before] = [before, line];
			const following = rows[next];
			if (following !== undefined && following.pass !== current.pass) {
				line = lineOf(following.pass, bitsPerPixel);
				before = new Uint8Array(line.length);
			}
		}
		return true;
	});
	if (next < rows.length) throw damaged();
	return raster;
}

/** Memory of the picture before, which the next one takes: the collector would leave that of several. */
let spare: ArrayBuffer | undefined;
/** More than this is not kept. */
const KEPT_MEMORY = 128 * 1024 * 1024;

/** Every pixel is written before anybody reads it. */
function borrowedRaster({ width, height, depth }: PngFacts, channels: Raster['channels']): BorrowedRaster {
	const length = width * height * channels;
	const bytes = depth === 16 ? length * 2 : length;
	const memory = spare !== undefined && spare.byteLength >= bytes ? spare : new ArrayBuffer(bytes);
	spare = undefined;
	const data = depth === 16 ? new Uint16Array(memory, 0, length) : new Uint8Array(memory, 0, length);
	const release = () => {
		if (memory.byteLength <= KEPT_MEMORY) spare = memory;
	};
	return { width, height, channels, data, release };
}

function damaged(): PictureError {
	return new PictureError('damaged', 'The PNG file is damaged. Upload it again.');
}

function channelsOf(count: number): Raster['channels'] {
	return count === 1 || count === 2 || count === 3 ? count : 4;
}

/** A row with the byte for its filter. */
function lineOf(pass: Pass | undefined, bitsPerPixel: number): Uint8Array<ArrayBuffer> {
	return new Uint8Array(1 + Math.ceil(((pass?.width ?? 0) * bitsPerPixel) / 8));
}

function readChunks(bytes: Uint8Array): PngFacts {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	if (bytes.length < 33) throw damaged();
	const depth = view.getUint8(24);
	const colorType = view.getUint8(25);
	const [, depths] = SAMPLES[colorType] ?? [];
	if (depths?.includes(depth) !== true || view.getUint8(26) !== 0 || view.getUint8(27) !== 0) throw damaged();
	let palette = new Uint8Array();
	let transparency: Uint8Array | undefined;
	const parts: Uint8Array[] = [];
	for (let position = 8; position + 12 <= bytes.length; ) {
		const length = view.getUint32(position);
		const type = view.getUint32(position + 4);
		const data = bytes.subarray(position + 8, position + 8 + length);
		if (type === 0x504c5445) palette = Uint8Array.from(data); // "PLTE"
		if (type === 0x74524e53) transparency = Uint8Array.from(data); // "tRNS"
		if (type === 0x49444154) parts.push(data); // "IDAT"
		if (type === 0x49454e44) break; // "IEND"
		position += 12 + length;
	}
	if (colorType === INDEXED && palette.length < 3) throw damaged();
	const isOwnAlpha = colorType === 4 || colorType === 6;
	return {
		width: view.getUint32(16),
		height: view.getUint32(20),
		depth,
		colorType,
		isInterlaced: view.getUint8(28) === 1,
		palette,
		transparency: isOwnAlpha ? undefined : transparency,
		parts,
	};
}

type PutRow = (line: Uint8Array, pass: Pass, row: number) => void;

/** Writes an unfiltered row of a pass to its pixels. */
function rowWriter(facts: PngFacts, raster: Raster): PutRow {
	const { depth, colorType, palette, transparency } = facts;
	const { data, channels, width } = raster;
	const [samples] = SAMPLES[colorType] ?? [1];
	const rowLength = width * channels;
	const placed = ({ x, y, stepX, stepY }: Pass, row: number) => ({
		start: (y + row * stepY) * rowLength + x * channels,
		step: stepX * channels,
	});
	if (colorType === INDEXED) {
		return (line, pass, row) => {
			const { start, step } = placed(pass, row);
			for (let column = 0, to = start; column < pass.width; column++, to += step) {
				const index = packedSample(line, column, depth);
				for (let channel = 0; channel < 3; channel++) data[to + channel] = palette[index * 3 + channel] ?? 0;
				if (channels === 4) data[to + 3] = transparency?.[index] ?? 255;
			}
		};
	}
	const sampleAt = samplerOf(depth);
	const key = transparency && Array.from({ length: samples }, (_, index) => keySample(transparency, index, depth));
	const opaque = depth === 16 ? 65535 : 255;
	const isPlain = depth === 8 && key === undefined;
	return (line, pass, row) => {
		const { start, step } = placed(pass, row);
		if (isPlain && pass.stepX === 1) return void data.set(line.subarray(1), start);
		for (let column = 0, to = start; column < pass.width; column++, to += step) {
			let isKey = key !== undefined;
			for (let sample = 0; sample < samples; sample++) {
				const value = sampleAt(line, column * samples + sample);
				data[to + sample] = value;
				isKey &&= value === key?.[sample];
			}
			if (key !== undefined) data[to + samples] = isKey ? 0 : opaque;
		}
	};
}

/** A sample of fewer than 8 bits, or of 8, in a row after its filter byte. */
function packedSample(line: Uint8Array, index: number, depth: number): number {
	const bit = index * depth;
	const byte = line[1 + (bit >> 3)] ?? 0;
	return (byte >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
}

/** Samples of fewer than 8 bits are spread over 0 to 255 (PNG, 13.12). */
function samplerOf(depth: number): (line: Uint8Array, index: number) => number {
	if (depth === 8) return (line, index) => line[1 + index] ?? 0;
	if (depth === 16) return (line, index) => ((line[1 + index * 2] ?? 0) << 8) | (line[2 + index * 2] ?? 0);
	const scale = 255 / ((1 << depth) - 1);
	return (line, index) => packedSample(line, index, depth) * scale;
}

/** A sample of the transparent color, as the pixels have it. */
function keySample(transparency: Uint8Array, index: number, depth: number): number {
	const value = ((transparency[index * 2] ?? 0) << 8) | (transparency[index * 2 + 1] ?? 0);
	return depth < 8 ? (value & ((1 << depth) - 1)) * (255 / ((1 << depth) - 1)) : depth === 8 ? value & 255 : value;
}
