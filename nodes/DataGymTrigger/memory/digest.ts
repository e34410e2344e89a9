import type { FinishedState, Standing } from '../events';
import { HASH_BITS, shortened } from './taskHash';

/** A task's hash, and where it is. */
interface Listed {
	readonly hash: number;
	readonly standing: Standing;
}

const NUMBERS: Readonly<Record<FinishedState, number>> = { COMPLETED: 1, REVIEWED: 2, SKIPPED: 3, REVIEWED_SKIP: 4 };
const HALF = 2 ** 32;

/**
 * One text for any number of tasks in any order: two sums over their mixed hashes and states. Two sets of tasks have the same
 * one in 1 of 2^64 cases. A poll that finds the digest of the last one need not look at what was
 * remembered, which for 100,000 tasks takes as long as parsing their list.
 *
 * @param hashBits how many bits of the hashes count.
 */
export function digestOf(tasks: readonly Listed[], { hashBits = HASH_BITS }: { hashBits?: number } = {}): string {
	let first = 0;
	let second = 0;
	for (const { hash: longHash, standing } of tasks) {
		const hash = shortened(longHash, hashBits);
		const state = standing === 'UNFINISHED' ? 0 : NUMBERS[standing];
		let low = Math.imul(hash % HALF ^ Math.imul(state + 1, 0x9e3779b9), 0x85ebca6b);
		low = Math.imul(low ^ (low >>> 15), 0xc2b2ae35);
		let high = Math.imul(Math.floor(hash / HALF) ^ low ^ (low >>> 13), 0x27d4eb2f);
		high ^= high >>> 15;
		first = (first + low + high) | 0;
		second = (second + Math.imul(high ^ 0x165667b1, 0x2c1b3c6d)) | 0;
	}
	return `${(first >>> 0).toString(36)}-${(second >>> 0).toString(36)}`;
}
