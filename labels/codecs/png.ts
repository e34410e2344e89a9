import { Unzlib } from 'fflate/browser';

/** The pixels of a PNG, row by row from the top. */
export interface Png {
	readonly width: number;
	readonly height: number;
	/** Samples of a pixel: 1 gray or palette index, 2 gray and alpha, 3 red, green, blue, 4 with alpha. */
	readonly channels: 1 | 2 | 3 | 4;
	/** Bits of a sample: samples are from 0 to 2 ** bitDepth - 1, as the file has them. */
	readonly bitDepth: number;
	/** `width * height * channels` samples. */
	readonly data: Uint8Array | Uint16Array;
	/** Red, green, blue, alpha of each index, if the samples are indices. */
	readonly palette?: Uint8Array;
}

/** Bytes of all rows; a few bytes of a file can claim any size. */
const LARGEST = 256 * 1024 * 1024;
const LARGEST_SIDE = 100_000;
/** Bytes that are inflated at once: at most a thousand times as many come out. */
const SLICE = 16_384;

/**
 * Reads a PNG of any kind: gray, color or palette, with or without alpha, 1 to 16 bits, interlaced or not. Colors are taken
 * as they are, without gamma, profiles or one color that is transparent. Nothing is inflated before the size is known, and never more than the size says.
 *
 * @returns a sentence that says why there are no pixels, for anything that is no PNG, damaged, or larger than 256 MB.
 * Source: W3C PNG specification, third edition, sections 5, 7 to 9 and 11.
 */
export function decodePng(bytes: Uint8Array): Png | string {
	const chunks = chunksOf(bytes);
	const header = chunks && headerOf(chunks);
	if (chunks === undefined || header === undefined) return 'The mask is not a PNG. Provide a complete PNG file.';
	const { width, height, passes, size } = header;
	if (width > LARGEST_SIDE || height > LARGEST_SIDE || size > LARGEST)
		return `The PNG of ${width} × ${height} pixels is too large. Make it smaller.`;
	const rows = inflated(chunks.data, size);
	if (rows === undefined) return 'The PNG is damaged or incomplete. Provide the complete file.';
	const { channels, bitDepth } = header;
	const samples = width * height * channels;
	const data = bitDepth === 16 ? new Uint16Array(samples) : new Uint8Array(samples);
	let position = 0;
	for (const pass of passes) {
		if (!unfilter(rows, position, pass, header.pixelBytes))
			return 'The PNG is damaged: a row has an unknown filter. Provide the complete file.';
		place(rows, position, pass, header, data);
		position += pass.rows * (pass.rowBytes + 1);
	}
	const palette = header.isIndexed ? paletteOf(chunks) : undefined;
	return { width, height, channels, bitDepth, data, ...(palette && { palette }) };
}

interface Chunks {
	readonly header: Uint8Array;
	readonly palette: Uint8Array;
	readonly transparency: Uint8Array;
	readonly data: readonly Uint8Array[];
}

/** Whether bytes begin as those of a PNG do. */
export function isPng(bytes: Uint8Array): boolean {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	return bytes.length >= 33 && view.getUint32(0) === 0x89504e47 && view.getUint32(4) === 0x0d0a1a0a;
}

/** Chunks up to the end of the file, which may be missing; their checksums do not matter. */
function chunksOf(bytes: Uint8Array): Chunks | undefined {
	if (!isPng(bytes)) return undefined;
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	if (view.getUint32(12) !== 0x49484452 || view.getUint32(8) !== 13) return undefined; // "IHDR"
	const data: Uint8Array[] = [];
	let palette: Uint8Array = new Uint8Array();
	let transparency: Uint8Array = new Uint8Array();
	let position = 33;
	while (position + 8 <= bytes.length) {
		const type = view.getUint32(position + 4);
		const end = position + 8 + view.getUint32(position);
		const content = bytes.subarray(position + 8, end);
		if (type === 0x504c5445) palette = content; // "PLTE"
		if (type === 0x74524e53) transparency = content; // "tRNS"
		if (type === 0x49444154) data.push(content); // "IDAT"
		position = end + 4;
	}
	return { header: bytes.subarray(16, 29), palette, transparency, data };
}

/** Pixels of an image, or of each seventh of an interlaced one: every `dx`th column from `x`, every `dy`th row from `y`. */
interface Pass {
	readonly x: number;
	readonly y: number;
	readonly dx: number;
	readonly dy: number;
	readonly columns: number;
	readonly rows: number;
	/** Without the byte of the filter. */
	readonly rowBytes: number;
}

interface Header extends Pick<Png, 'width' | 'height' | 'channels' | 'bitDepth'> {
	readonly isIndexed: boolean;
	readonly passes: readonly Pass[];
	/** Bytes of all rows of all passes. */
	readonly size: number;
	/** Bytes from a sample to the same of the pixel before, at least 1. */
	readonly pixelBytes: number;
}

const KINDS: Readonly<Record<number, { channels: Png['channels']; depths: readonly number[] } | undefined>> = {
	0: { channels: 1, depths: [1, 2, 4, 8, 16] },
	2: { channels: 3, depths: [8, 16] },
	3: { channels: 1, depths: [1, 2, 4, 8] },
	4: { channels: 2, depths: [8, 16] },
	6: { channels: 4, depths: [8, 16] },
};

/** Columns and rows of the passes of Adam7: x, y, dx, dy. */
const ADAM7 = [
	[0, 0, 8, 8],
	[4, 0, 8, 8],
	[0, 4, 4, 8],
	[2, 0, 4, 4],
	[0, 2, 2, 4],
	[1, 0, 2, 2],
	[0, 1, 1, 2],
] as const;

function headerOf({ header }: Chunks): Header | undefined {
	const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
	const [width, height] = [view.getUint32(0), view.getUint32(4)];
	const [bitDepth, colorType, interlace] = [view.getUint8(8), view.getUint8(9), view.getUint8(12)];
	const kind = KINDS[colorType];
	if (kind === undefined || !kind.depths.includes(bitDepth) || width < 1 || height < 1) return undefined;
	const bits = kind.channels * bitDepth;
	const passes = (interlace === 1 ? ADAM7 : ([[0, 0, 1, 1]] as const)).flatMap(([x, y, dx, dy]) => {
		const columns = Math.ceil((width - x) / dx);
		const rows = Math.ceil((height - y) / dy);
		return columns > 0 && rows > 0 ? [{ x, y, dx, dy, columns, rows, rowBytes: Math.ceil((columns * bits) / 8) }] : [];
	});
	return {
		width,
		height,
		channels: kind.channels,
		bitDepth,
		isIndexed: colorType === 3,
		passes,
		size: passes.reduce((sum, { rows, rowBytes }) => sum + rows * (rowBytes + 1), 0),
		pixelBytes: Math.ceil(bits / 8),
	};
}

/** Exactly as many bytes as there should be; nothing if there are less, or the data is none of zlib. */
function inflated(data: readonly Uint8Array[], size: number): Uint8Array | undefined {
	const whole = new Uint8Array(size);
	let position = 0;
	const stream = new Unzlib((part) => {
		whole.set(part.subarray(0, size - position), position);
		position = Math.min(position + part.length, size);
	});
	try {
		for (const chunk of data)
			for (let from = 0; from < chunk.length && position < size; from += SLICE)
				stream.push(chunk.subarray(from, from + SLICE));
	} catch {
		return undefined;
	}
	return position === size ? whole : undefined;
}

/** Undoes the filters of a pass in place; false if a row has none of the five. */
function unfilter(rows: Uint8Array, start: number, { rows: count, rowBytes }: Pass, pixelBytes: number): boolean {
	const stride = rowBytes + 1;
	let above: Uint8Array = new Uint8Array(rowBytes);
	for (let row = 0; row < count; row++) {
		const filterAt = start + row * stride;
		const line = rows.subarray(filterAt + 1, filterAt + stride);
		const undo = FILTERS[byteAt(rows, filterAt)];
		if (undo === undefined) return false;
		undo(line, above, Math.min(pixelBytes, rowBytes));
		above = line;
	}
	return true;
}

/** Adds to a line what its filter predicts; `step` bytes lie between a byte and the one to its left. */
type Filter = (line: Uint8Array, above: Uint8Array, step: number) => void;

const FILTERS: readonly Filter[] = [
	() => {},
	(line, _above, step) => {
		for (let at = step; at < line.length; at++) line[at] = byteAt(line, at) + byteAt(line, at - step);
	},
	(line, above) => {
		for (let at = 0; at < line.length; at++) line[at] = byteAt(line, at) + byteAt(above, at);
	},
	(line, above, step) => {
		for (let at = 0; at < step; at++) line[at] = byteAt(line, at) + (byteAt(above, at) >> 1);
		for (let at = step; at < line.length; at++)
			line[at] = byteAt(line, at) + ((byteAt(line, at - step) + byteAt(above, at)) >> 1);
	},
	(line, above, step) => {
		for (let at = 0; at < step; at++) line[at] = byteAt(line, at) + byteAt(above, at);
		for (let at = step; at < line.length; at++)
			line[at] = byteAt(line, at) + paeth(byteAt(line, at - step), byteAt(above, at), byteAt(above, at - step));
	},
];

function byteAt(line: Uint8Array, at: number): number {
	return line[at] ?? 0;
}

function paeth(left: number, above: number, corner: number): number {
	const toLeft = Math.abs(above - corner);
	const toAbove = Math.abs(left - corner);
	const toCorner = Math.abs(left + above - 2 * corner);
	if (toLeft <= toAbove && toLeft <= toCorner) return left;
	return toAbove <= toCorner ? above : corner;
}

/** Puts the samples of a pass where they belong. */
function place(
	rows: Uint8Array,
	start: number,
	{ x, y, dx, dy, columns, rows: count, rowBytes }: Pass,
	{ width, channels, bitDepth }: Header,
	data: Uint8Array | Uint16Array,
): void {
	const mask = 2 ** Math.min(bitDepth, 8) - 1;
	for (let row = 0; row < count; row++) {
		const from = start + row * (rowBytes + 1) + 1;
		const to = ((y + row * dy) * width + x) * channels;
		if (bitDepth === 8 && dx === 1) {
			data.set(rows.subarray(from, from + rowBytes), to);
			continue;
		}
		for (let sample = 0; sample < columns * channels; sample++) {
			const column = Math.floor(sample / channels);
			const bit = sample * bitDepth;
			const at = from + (bit >> 3);
			data[to + sample + column * (dx - 1) * channels] =
				bitDepth === 16
					? (byteAt(rows, at) << 8) | byteAt(rows, at + 1)
					: (byteAt(rows, at) >> (8 - bitDepth - (bit & 7))) & mask;
		}
	}
}

/** Colors that the file does not have are black. */
function paletteOf({ palette, transparency }: Chunks): Uint8Array {
	const colors = new Uint8Array(1024).fill(255);
	for (let index = 0; index < 256; index++) {
		for (let channel = 0; channel < 3; channel++) colors[index * 4 + channel] = palette[index * 3 + channel] ?? 0;
		colors[index * 4 + 3] = transparency[index] ?? 255;
	}
	return colors;
}
