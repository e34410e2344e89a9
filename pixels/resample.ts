import { emptyRaster, hasAlpha, type Raster, whiteOf } from './raster';

/** Half the width of the filter below, in pixels of the result. */
const LOBES = 3;

/**
 * Scales down by Lanczos' filter over the area that each new pixel covers, rows first, each time rounded to whole values, as Pillow
 * does (`Image.resize` with `LANCZOS`). Transparent pixels lend no color to their neighbors.
 */
export function resized(raster: Raster, width: number, height: number): Raster {
	if (width === raster.width && height === raster.height) return raster;
	const premultiplied = hasAlpha(raster) ? weighted(raster) : raster;
	const narrow = width === raster.width ? premultiplied : resizedRows(premultiplied, width);
	const small = height === raster.height ? narrow : resizedColumns(narrow, height);
	return hasAlpha(raster) ? unweighted(small) : small;
}

interface Weights {
	/** The first old pixel, and from there on one weight for each. */
	readonly first: number;
	readonly weights: Float64Array;
}

function weightsOf(from: number, to: number): Weights[] {
	const scale = from / to;
	const reach = LOBES * scale;
	return Array.from({ length: to }, (_, index) => {
		const center = (index + 0.5) * scale;
		const first = Math.max(0, Math.floor(center - reach + 0.5));
		const end = Math.min(from, Math.floor(center + reach + 0.5));
		const weights = Float64Array.from({ length: end - first }, (_each, offset) =>
			lanczos((first + offset - center + 0.5) / scale),
		);
		const sum = weights.reduce((total, weight) => total + weight, 0);
		return { first, weights: weights.map((weight) => weight / sum) };
	});
}

function lanczos(x: number): number {
	return Math.abs(x) < LOBES ? sinc(x) * sinc(x / LOBES) : 0;
}

function sinc(x: number): number {
	return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function resizedRows(raster: Raster, width: number): Raster {
	const { channels, data, height } = raster;
	const result = emptyRaster({ width, height }, channels, data instanceof Uint16Array);
	const white = whiteOf(raster);
	const columns = weightsOf(raster.width, width);
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

function resizedColumns(raster: Raster, height: number): Raster {
	const { channels, data, width } = raster;
	const result = emptyRaster({ width, height }, channels, data instanceof Uint16Array);
	const white = whiteOf(raster);
	const length = width * channels;
	const sums = new Float64Array(length);
	weightsOf(raster.height, height).forEach(({ first, weights }, row) => {
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
	return Math.min(white, Math.max(0, Math.round(value)));
}

/** Colors times alpha. */
function weighted(raster: Raster): Raster {
	const white = whiteOf(raster);
	return mappedColors(raster, (color, alpha) => Math.round((color * alpha) / white));
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
