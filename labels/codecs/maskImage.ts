import type { Mask } from '../geometry/maskPolygons';
import { decodePng, type Png } from './png';

/**
 * The mask in a PNG, given as its bytes or as text in base64, also with `data:image/png;base64,` in front.
 *
 * A picture with transparent pixels is on where it is opaque. Otherwise its brightness counts: of two values, the brighter is
 * on, whatever they are; of more, those from the middle on, as in a map of probabilities.
 *
 * @returns a sentence that says why there is no mask. A mask without a pixel that is on is one.
 */
export function readMaskImage(source: string | Uint8Array): Mask | string {
	const bytes = typeof source === 'string' ? bytesInBase64(source) : source;
	const png = bytes && decodePng(bytes);
	if (png === undefined) return 'The mask is not in base64. Provide the PNG file in base64.';
	return typeof png === 'string' ? png : maskIn(png);
}

/** Bytes in base64, as it stands in a data URL or alone, also with the characters of URLs or without the last ones. */
export function bytesInBase64(text: string): Uint8Array | undefined {
	const start = text.startsWith('data:') ? text.indexOf(',') + 1 : 0;
	const base64 = text.slice(start).replaceAll('-', '+').replaceAll('_', '/');
	try {
		return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
	} catch {
		return undefined;
	}
}

function maskIn(png: Png): Mask | string {
	const { width, height } = png;
	const alpha = alphaOf(png);
	const half = png.palette === undefined ? 2 ** (png.bitDepth - 1) : 128;
	if (alpha?.some((value) => value < half) === true) return { width, height, pixels: from(half, alpha) };
	const brightness = brightnessOf(png);
	const [lowest = 0, second, third] = firstValues(brightness);
	if (third === undefined)
		return { width, height, pixels: from(second === undefined ? 1 : Math.max(lowest, second), brightness) };
	const pixels = from(half, brightness);
	return pixels.includes(1)
		? { width, height, pixels }
		: 'The mask has several values, all of them dark, so it is unclear which ones are the object. Provide a black and white mask of each object.';
}

/** Up to three different values, in the order in which they occur. */
function firstValues(samples: Samples): number[] {
	const values: number[] = [];
	let before = -1;
	for (let at = 0; at < samples.length && values.length < 3; at++) {
		const value = samples[at] ?? 0;
		if (value === before) continue;
		if (!values.includes(value)) values.push(value);
		before = value;
	}
	return values;
}

function from(least: number, samples: Samples): Uint8Array {
	const pixels = new Uint8Array(samples.length);
	for (let at = 0; at < pixels.length; at++) if ((samples[at] ?? 0) >= least) pixels[at] = 1;
	return pixels;
}

type Samples = Png['data'];

/** One sample a pixel, of 8 bits from a palette; nothing for a picture that cannot be transparent. */
function alphaOf({ channels, data, palette }: Png): Samples | undefined {
	if (palette !== undefined) {
		const isOpaque = palette.every((value, at) => at % 4 !== 3 || value === 255);
		return isOpaque ? undefined : lookedUp(data, (index) => palette[index * 4 + 3] ?? 0);
	}
	return channels === 2 || channels === 4 ? pixelsOf(data, channels, (at) => data[at + channels - 1] ?? 0) : undefined;
}

/** One sample a pixel, of the same bits as those of the file, or of 8 from a palette. */
function brightnessOf({ channels, data, palette }: Png): Samples {
	if (palette !== undefined) return lookedUp(data, (index) => luma(palette, index * 4));
	if (channels === 1) return data;
	return pixelsOf(data, channels, (at) => (channels === 2 ? (data[at] ?? 0) : luma(data, at)));
}

/** The value of each index. */
function lookedUp(indices: Samples, valueOf: (index: number) => number): Samples {
	const table = Uint8Array.from({ length: 256 }, (_, index) => valueOf(index));
	const values = new Uint8Array(indices.length);
	for (let at = 0; at < values.length; at++) values[at] = table[indices[at] ?? 0] ?? 0;
	return values;
}

function pixelsOf(data: Samples, channels: number, valueAt: (at: number) => number): Samples {
	const values = data.slice(0, data.length / channels);
	for (let pixel = 0; pixel < values.length; pixel++) values[pixel] = valueAt(pixel * channels);
	return values;
}

/** As BT.601 weighs red, green and blue; what is not black is not 0. */
function luma(samples: Samples, at: number): number {
	const [red = 0, green = 0, blue = 0] = [samples[at], samples[at + 1], samples[at + 2]];
	return Math.ceil(0.299 * red + 0.587 * green + 0.114 * blue);
}
