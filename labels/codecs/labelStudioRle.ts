import type { Mask } from '../geometry/maskPolygons';

/** Pixels; a few bytes can claim any number. */
const LARGEST_MASK = 50_000_000;
const CHANNELS = 4;
const ALPHA = 3;

/**
 * Reads a brush mask of Label Studio: bytes of thi.ng's `rle-pack`, which pack red, green, blue and alpha of each pixel, row by row.
 * A pixel is on if it is not transparent. Nothing if the bytes are not of such a picture of the size, or end before.
 * Source: HumanSignal/label-studio-sdk, `converter/brush.py`, `decode_rle`; thi.ng/umbrella, `packages/rle-pack`.
 */
export function readBrushMask(bytes: readonly number[], width: number, height: number): Mask | undefined {
	const count = width * height * CHANNELS;
	if (!Number.isInteger(count) || count <= 0 || width * height > LARGEST_MASK) return undefined;
	const bits = new BitReader(bytes);
	if (bits.read(32) !== count) return undefined;
	const wordSize = bits.read(5) + 1;
	const runSizes = [0, 1, 2, 3].map(() => bits.read(4) + 1);
	const pixels = new Uint8Array(width * height);
	let position = 0;
	while (position < count) {
		const isRun = bits.read(1) === 1;
		const end = position + 1 + bits.read(runSizes[bits.read(2)] ?? 1);
		if (bits.isBeyond || end > count) return undefined;
		if (isRun) {
			if (bits.read(wordSize) > 0) turnOn(pixels, position, end);
		} else for (let at = position; at < end; at++) if (bits.read(wordSize) > 0) turnOn(pixels, at, at + 1);
		position = end;
	}
	return bits.isBeyond ? undefined : { width, height, pixels };
}

/** The pixels whose alpha is among the values from one position to another. */
function turnOn(pixels: Uint8Array, from: number, to: number): void {
	const first = Math.ceil((from - ALPHA) / CHANNELS);
	const last = Math.floor((to - 1 - ALPHA) / CHANNELS);
	if (last >= first) pixels.fill(1, Math.max(first, 0), last + 1);
}

/** Numbers of some bits, the highest first. */
class BitReader {
	private position = 0;

	constructor(private readonly bytes: readonly number[]) {}

	get isBeyond(): boolean {
		return this.position > this.bytes.length * 8;
	}

	read(size: number): number {
		let value = 0;
		for (let index = 0; index < size; index++, this.position++) {
			const byte = this.bytes[this.position >> 3] ?? 0;
			value = value * 2 + ((byte >> (7 - (this.position & 7))) & 1);
		}
		return value;
	}
}
