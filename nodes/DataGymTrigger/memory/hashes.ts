/** Bits of a hash: as many as a number can hold with some to spare, so that no BigInt is needed. */
export const HASH_BITS = 52;

/** What the hashes are made of. Servers of the documented generation show images only. */
export type Identity = 'task' | 'image';

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
	return (mixed(second ^ first) >>> 12) * LOW + mixed(first + Math.imul(second, 0x27d4eb2f));
}

/** The hash at fewer bits: its upper ones. */
export function shortened(hash: number, bits: number): number {
	return Math.floor(hash / 2 ** (HASH_BITS - bits));
}

/** What is not finished counts as 0. */
const STATES: Readonly<Record<string, number>> = { COMPLETED: 1, REVIEWED: 2, SKIPPED: 3, REVIEWED_SKIP: 4 };

/**
 * One text for any number of tasks in any order: two sums over their mixed hashes and states. Two sets of tasks have the same
 * one in 1 of 2^64 cases.
 */
export class Digest {
	private first = 0;
	private second = 0;

	/** @param hash at the bits that count. */
	add(hash: number, state: string): void {
		const salt = Math.imul((STATES[state] ?? 0) + 1, 0x9e3779b9);
		const low = mixed(hash % LOW ^ salt);
		const high = mixed(Math.floor(hash / LOW) ^ low);
		this.first = (this.first + low + high) | 0;
		this.second = (this.second + Math.imul(high ^ 0x165667b1, 0x2c1b3c6d)) | 0;
	}

	get text(): string {
		return `${(this.first >>> 0).toString(36)}-${(this.second >>> 0).toString(36)}`;
	}
}

/** The last step of MurmurHash3, after which each bit depends on all bits of the number. */
function mixed(number: number): number {
	let bits = Math.imul(number ^ (number >>> 16), 0x85ebca6b);
	bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
	return (bits ^ (bits >>> 16)) >>> 0;
}
