import { dctFactors, transform } from './dct';
import { JpegBits } from './jpegBits';
import { huffmanCodes, type HuffmanCodes, type JpegTables, tablesFor, ZIGZAG } from './jpegTables';
import type { Pace } from './pace';
import type { Raster } from './raster';

/** Not looked up for each pixel: a look-up of `Math` is slow where code runs in a context of its own, as in Jest. */
const { max, min, round } = Math;

export interface JpegOptions {
	/** 1 to 100, as libjpeg's. */
	readonly quality: number;
	/** Whether the color has half of the resolution in both directions (4:2:0); otherwise it has all of it. */
	readonly isSubsampled: boolean;
	/** Segments to be in the file, such as a color profile, each with its marker. */
	readonly segments?: readonly Uint8Array[];
	/** Awaited after each row of units. */
	readonly pace: Pace;
}

/** The marker of the file, and the segment of JFIF 1.02. */
const START = [0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 2, 0, 0, 1, 0, 1, 0, 0];

interface Component {
	readonly tables: JpegTables;
	readonly dc: HuffmanCodes;
	readonly ac: HuffmanCodes;
	readonly factors: Float64Array;
	/** The mean of the block before. */
	last: number;
}

/**
 * Writes a baseline JPEG with the tables of ITU-T T.81's annex K and libjpeg's scale of qualities. Of a gray or RGB raster of
 * 8 bits; color is converted as JFIF 1.02 says.
 */
export async function writeJpeg(
	raster: Raster,
	{ quality, isSubsampled, segments = [], pace }: JpegOptions,
): Promise<Uint8Array> {
	const { luminance, chrominance } = tablesFor(quality);
	const isGray = raster.channels < 3;
	const tables = isGray ? [luminance] : [luminance, chrominance, chrominance];
	const components = tables.map(
		(each): Component => ({
			tables: each,
			dc: huffmanCodes(each.dc),
			ac: huffmanCodes(each.ac),
			factors: dctFactors(each.steps, ZIGZAG),
			last: 0,
		}),
	);
	const size = isSubsampled && !isGray ? 16 : 8;
	const bits = new JpegBits();
	bits.putBytes(START);
	for (const segment of segments) bits.putBytes(segment);
	writeHead(bits, raster, isGray ? [luminance] : [luminance, chrominance], size === 16);
	// Blocks of a unit: one, or four with brightness, then blue and red.
	const blocks = Array.from({ length: isGray ? 1 : size === 16 ? 6 : 3 }, () => new Float64Array(64));
	const brightness = blocks.length - (isGray ? 0 : 2);
	const read = unitReader(raster, size, blocks);
	for (let y = 0; y < raster.height; y += size) {
		await pace.after(size * raster.width);
		for (let x = 0; x < raster.width; x += size) {
			read(x, y);
			blocks.forEach((block, index) => {
				const component = components[max(0, index - brightness + 1)];
				if (component !== undefined) writeBlock(bits, block, component);
			});
		}
	}
	return bits.end();
}

/** Fills the blocks with the unit of pixels at a place, less 128; beyond the edge, the last pixels repeat. */
function unitReader({ width, height, channels, data }: Raster, size: number, blocks: Float64Array[]) {
	const [first = new Float64Array()] = blocks;
	const blue = blocks.at(-2) ?? first;
	const red = blocks.at(-1) ?? first;
	const share = size === 16 ? 0.25 : 1;
	return (left: number, top: number) => {
		if (channels >= 3) {
			blue.fill(0);
			red.fill(0);
		}
		for (let row = 0; row < size; row++) {
			const start = min(top + row, height - 1) * width;
			for (let column = 0; column < size; column++) {
				const from = (start + min(left + column, width - 1)) * channels;
				const at = (row & 7) * 8 + (column & 7);
				const r = data[from] ?? 0;
				if (channels < 3) {
					first[at] = r - 128;
					continue;
				}
				const g = data[from + 1] ?? 0;
				const b = data[from + 2] ?? 0;
				const block = size === 8 ? first : blocks[(row >> 3) * 2 + (column >> 3)];
				if (block !== undefined) block[at] = 0.299 * r + 0.587 * g + 0.114 * b - 128;
				const color = size === 8 ? at : (row >> 1) * 8 + (column >> 1);
				blue[color] = (blue[color] ?? 0) + share * (-0.168735892 * r - 0.331264108 * g + 0.5 * b);
				red[color] = (red[color] ?? 0) + share * (0.5 * r - 0.418687589 * g - 0.081312411 * b);
			}
		}
	};
}

/** The largest that the tables have a code for; rounding can go beyond it at quality 100. */
const LARGEST = 1023;

function bounded(value: number): number {
	return value > LARGEST ? LARGEST : value < -LARGEST ? -LARGEST : value;
}

const NO_MORE = 0x00;
const SIXTEEN_ZEROS = 0xf0;

/** T.81, F.1.2: the difference of the mean, then runs of zeros with the coefficient that ends them. */
function writeBlock(bits: JpegBits, block: Float64Array, component: Component): void {
	const { dc, ac, factors } = component;
	transform(block);
	const mean = round((block[0] ?? 0) * (factors[0] ?? 0));
	bits.putNumber(dc, 0, mean - component.last);
	component.last = mean;
	let zeros = 0;
	for (let index = 1; index < 64; index++) {
		const place = ZIGZAG[index] ?? 0;
		const value = bounded(round((block[place] ?? 0) * (factors[place] ?? 0)));
		if (value === 0) {
			zeros++;
			continue;
		}
		for (; zeros > 15; zeros -= 16) bits.putCode(ac, SIXTEEN_ZEROS);
		bits.putNumber(ac, zeros, value);
		zeros = 0;
	}
	if (zeros > 0) bits.putCode(ac, NO_MORE);
}

/** The tables and sizes before the pixels (T.81, B.2). */
function writeHead(bits: JpegBits, raster: Raster, kinds: readonly JpegTables[], isSubsampled: boolean): void {
	const { width, height, channels } = raster;
	const ids = channels < 3 ? [1] : [1, 2, 3];
	const sampling = isSubsampled ? 0x22 : 0x11;
	kinds.forEach(({ steps }, index) => bits.putSegment(0xdb, [index, ...steps]));
	bits.putSegment(0xc0, [
		8,
		height >> 8,
		height & 255,
		width >> 8,
		width & 255,
		ids.length,
		...ids.flatMap((id) => [id, id === 1 ? sampling : 0x11, id === 1 ? 0 : 1]),
	]);
	kinds.forEach(({ dc, ac }, index) => {
		bits.putSegment(0xc4, [index, ...dc]);
		bits.putSegment(0xc4, [0x10 | index, ...ac]);
	});
	bits.putSegment(0xda, [ids.length, ...ids.flatMap((id) => [id, id === 1 ? 0 : 0x11]), 0, 63, 0]);
}
