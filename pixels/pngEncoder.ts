import { joined, PNG_SIGNATURE, pngChunk } from '@datagym/labels';
import { deflate } from './deflate';
import { filterRow } from './pngFilters';
import type { Raster } from './raster';

/** PNG's color types by channels (W3C PNG, 11.2.1). */
const COLOR_TYPES = { 1: 0, 2: 4, 3: 2, 4: 6 } as const;
/** Rows are handed to the compressor in about so many bytes. */
const PIECE = 256 * 1024;

/** What the colors mean (W3C PNG, 11.3.2): gamma, primaries, profile, sRGB. */
const COLOR_CHUNKS = ['gAMA', 'cHRM', 'iCCP', 'sRGB'];

/** The chunks of a PNG that say what its colors mean, as they are. */
export function colorChunks(bytes: Uint8Array): Uint8Array[] {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const found: Uint8Array[] = [];
	for (let position = 8; position + 12 <= bytes.length; ) {
		const end = position + 12 + view.getUint32(position);
		const type = String.fromCharCode(...bytes.subarray(position + 4, position + 8));
		if (type === 'IDAT') break;
		if (COLOR_CHUNKS.includes(type)) found.push(bytes.subarray(position, end));
		position = end;
	}
	return found;
}

/** Writes the pixels without loss, of 8 or 16 bits, with chunks that are to stand before them. */
export async function writePng(raster: Raster, chunks: readonly Uint8Array[] = []): Promise<Uint8Array> {
	const header = new Uint8Array(13);
	const view = new DataView(header.buffer);
	view.setUint32(0, raster.width);
	view.setUint32(4, raster.height);
	header.set([raster.data instanceof Uint16Array ? 16 : 8, COLOR_TYPES[raster.channels]], 8);
	const pixels = await deflate(filteredRows(raster));
	return joined(
		PNG_SIGNATURE,
		pngChunk('IHDR', header),
		...chunks,
		pngChunk('IDAT', joined(...pixels)),
		pngChunk('IEND', new Uint8Array()),
	);
}

/** Several rows at a time. */
function* filteredRows({ width, height, channels, data }: Raster): Generator<Uint8Array> {
	const distance = channels * data.BYTES_PER_ELEMENT;
	const rowBytes = width * distance;
	const rowsAtOnce = Math.max(1, Math.floor(PIECE / rowBytes));
	const spare = new Uint8Array(1 + rowBytes);
	let above: Uint8Array = new Uint8Array(rowBytes);
	for (let first = 0; first < height; first += rowsAtOnce) {
		const rows = Math.min(rowsAtOnce, height - first);
		const piece = new Uint8Array((1 + rowBytes) * rows);
		for (let index = 0; index < rows; index++) {
			const start = (first + index) * width * channels;
			const row = bigEndian(data.subarray(start, start + width * channels));
			filterRow(row, above, distance, piece.subarray(index * (1 + rowBytes)), spare);
			above = row;
		}
		yield piece;
	}
}

function bigEndian(samples: Uint8Array | Uint16Array): Uint8Array {
	if (samples instanceof Uint8Array) return samples;
	const bytes = new Uint8Array(samples.length * 2);
	const view = new DataView(bytes.buffer);
	samples.forEach((sample, index) => view.setUint16(index * 2, sample));
	return bytes;
}
