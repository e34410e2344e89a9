/** The parts of a PNG that its readers need, before anything is inflated. Source: W3C PNG specification, third edition, 5, 8 and 11. */
export interface PngChunks {
	readonly header: Uint8Array;
	readonly palette: Uint8Array;
	readonly transparency: Uint8Array;
	readonly data: readonly Uint8Array[];
}

/** Chunks up to the end of the file, which may be missing; their checksums do not matter. */
export function pngChunks(bytes: Uint8Array): PngChunks | undefined {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	if (bytes.length < 33 || view.getUint32(0) !== 0x89504e47 || view.getUint32(4) !== 0x0d0a1a0a) return undefined;
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
export interface PngPass {
	readonly x: number;
	readonly y: number;
	readonly dx: number;
	readonly dy: number;
	readonly columns: number;
	readonly rows: number;
	/** Without the byte of the filter. */
	readonly rowBytes: number;
}

export interface PngHeader {
	readonly width: number;
	readonly height: number;
	/** Samples of a pixel: 1 gray or palette index, 2 gray and alpha, 3 red, green, blue, 4 with alpha. */
	readonly channels: 1 | 2 | 3 | 4;
	/** Bits of a sample. */
	readonly bitDepth: number;
	readonly isIndexed: boolean;
	readonly passes: readonly PngPass[];
	/** Bytes of all rows of all passes. */
	readonly size: number;
	/** Bytes from a sample to the same of the pixel before, at least 1. */
	readonly pixelBytes: number;
}

const KINDS: Readonly<Record<number, { channels: PngHeader['channels']; depths: readonly number[] } | undefined>> = {
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

/** Nothing if it is none that the specification knows. */
export function pngHeader({ header }: PngChunks): PngHeader | undefined {
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

/** Red, green, blue, alpha of each of 256 indices. Colors that the file does not have are black. */
export function pngPalette({ palette, transparency }: PngChunks): Uint8Array {
	const colors = new Uint8Array(1024).fill(255);
	for (let index = 0; index < 256; index++) {
		for (let channel = 0; channel < 3; channel++) colors[index * 4 + channel] = palette[index * 3 + channel] ?? 0;
		colors[index * 4 + 3] = transparency[index] ?? 255;
	}
	return colors;
}
