import type { Steps } from './steps';

/** Numbers that are sorted, or merged, in one step. */
const STEP = 8192;

type Numbers = Float64Array | Uint32Array;

/** The numbers in rising order, as `toSorted` of a typed array gives them. */
export function* sortedNumbers(numbers: ArrayLike<number>): Steps<Float64Array> {
	return yield* sortedInPlace(Float64Array.from(numbers));
}

/**
 * Sorts the numbers by a comparison, or in rising order, as `sort` of a typed array does.
 *
 * @returns the given array or another one; what the given one holds then is not said.
 */
export function* sortedInPlace<List extends Numbers>(
	numbers: List,
	compare?: (a: number, b: number) => number,
): Steps<List> {
	let from = numbers;
	for (let start = 0; start < from.length; start += STEP) {
		from.subarray(start, start + STEP).sort(compare);
		yield;
	}
	if (from.length <= STEP) return from;
	let to = from.slice() as List;
	for (let run = STEP; run < from.length; run *= 2) {
		for (let start = 0; start < from.length; start += 2 * run)
			yield* merge(from, to, { start, run }, compare ?? rising);
		[from, to] = [to, from];
	}
	return from;
}

const rising = (a: number, b: number) => a - b;

/** Merges two sorted runs that follow each other. */
function* merge(
	from: Numbers,
	to: Numbers,
	{ start, run }: { readonly start: number; readonly run: number },
	compare: (a: number, b: number) => number,
): Steps<void> {
	const middle = Math.min(start + run, from.length);
	const end = Math.min(start + 2 * run, from.length);
	let [a, b] = [start, middle];
	for (let place = start; place < end; place++) {
		if (place % STEP === 0) yield;
		const isFirst = b >= end || (a < middle && compare(from[a] ?? 0, from[b] ?? 0) <= 0);
		to[place] = (isFirst ? from[a++] : from[b++]) ?? 0;
	}
}
