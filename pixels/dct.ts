/** Not looked up for each pixel: a look-up of `Math` is slow where code runs in a context of its own, as in Jest. */
const { SQRT1_2 } = Math;

/** What the transform below multiplies row and column `n` of its result by, but for a factor of 8. */
const SCALES = [1, 1.387039845, 1.306562965, 1.175875602, 1, 0.785694958, 0.5411961, 0.275899379];

/**
 * By what to multiply each coefficient of `transform`, row by row, to have it quantized: the steps are given in the order of
 * `order`, which says where in the block each lies.
 */
export function dctFactors(steps: Uint8Array, order: Uint8Array): Float64Array {
	const factors = new Float64Array(64);
	order.forEach((place, index) => {
		const scale = (SCALES[place >> 3] ?? 1) * (SCALES[place & 7] ?? 1) * 8;
		factors[place] = 1 / ((steps[index] ?? 1) * scale);
	});
	return factors;
}

/**
 * The discrete cosine transform of a block of 8 × 8 samples in its place, scaled by `SCALES`: five multiplications a row.
 * Source: Arai, Agui and Nakajima, "A fast DCT-SQ scheme for images", 1988.
 */
export function transform(block: Float64Array): void {
	for (let row = 0; row < 64; row += 8) transformLine(block, row, 1);
	for (let column = 0; column < 8; column++) transformLine(block, column, 8);
}

function transformLine(block: Float64Array, start: number, step: number): void {
	const a = block[start] ?? 0;
	const b = block[start + step] ?? 0;
	const c = block[start + 2 * step] ?? 0;
	const d = block[start + 3 * step] ?? 0;
	const e = block[start + 4 * step] ?? 0;
	const f = block[start + 5 * step] ?? 0;
	const g = block[start + 6 * step] ?? 0;
	const h = block[start + 7 * step] ?? 0;

	const outer = a + h + (d + e);
	const inner = b + g + (c + f);
	const outerDifference = a + h - (d + e);
	const turned = (b + g - (c + f) + outerDifference) * SQRT1_2;
	block[start] = outer + inner;
	block[start + 4 * step] = outer - inner;
	block[start + 2 * step] = outerDifference + turned;
	block[start + 6 * step] = outerDifference - turned;

	const low = d - e + (c - f);
	const middle = (c - f + (b - g)) * SQRT1_2;
	const high = b - g + (a - h);
	const shared = (low - high) * 0.382683433;
	const lowPart = 0.5411961 * low + shared;
	const highPart = 1.306562965 * high + shared;
	const sum = a - h + middle;
	const difference = a - h - middle;
	block[start + 5 * step] = difference + lowPart;
	block[start + 3 * step] = difference - lowPart;
	block[start + step] = sum + highPart;
	block[start + 7 * step] = sum - highPart;
}
