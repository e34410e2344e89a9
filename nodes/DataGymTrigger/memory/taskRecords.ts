import type { Steps } from '@datagym/labels';
import { HashIndex, hashOrder, STEP } from './hashOrder';
import { HASH_BITS, shortened } from './hashes';
import { kindOf, recordOf } from './kinds';
import { NO_FINGERPRINT } from './labelFingerprint';
import type { TaskRecord } from './taskRecord';

/** What is remembered of up to millions of tasks, in 16 bytes each: by the hash of a task's ID, in the order of the hashes. */
export class TaskRecords implements Iterable<readonly [number, TaskRecord]> {
	constructor(
		private readonly index: HashIndex,
		/** Bits of the hashes: few in what was saved, all of them in what is new. */
		readonly bits: number,
		/** All of each record but its fingerprint. */
		readonly kinds: Uint16Array,
		/** Undefined if there are none. */
		private readonly fingerprints: Uint16Array | undefined,
	) {}

	get size(): number {
		return this.kinds.length;
	}

	get hashes(): Float64Array {
		return this.index.hashes;
	}

	get hasFingerprints(): boolean {
		return this.fingerprints !== undefined;
	}

	/** @param hash at all bits. @returns -1 if there is none. */
	indexOf(hash: number): number {
		return this.index.find(shortened(hash, this.bits));
	}

	fingerprintAt(index: number): number {
		return this.fingerprints?.[index] ?? NO_FINGERPRINT;
	}

	/** @param hash at all bits. */
	find(hash: number): TaskRecord | undefined {
		const index = this.indexOf(hash);
		return index < 0 ? undefined : recordOf(this.kinds[index] ?? 0, this.fingerprintAt(index));
	}

	/** By the hashes of the tasks, at all bits, which are all there. */
	withFingerprints(changed: ReadonlyMap<number, number>): TaskRecords {
		const fingerprints = this.fingerprints?.slice() ?? new Uint16Array(this.size);
		for (const [hash, fingerprint] of changed) fingerprints[this.indexOf(hash)] = fingerprint;
		return new TaskRecords(this.index, this.bits, this.kinds, fingerprints);
	}

	*[Symbol.iterator](): Generator<readonly [number, TaskRecord], void, undefined> {
		for (const [index, hash] of this.hashes.entries())
			yield [hash, recordOf(this.kinds[index] ?? 0, this.fingerprintAt(index))];
	}
}

/** Takes records in any order; of two of one task, the last counts. */
export class TaskRecordsBuilder {
	private readonly hashes: Float64Array;
	private readonly kinds: Uint16Array;
	private fingerprints: Uint16Array | undefined;
	private count = 0;
	private isSorted = true;

	/** @param most records that will be added. */
	constructor(
		private readonly most: number,
		private readonly bits: number,
	) {
		this.hashes = new Float64Array(most);
		this.kinds = new Uint16Array(most);
	}

	/** @param hash at the bits of these records. */
	add(hash: number, kind: number, fingerprint: number): void {
		const { count } = this;
		if (count > 0 && hash <= (this.hashes[count - 1] ?? 0)) this.isSorted = false;
		this.hashes[count] = hash;
		this.kinds[count] = kind;
		if (fingerprint !== NO_FINGERPRINT) {
			this.fingerprints ??= new Uint16Array(this.most);
			this.fingerprints[count] = fingerprint;
		}
		this.count++;
	}

	/** @param isIndexed whether all of the records will be looked for, and not only a few. */
	*build(isIndexed = true): Steps<TaskRecords> {
		const { bits, count } = this;
		const added = this.hashes.subarray(0, count);
		if (this.isSorted) {
			const index = isIndexed ? yield* HashIndex.of(added, bits) : HashIndex.plain(added);
			return new TaskRecords(index, bits, this.kinds.subarray(0, count), this.fingerprints?.subarray(0, count));
		}
		const order = yield* hashOrder(added, bits);
		const sorted = new TaskRecordsBuilder(count, bits);
		for (let place = 0; place < count; place++) {
			const [one = 0, next = -1] = [order[place], order[place + 1]];
			if (next < 0 || added[one] !== added[next])
				sorted.add(added[one] ?? 0, this.kinds[one] ?? 0, this.fingerprints?.[one] ?? NO_FINGERPRINT);
			if (place % STEP === 0) yield;
		}
		return yield* sorted.build(isIndexed);
	}
}

export function* taskRecordsOf(entries: Iterable<readonly [number, TaskRecord]>, bits = HASH_BITS): Steps<TaskRecords> {
	const all = [...entries];
	const builder = new TaskRecordsBuilder(all.length, bits);
	for (const [hash, record] of all) builder.add(hash, kindOf(record), record.fingerprint);
	return yield* builder.build();
}
