import type { Steps } from '@datagym/labels';
import { HASH_BITS } from './memory/hashes';
import { HashIndex, hashOrder, STEP } from './memory/hashOrder';
import type { FinishedState, ObservedState } from './events';
import { emittedCode, NOTHING, notMissed, recordOf, stateCode, stateOf, UNSEEN } from './memory/kinds';
import { NO_FINGERPRINT } from './memory/labelFingerprint';
import type { TaskRecord } from './memory/taskRecord';
import type { TaskRecords } from './memory/taskRecords';
import { DISCARDED, TaskColumns } from './taskColumns';
import type { TaskRules } from './taskRules';

/**
 * What the lists of a poll show of a project's tasks, beside what is remembered of them, in columns: known tasks come first, in the
 * order of their hashes, then those that are not known. Of a task that is listed twice, since it moved meanwhile, the last counts.
 */
export class Sighting {
	private readonly states: Uint8Array;
	/** At all bits, of those that were seen; the remembered ones themselves where these have all bits, as those of many tasks do. */
	private readonly hashes: Float64Array;
	private readonly isShort: boolean;
	private readonly images: Float64Array;
	private readonly added: TaskColumns;
	private unknown: IndexedTasks | undefined;
	private missing: Uint8Array | undefined;
	/** How many of the missing tasks were not found yet. */
	missingLeft = 0;

	/** @param withImages whether the hashes of the images are wanted. */
	constructor(
		readonly records: TaskRecords,
		readonly withImages: boolean,
	) {
		this.states = new Uint8Array(records.size);
		this.isShort = records.bits < HASH_BITS;
		this.hashes = this.isShort ? new Float64Array(records.size) : records.hashes;
		this.images = new Float64Array(withImages ? records.size : 0);
		this.added = new TaskColumns(withImages);
	}

	/** A list; lists come in the order in which tasks pass through them. */
	*absorb(listed: TaskColumns): Steps<void> {
		yield* listed.drain(({ length, hashes, known, states, images }) => {
			for (let index = 0; index < length; index++) {
				const at = known[index] ?? -1;
				const hash = hashes[index] ?? 0;
				const state = states[index] ?? UNSEEN;
				if (at < 0) {
					this.added.add(hash, -1, state, images[index] ?? 0);
					continue;
				}
				if (this.states[at] === UNSEEN && this.missing?.[at] === 1) this.missingLeft--;
				this.states[at] = state;
				if (this.isShort) this.hashes[at] = hash;
				if (this.withImages) this.images[at] = images[index] ?? 0;
			}
		});
	}

	/** Before the last lists: whether all that was listed is as it is remembered, with nothing pending. @param unlisted states that were not listed yet. */
	*isAsRemembered(unlisted: readonly FinishedState[]): Steps<boolean> {
		if (this.added.length > 0) return false;
		const others = unlisted.map(stateCode);
		for (let index = 0; index < this.states.length; index++) {
			if (index % STEP === 0) yield;
			const [kind, state] = [this.kindAt(index), this.states[index] ?? UNSEEN];
			if (kind !== state && !(state === UNSEEN && others.includes(kind))) return false;
		}
		return true;
	}

	/** After the lists of finished tasks: from now on only known tasks are taken. */
	*close(): Steps<void> {
		this.unknown = yield* indexedTasks(this.added);
	}

	/** Finds the tasks that should be in the lists and are not: sent back, deleted, or on their way from one list to the next. */
	*findMissing(rules: TaskRules): Steps<void> {
		const missing = new Uint8Array(this.records.size);
		for (let index = 0; index < missing.length; index++) {
			if (this.states[index] === UNSEEN && rules.isExpected(emittedCode(this.kindAt(index)))) {
				missing[index] = 1;
				this.missingLeft++;
			}
			if (index % STEP === 0) yield;
		}
		this.missing = missing;
	}

	/** @param at among those that are remembered. */
	isMissing(at: number): boolean {
		return this.missing?.[at] === 1;
	}

	/** Tasks that are known or were seen. */
	get size(): number {
		return this.records.size + this.unknownSize;
	}

	/** Tasks that were seen and are not known. */
	get unknownSize(): number {
		return this.unknown?.states.length ?? 0;
	}

	/** @param hash at all bits. @returns -1 if there is no such task. */
	indexOf(hash: number): number {
		const known = this.records.indexOf(hash);
		if (known >= 0) return known;
		const found = this.unknown?.index.find(hash) ?? -1;
		return found < 0 ? -1 : this.records.size + found;
	}

	/** At all bits; of no meaning for a task that was not seen. */
	hashAt(index: number): number {
		const { size } = this.records;
		return (index < size ? this.hashes[index] : this.unknown?.index.hashes[index - size]) ?? 0;
	}

	/** All of what is remembered of the task but its fingerprint. */
	kindAt(index: number): number {
		return this.records.kinds[index] ?? NOTHING;
	}

	fingerprintAt(index: number): number {
		return index < this.records.size ? this.records.fingerprintAt(index) : NO_FINGERPRINT;
	}

	/** The code of the state in which the task was seen last; `UNSEEN` if it was not. */
	stateAt(index: number): number {
		return this.seenAt(index) & ~DISCARDED;
	}

	/** The state in which the task was seen last; undefined if it was not. @param hash at all bits. */
	stateNow(hash: number): ObservedState | undefined {
		const index = this.indexOf(hash);
		const state = index < 0 ? UNSEEN : this.stateAt(index);
		return state === UNSEEN ? undefined : stateOf(state);
	}

	/** Whether the task does not pass the filters, as far as its list shows. */
	isDiscardedAt(index: number): boolean {
		return (this.seenAt(index) & DISCARDED) !== 0;
	}

	discard(index: number): void {
		const { size } = this.records;
		const states = index < size ? this.states : this.unknown?.states;
		const place = index < size ? index : index - size;
		if (states !== undefined) states[place] = (states[place] ?? UNSEEN) | DISCARDED;
	}

	/** The hash of the image's ID. */
	imageAt(index: number): number {
		const { size } = this.records;
		return (index < size ? this.images[index] : this.unknown?.images[index - size]) ?? 0;
	}

	/** What is remembered of a task that was seen: it is not missed any more. */
	recordAt(index: number, rules: TaskRules): TaskRecord {
		const fingerprint = rules.keepsFingerprints ? this.fingerprintAt(index) : NO_FINGERPRINT;
		return recordOf(notMissed(this.kindAt(index)), fingerprint);
	}

	private seenAt(index: number): number {
		const { size } = this.records;
		return (index < size ? this.states[index] : this.unknown?.states[index - size]) ?? UNSEEN;
	}
}

/** Tasks by their hashes. */
export interface IndexedTasks {
	readonly index: HashIndex;
	readonly states: Uint8Array;
	readonly images: Float64Array;
}

/** Of a task that is there twice, the last counts. */
export function* indexedTasks(added: TaskColumns): Steps<IndexedTasks> {
	const { length, withImages } = added;
	const all = {
		hashes: new Float64Array(length),
		states: new Uint8Array(length),
		images: new Float64Array(withImages ? length : 0),
	};
	let filled = 0;
	yield* added.drain((piece) => {
		const end = piece.length;
		all.hashes.set(piece.hashes.subarray(0, end), filled);
		all.states.set(piece.states.subarray(0, end), filled);
		if (withImages) all.images.set(piece.images.subarray(0, end), filled);
		filled += end;
	});
	const order = yield* hashOrder(all.hashes, HASH_BITS);
	const hashes = new Float64Array(length);
	const states = new Uint8Array(length);
	const images = new Float64Array(all.images.length);
	let count = 0;
	for (let place = 0; place < length; place++) {
		const from = order[place] ?? 0;
		const hash = all.hashes[from] ?? 0;
		if (place === 0 || hash !== hashes[count - 1]) count++;
		hashes[count - 1] = hash;
		states[count - 1] = all.states[from] ?? UNSEEN;
		if (withImages) images[count - 1] = all.images[from] ?? 0;
		if (place % STEP === 0) yield;
	}
	const index = yield* HashIndex.of(hashes.subarray(0, count), HASH_BITS);
	return { index, states: states.subarray(0, count), images: images.subarray(0, count) };
}
