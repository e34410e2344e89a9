/** Not looked up for each number: a look-up of `Math` is slow where code runs in a context of its own, as in Jest. */
const { imul } = Math;

/** How different two images may be that count as the same. */
export type DuplicateSensitivity = 'low' | 'normal' | 'high';

/** Of 256 bits. */
const WORDS = 8;

/** The first 64 bits of a hash are those of the coarsest shapes, which copies hardly ever change. */
const COARSE_WORDS = 2;

interface Limits {
	/** In how many of all bits two hashes may differ. */
	readonly all: number;
	/** In how many of the first 64. */
	readonly coarse: number;
}

/**
 * Measured (docs/duplicates.md#how-well-it-works): nearly all copies that were saved again or scaled differ in at most 12 bits, all of them,
 * also with another brightness, in at most 24; those cut by 2 % of each side in at most 48.
 */
const LIMITS: Readonly<Record<DuplicateSensitivity, Limits>> = {
	low: { all: 12, coarse: 9 },
	normal: { all: 24, coarse: 9 },
	high: { all: 48, coarse: 11 },
};

/** A hash within the limits: which one it was of those added, and in how many bits it differs. */
interface NearHash {
	readonly place: number;
	readonly distance: number;
}

/**
 * Finds the nearest of many hashes without comparing it with all. The first 64 bits are divided into parts, as many as half of the bits
 * that may differ in them, rounded up: then one part differs in a single bit at most, since each would have two otherwise. So only
 * hashes with such a part are compared, and none that is near is missed. Source: Norouzi, Punjani and Fleet, "Fast search in Hamming
 * space with multi-index hashing", 2012.
 */
export class HashIndex {
	private readonly limits: Limits;
	private readonly parts: readonly Part[];
	private words = new Int32Array(1024 * WORDS);
	private count = 0;

	constructor(sensitivity: DuplicateSensitivity) {
		this.limits = LIMITS[sensitivity];
		const count = Math.ceil((this.limits.coarse + 1) / 2);
		const edges = Array.from({ length: count + 1 }, (_, index) => Math.round((64 * index) / count));
		this.parts = edges.slice(1).map((end, index) => new Part(edges[index] ?? 0, end));
	}

	/** @param hash 64 hexadecimal digits. Its place is the number of those added before. */
	add(hash: string): void {
		if ((this.count + 1) * WORDS > this.words.length) this.words = grown(this.words);
		const words = wordsOf(hash);
		this.words.set(words, this.count * WORDS);
		for (const part of this.parts) part.add(this.count, words);
		this.count++;
	}

	/** The nearest one within the limits, the first of equals. */
	nearest(hash: string): NearHash | undefined {
		const words = wordsOf(hash);
		let best: NearHash | undefined;
		const look = (place: number) => {
			const distance = this.distance(words, place);
			const isBetter =
				best === undefined || distance < best.distance || (distance === best.distance && place < best.place);
			if (distance <= this.limits.all && isBetter) best = { place, distance };
		};
		for (const part of this.parts) part.each(words, this.limits.coarse, look);
		return best;
	}

	private distance(words: Int32Array, place: number): number {
		let distance = 0;
		for (let word = 0; word < WORDS; word++)
			distance += ones((words[word] ?? 0) ^ (this.words[place * WORDS + word] ?? 0));
		return distance;
	}
}

/** An entry of a bucket: the place of a hash, and its first 64 bits, which are read for each search. */
const ENTRY = 1 + COARSE_WORDS;

interface Bucket {
	entries: Int32Array<ArrayBuffer>;
	length: number;
}

/** The hashes by a part of their first 64 bits. */
class Part {
	private readonly bits: number;
	private readonly buckets = new Map<number, Bucket>();

	constructor(
		private readonly start: number,
		end: number,
	) {
		this.bits = end - start;
	}

	add(place: number, words: Int32Array): void {
		const key = this.keyOf(words);
		const bucket = this.buckets.get(key) ?? { entries: new Int32Array(4 * ENTRY), length: 0 };
		this.buckets.set(key, bucket);
		if (bucket.length === bucket.entries.length) bucket.entries = grown(bucket.entries);
		bucket.entries[bucket.length] = place;
		bucket.entries.set(words.subarray(0, COARSE_WORDS), bucket.length + 1);
		bucket.length += ENTRY;
	}

	/** The places of the hashes whose part differs in a bit at most, and that differ in so many of the first 64 bits at most. */
	each(words: Int32Array, mostCoarse: number, look: (place: number) => void): void {
		const key = this.keyOf(words);
		this.eachIn(key, words, mostCoarse, look);
		for (let bit = 0; bit < this.bits; bit++) this.eachIn(key ^ (1 << bit), words, mostCoarse, look);
	}

	private eachIn(key: number, words: Int32Array, mostCoarse: number, look: (place: number) => void): void {
		const bucket = this.buckets.get(key);
		if (bucket === undefined) return;
		const [first = 0, second = 0] = words;
		const { entries, length } = bucket;
		for (let at = 0; at < length; at += ENTRY) {
			const coarse = ones((entries[at + 1] ?? 0) ^ first) + ones((entries[at + 2] ?? 0) ^ second);
			if (coarse <= mostCoarse) look(entries[at] ?? 0);
		}
	}

	/** The bits of the part as a number. */
	private keyOf(words: Int32Array): number {
		let key = 0;
		for (let bit = this.start; bit < this.start + this.bits; bit++)
			key = (key << 1) | (((words[bit >> 5] ?? 0) >>> (31 - (bit & 31))) & 1);
		return key;
	}
}

function grown(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
	const larger = new Int32Array(array.length * 2);
	larger.set(array);
	return larger;
}

function wordsOf(hash: string): Int32Array {
	return Int32Array.from({ length: WORDS }, (_, word) => Number.parseInt(hash.slice(word * 8, word * 8 + 8), 16));
}

/** The number of bits that are set in 32. */
function ones(value: number): number {
	let bits = value - ((value >>> 1) & 0x55555555);
	bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
	return imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
