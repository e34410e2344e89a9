/** Bits of a hash: as many as a number can hold with some to spare, so that no BigInt is needed. */
export const HASH_BITS = 52;

const LOW = 2 ** 32;

/**
 * A whole number below 2^52 that depends on nothing but the text: two lanes of multiplicative hashing over its UTF-16 code
 * units, each finished as MurmurHash3 does. Never change it: what running workflows remember rests on it.
 */
export function taskHash(text: string): number {
	let first = 0x811c9dc5;
	let second = 0x9e3779b9;
	for (let index = 0; index < text.length; index++) {
		const unit = text.charCodeAt(index);
		first = Math.imul(first ^ unit, 0x01000193);
		second = Math.imul(second ^ unit, 0x5bd1e995);
		second ^= second >>> 15;
	}
	return (finished(second ^ first) >>> 12) * LOW + finished(first + Math.imul(second, 0x27d4eb2f));
}

/** The hash at fewer bits: its upper ones. */
export function shortened(hash: number, bits: number): number {
	return Math.floor(hash / 2 ** (HASH_BITS - bits));
}

function finished(lane: number): number {
	let mixed = Math.imul(lane ^ (lane >>> 16), 0x85ebca6b);
	mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
	return (mixed ^ (mixed >>> 16)) >>> 0;
}
