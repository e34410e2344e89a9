import type { Raster } from './raster';

/** Not looked up for each pixel: a look-up of `Math` is slow where code runs in a context of its own, as in Jest. */
const { ceil, cos, floor, max, min, PI, sqrt, SQRT1_2 } = Math;

/** Pixels a side of the gray picture that is transformed. */
const SIDE = 32;
/**
 * A picture whose shorter side has so many pixels is large enough for the hash. Half of it or a quarter would do, but a JPEG is then decoded
 * by another filter than a PNG is averaged, which changes some three bits more; and it saves only a few milliseconds.
 */
export const HASHED_SIDE = 8 * SIDE;

const BITS = 256;
/** All that the hash needs of the transform lies in its first rows and columns. */
const FREQUENCIES = 24;
/**
 * The least spread of brightness of a picture with something to see, as the root of the mean square of the coefficients that
 * the hash is made of: below it, noise and rounding decide the bits.
 */
const LEAST_SPREAD = 1;
/**
 * What a coefficient has to exceed to count as positive, as a share of that spread. Drawings that are symmetrical have coefficients of
 * about zero, whose signs are noise: with this, they are always 0. Those near the threshold are no more than would be near zero.
 */
const THRESHOLD = 0.04;

/**
 * A hash of what an image shows, as 64 hexadecimal digits: copies that were saved again, scaled or made a little brighter
 * differ in few of its 256 bits, other images in about half of them.
 *
 * The image is stretched to 32 × 32 gray pixels, and transformed by a two-dimensional DCT-II; the bits say which coefficients are clearly positive, from
 * the lowest frequency on, without the mean, in the order of `ORDER`: so its first 64 bits are the most robust ones.
 *
 * @param raster of 8 bits, gray or RGB, without alpha, as displayed.
 * @returns undefined for an image that is too uniform, such as a white page: then its hash says nothing.
 */
export function perceptualHash(raster: Raster): string | undefined {
	const coefficients = transformed(grayGrid(raster));
	const energy = coefficients.reduce((sum, value) => sum + value * value, 0);
	if (energy < LEAST_SPREAD * LEAST_SPREAD * SIDE * SIDE) return undefined;
	const threshold = THRESHOLD * sqrt(energy / BITS);
	let hash = '';
	for (let bit = 0; bit < BITS; bit += 4) {
		let digit = 0;
		for (let offset = 0; offset < 4; offset++)
			digit = digit * 2 + ((coefficients[bit + offset] ?? 0) > threshold ? 1 : 0);
		hash += digit.toString(16);
	}
	return hash;
}

/** Column and row of the coefficients by rising frequency, diagonal by diagonal from the top right. */
const ORDER = diagonals();

function diagonals(): ReadonlyArray<readonly [column: number, row: number]> {
	const order: Array<readonly [number, number]> = [];
	for (let sum = 1; order.length < BITS; sum++) for (let row = 0; row <= sum; row++) order.push([sum - row, row]);
	return order.slice(0, BITS);
}

/** The average brightness (ITU-R BT.601) of the part of the image that each pixel of the grid covers, 0 to 255. */
function grayGrid(raster: Raster): Float64Array {
	const { width, height, channels, data } = raster;
	const columns = coverage(width);
	const rows = coverage(height);
	const grid = new Float64Array(SIDE * SIDE);
	const line = new Float64Array(width);
	rows.forEach(({ first, weights }, row) => {
		line.fill(0);
		weights.forEach((weight, index) => {
			let from = (first + index) * width * channels;
			for (let column = 0; column < width; column++, from += channels) {
				const red = data[from] ?? 0;
				const gray = channels < 3 ? red : 0.299 * red + 0.587 * (data[from + 1] ?? 0) + 0.114 * (data[from + 2] ?? 0);
				line[column] = (line[column] ?? 0) + weight * gray;
			}
		});
		columns.forEach((column, index) => {
			let sum = 0;
			for (let offset = 0; offset < column.weights.length; offset++)
				sum += (column.weights[offset] ?? 0) * (line[column.first + offset] ?? 0);
			grid[row * SIDE + index] = sum;
		});
	});
	return grid;
}

interface Covered {
	readonly first: number;
	/** Shares of the pixels from `first` on; their sum is 1. */
	readonly weights: readonly number[];
}

/** The pixels of a side of the image that each pixel of the grid covers. */
function coverage(length: number): readonly Covered[] {
	const step = length / SIDE;
	return Array.from({ length: SIDE }, (_, index) => {
		const start = index * step;
		const end = start + step;
		const first = floor(start);
		const count = max(1, min(length, ceil(end)) - first);
		const weights = Array.from(
			{ length: count },
			(_each, offset) => (min(end, first + offset + 1) - max(start, first + offset)) / step,
		);
		return { first, weights };
	});
}

/** The first cosines of the DCT-II of `SIDE` values, orthonormal, by frequency. */
const COSINES = Array.from({ length: FREQUENCIES }, (_, frequency) =>
	Float64Array.from(
		{ length: SIDE },
		(_each, index) =>
			cos((PI * (2 * index + 1) * frequency) / (2 * SIDE)) * (frequency === 0 ? SQRT1_2 : 1) * (2 / SIDE) ** 0.5,
	),
);

/** The coefficients of the hash, in its order. */
function transformed(grid: Float64Array): readonly number[] {
	const byRow = Array.from({ length: SIDE }, (_, row) => {
		const line = grid.subarray(row * SIDE, (row + 1) * SIDE);
		return COSINES.map((cosines) => product(cosines, line));
	});
	const column = new Float64Array(SIDE);
	return ORDER.map(([across, down]) => {
		for (let row = 0; row < SIDE; row++) column[row] = byRow[row]?.[across] ?? 0;
		return product(COSINES[down] ?? column, column);
	});
}

function product(one: Float64Array, other: Float64Array): number {
	let sum = 0;
	for (let index = 0; index < SIDE; index++) sum += (one[index] ?? 0) * (other[index] ?? 0);
	return sum;
}
