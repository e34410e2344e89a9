import type { Steps } from '@datagym/labels';

/** Hashes that are looked at in one step. */
export const STEP = 1 << 14;
/** More equal upper bits than this do not come of hashes. */
const LARGE_BUCKET = 64;
/** Buckets are told apart by so many bits at most. */
const MOST_BUCKET_BITS = 22;

/** How many of the upper bits tell so many hashes apart, more or less. */
function bucketBits(count: number, bits: number): number {
	return Math.min(Math.floor(Math.log2(Math.max(1, count))), bits, MOST_BUCKET_BITS);
}

/**
 * The places of the hashes in the order of their size; equal ones stay as they were. Hashes are spread evenly, so that sorting them by
 * their upper bits, as many as there are hashes, leaves nearly nothing to be done, and each step is short.
 *
 * @param bits of each hash.
 */
export function* hashOrder(hashes: Float64Array, bits: number): Steps<Uint32Array> {
	const upper = bucketBits(hashes.length, bits);
	const width = 2 ** (bits - upper);
	const starts = yield* countBuckets(hashes, upper, width);
	const next = starts.slice();
	const order = new Uint32Array(hashes.length);
	for (let index = 0; index < hashes.length; index++) {
		const bucket = Math.floor((hashes[index] ?? 0) / width);
		const place = next[bucket] ?? 0;
		order[place] = index;
		next[bucket] = place + 1;
		if (index % STEP === 0) yield;
	}
	for (let bucket = 0; bucket < 2 ** upper; bucket++) {
		sortBucket(hashes, order, starts[bucket] ?? 0, starts[bucket + 1] ?? 0);
		if (bucket % STEP === 0) yield;
	}
	return order;
}

/** Where the hashes with the same upper bits begin, if they were sorted; one number more than there are buckets. */
function* countBuckets(hashes: Float64Array, upper: number, width: number): Steps<Uint32Array> {
	const starts = new Uint32Array(2 ** upper + 1);
	for (let index = 0; index < hashes.length; index++) {
		const bucket = Math.floor((hashes[index] ?? 0) / width) + 1;
		starts[bucket] = (starts[bucket] ?? 0) + 1;
		if (index % STEP === 0) yield;
	}
	let before = 0;
	for (let bucket = 0; bucket < starts.length; bucket++) {
		before += starts[bucket] ?? 0;
		starts[bucket] = before;
		if (bucket % STEP === 0) yield;
	}
	return starts;
}

function sortBucket(hashes: Float64Array, order: Uint32Array, start: number, end: number): void {
	if (end - start > LARGE_BUCKET) {
		const hash = (index: number) => hashes[index] ?? 0;
		order.subarray(start, end).sort((a, b) => hash(a) - hash(b) || a - b);
		return;
	}
	for (let index = start + 1; index < end; index++) {
		const moved = order[index] ?? 0;
		const hash = hashes[moved] ?? 0;
		let place = index;
		for (; place > start && (hashes[order[place - 1] ?? 0] ?? 0) > hash; place--) order[place] = order[place - 1] ?? 0;
		order[place] = moved;
	}
}

/** Where a hash is in a sorted list of them, nearly at once. */
export class HashIndex {
	private constructor(
		/** Sorted, each once. */
		readonly hashes: Float64Array,
		private readonly width: number,
		private readonly starts: Uint32Array | undefined,
	) {}

	/** For a few questions, which take a little longer. */
	static plain(hashes: Float64Array): HashIndex {
		return new HashIndex(hashes, 1, undefined);
	}

	/** @param hashes sorted, each once. */
	static *of(hashes: Float64Array, bits: number): Steps<HashIndex> {
		const upper = bucketBits(hashes.length, bits);
		const width = 2 ** (bits - upper);
		return new HashIndex(hashes, width, yield* countBuckets(hashes, upper, width));
	}

	/** @returns -1 if it is not there. */
	find(hash: number): number {
		const { hashes, starts } = this;
		const bucket = starts === undefined ? 0 : Math.floor(hash / this.width);
		let low = starts?.[bucket] ?? 0;
		let high = starts === undefined ? hashes.length : (starts[bucket + 1] ?? 0);
		while (low < high) {
			const middle = (low + high) >>> 1;
			const found = hashes[middle] ?? 0;
			if (found === hash) return middle;
			if (found < hash) low = middle + 1;
			else high = middle;
		}
		return -1;
	}
}
