import { joined, PNG_SIGNATURE, pngChunk } from '@datagym/labels';
import { deflate } from './deflate';
import { filterRow } from './pngFilters';
import type { Raster } from './raster';

/** PNG's color types by channels (W3C PNG, 11.2.1). */
const COLOR_TYPES = { 1: 0, 2: 4, 3: 2, 4: 6 } as const;
/** Rows are handed to the compressor in about so many bytes. */
const PIECE = 256 * 1024;

/** Writes the pixels without loss, of 8 or 16 bits. */
export async function writePng(raster: Raster): Promise<Uint8Array> {
	const header = new Uint8Array(13);
	const view = new DataView(header.buffer);
	view.setUint32(0, raster.width);
	view.setUint32(4, raster.height);
	header.set([raster.data instanceof Uint16Array ? 16 : 8, COLOR_TYPES[raster.channels]], 8);
	const pixels = await deflate(filteredRows(raster));
	return joined(
		PNG_SIGNATURE,
		pngChunk('IHDR', header),
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
