import { emptyRaster, hasAlpha, type Raster, whiteOf } from './raster';

/** Not looked up for each pixel: a look-up of `Math` is slow where code runs in a context of its own, as in Jest. */
const { PI, abs, ceil, floor, max, min, round, sin } = Math;

/** Half the width of the filter below, in pixels of the result. */
const LOBES = 3;

/** Large pictures are first averaged down to so many times the size that is asked for. */
const GAP = 2;

/**
 * Scales down by Lanczos' filter over the area that each new pixel covers, rows first, each time rounded to whole values; before
 * that, whole blocks of pixels are averaged as long as twice the size remains: Pillow's `Image.resize` with `LANCZOS` and a
 * `reducing_gap` of 2. Transparent pixels lend no color to their neighbors.
 */
export function resized(raster: Raster, width: number, height: number): Raster {
	if (width === raster.width && height === raster.height) return raster;
	const premultiplied = hasAlpha(raster) ? weighted(raster) : raster;
	const across = factorOf(raster.width, width);
	const down = factorOf(raster.height, height);
	const reduced = averaged(premultiplied, across, down);
	const narrow = width === raster.width ? reduced : resizedRows(reduced, width, raster.width / across);
	const small = height === raster.height ? narrow : resizedColumns(narrow, height, raster.height / down);
	return hasAlpha(raster) ? unweighted(small) : small;
}

function factorOf(from: number, to: number): number {
	return max(1, floor(from / to / GAP));
}

/** The averages of blocks of so many pixels; those at the right and lower edge can be smaller. */
function averaged(raster: Raster, across: number, down: number): Raster {
	if (across === 1 && down === 1) return raster;
	const { channels, data } = raster;
	const width = ceil(raster.width / across);
	const height = ceil(raster.height / down);
	const result = emptyRaster({ width, height }, channels, data instanceof Uint16Array);
	const sums = new Float64Array(width * channels);
	for (let row = 0; row < height; row++) {
		sums.fill(0);
		const rows = min(down, raster.height - row * down);
		for (let line = 0; line < rows; line++) {
			let from = (row * down + line) * raster.width * channels;
			for (let column = 0; column < raster.width; column++) {
				const to = floor(column / across) * channels;
				for (let channel = 0; channel < channels; channel++)
					sums[to + channel] = (sums[to + channel] ?? 0) + (data[from++] ?? 0);
			}
		}
		for (let column = 0; column < width; column++) {
			const pixels = rows * min(across, raster.width - column * across);
			for (let channel = 0; channel < channels; channel++) {
				const at = column * channels + channel;
				result.data[row * width * channels + at] = round((sums[at] ?? 0) / pixels);
			}
		}
	}
	return result;
}

interface Weights {
	/** The first old pixel, and from there on one weight for each. */
	readonly first: number;
	readonly weights: Float64Array;
}

/** Of `from` pixels, the last of which can be a part of one, for each of the new ones. */
function weightsOf(from: number, to: number): Weights[] {
	const scale = from / to;
	const reach = LOBES * scale;
	return Array.from({ length: to }, (_, index) => {
		const center = (index + 0.5) * scale;
		const first = max(0, floor(center - reach + 0.5));
		const end = min(ceil(from), floor(center + reach + 0.5));
		const weights = Float64Array.from({ length: end - first }, (_each, offset) =>
			lanczos((first + offset - center + 0.5) / scale),
		);
		const sum = weights.reduce((total, weight) => total + weight, 0);
		return { first, weights: weights.map((weight) => weight / sum) };
	});
}

function lanczos(x: number): number {
	return abs(x) < LOBES ? sinc(x) * sinc(x / LOBES) : 0;
}

function sinc(x: number): number {
	return x === 0 ? 1 : sin(PI * x) / (PI * x);
}

function resizedRows(raster: Raster, width: number, extent: number): Raster {
	const { channels, data, height } = raster;
	const result = emptyRaster({ width, height }, channels, data instanceof Uint16Array);
	const white = whiteOf(raster);
	const columns = weightsOf(extent, width);
	for (let row = 0; row < height; row++) {
		const start = row * raster.width * channels;
		let to = row * width * channels;
		for (const { first, weights } of columns) {
			for (let channel = 0; channel < channels; channel++) {
				let sum = 0;
				let from = start + first * channels + channel;
				for (let index = 0; index < weights.length; index++, from += channels)
					sum += (weights[index] ?? 0) * (data[from] ?? 0);
				result.data[to++] = bounded(sum, white);
			}
		}
	}
	return result;
}

function resizedColumns(raster: Raster, height: number, extent: number): Raster {
	const { channels, data, width } = raster;
	const result = emptyRaster({ width, height }, channels, data instanceof Uint16Array);
	const white = whiteOf(raster);
	const length = width * channels;
	const sums = new Float64Array(length);
	weightsOf(extent, height).forEach(({ first, weights }, row) => {
		sums.fill(0);
		weights.forEach((weight, index) => {
			const start = (first + index) * length;
			for (let at = 0; at < length; at++) sums[at] = (sums[at] ?? 0) + weight * (data[start + at] ?? 0);
		});
		for (let at = 0; at < length; at++) result.data[row * length + at] = bounded(sums[at] ?? 0, white);
	});
	return result;
}

function bounded(value: number, white: number): number {
	return min(white, max(0, round(value)));
}

/** Colors times alpha. */
function weighted(raster: Raster): Raster {
	const white = whiteOf(raster);
	return mappedColors(raster, (color, alpha) => round((color * alpha) / white));
}

function unweighted(raster: Raster): Raster {
	const white = whiteOf(raster);
	return mappedColors(raster, (color, alpha) => (alpha === 0 ? 0 : bounded((color * white) / alpha, white)));
}

function mappedColors(raster: Raster, map: (color: number, alpha: number) => number): Raster {
	const { channels } = raster;
	const data = raster.data.slice();
	for (let at = 0; at < data.length; at += channels) {
		const alpha = data[at + channels - 1] ?? 0;
		for (let channel = 0; channel < channels - 1; channel++) data[at + channel] = map(data[at + channel] ?? 0, alpha);
	}
	return { ...raster, data };
}
