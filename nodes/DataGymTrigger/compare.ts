import type { Steps } from '@datagym/labels';
import { postponedState, type EventStep } from './events';
import { HASH_BITS, shortened } from './memory/hashes';
import { STEP } from './memory/hashOrder';
import {
	emittedCode,
	emittedOf,
	EMITTED_CODES,
	isFinishedCode,
	isLabeledCode,
	kindOf,
	missedOnceMore,
	missedPollsOf,
	NOTHING,
	notMissed,
	placeOf,
	STATE_CODES,
	stateOf,
	UNSEEN,
} from './memory/kinds';
import { NO_FINGERPRINT } from './memory/labelFingerprint';
import type { TaskRecord } from './memory/taskRecord';
import { TaskRecordsBuilder, type TaskRecords } from './memory/taskRecords';
import type { Sighting } from './sighting';
import type { ListedTask } from './sources/listedTask';
import type { TaskRules } from './taskRules';

/** A task of which events are to be emitted. */
export interface PendingTask {
	readonly task: ListedTask;
	/** At least one. */
	readonly steps: readonly EventStep[];
	/** What was remembered of it so far. */
	readonly record: TaskRecord;
}

/** What a poll has found to be different from what is remembered. */
export interface Changes {
	/** Whether each task is as it is remembered, and nothing of it is pending. */
	readonly isUnchanged: boolean;
	/** How many tasks have events to be emitted, and pass the filters as far as the lists show. */
	readonly pending: number;
	/** Whether some of them are not finished. */
	readonly hasUnfinished: boolean;
	/** How many tasks are in no list but not forgotten yet. */
	readonly unlisted: number;
	/** How many tasks were in no list for so long that they are forgotten. */
	readonly forgotten: number;
	/** Whether a change without an event must survive a restart of n8n. */
	readonly hasSetback: boolean;
	/** How many labeled tasks without an event have a larger hash than the one after which labels are checked. */
	readonly toCheck: number;
}

export const NO_CHANGES: Changes = {
	isUnchanged: true,
	pending: 0,
	hasUnfinished: false,
	unlisted: 0,
	forgotten: 0,
	hasSetback: false,
	toCheck: 0,
};

/** In so many polls in a row a task must be in no list to be forgotten: a server that starts can answer with empty lists. */
const MISSED_POLLS = 3;

export const NEW: TaskRecord = { emitted: 'NOTHING', queuePosition: 0, fingerprint: NO_FINGERPRINT, missedPolls: 0 };

/**
 * Compares what a poll has seen with what is remembered.
 *
 * @param isEmpty whether the project shows no task in any state: nothing is forgotten then.
 * @param checkedUpTo hash of the task whose labels were compared last.
 */
export function* compare(sighting: Sighting, rules: TaskRules, isEmpty: boolean, checkedUpTo: number): Steps<Changes> {
	let [pending, unlisted, forgotten, toCheck] = [0, 0, 0, 0];
	let [hasUnfinished, hasSetback, isUnchanged] = [false, false, sighting.unknownSize === 0];
	const { size } = sighting;
	for (let index = 0; index < size; index++) {
		if (index % STEP === 0) yield;
		const kind = sighting.kindAt(index);
		const state = sighting.stateAt(index);
		const isLabeled = isLabeledCode(state) && sighting.hashAt(index) > checkedUpTo;
		// Nearly all are as they were.
		if (kind === state && state !== UNSEEN) {
			if (isLabeled) toCheck++;
			continue;
		}
		if (kind !== state) isUnchanged = false;
		const emitted = emittedCode(kind);
		if (state === UNSEEN) {
			if (!rules.isExpected(emitted)) continue;
			if (missedPollsOf(whenUnlisted(kind, isEmpty)) < MISSED_POLLS) unlisted++;
			else forgotten++;
		} else if (rules.isPending(emitted, state) && !sighting.isDiscardedAt(index)) {
			pending++;
			hasUnfinished ||= !isFinishedCode(state);
		} else {
			hasSetback ||= rules.isSetback(emitted, state);
			if (isLabeled) toCheck++;
		}
	}
	return { isUnchanged, pending, hasUnfinished, unlisted, forgotten, hasSetback, toCheck };
}

function whenUnlisted(kind: number, isEmpty: boolean): number {
	return isEmpty ? kind : missedOnceMore(kind);
}

/** The places in the queue of the tasks with events to be emitted that have no outcome. */
export function* placesWaiting(
	sighting: Sighting,
	rules: TaskRules,
	outcomes: ReadonlyMap<number, unknown>,
): Steps<ReadonlySet<number>> {
	const places = new Set<number>();
	for (let index = 0; index < sighting.size; index++) {
		if (index % STEP === 0) yield;
		if (isWaiting(sighting, rules, index) && !outcomes.has(sighting.hashAt(index)))
			places.add(placeOf(sighting.kindAt(index)));
	}
	return places;
}

function isWaiting(sighting: Sighting, rules: TaskRules, index: number): boolean {
	const state = sighting.stateAt(index);
	if (state === UNSEEN || sighting.isDiscardedAt(index)) return false;
	return rules.isPending(emittedCode(sighting.kindAt(index)), state);
}

/** What became of the tasks whose turn has come, by their hashes; undefined for those that are to be forgotten. */
export type Outcomes = ReadonlyMap<number, TaskRecord | undefined>;

/** What a poll has seen, and what it has found to be different. */
interface Compared {
	readonly sighting: Sighting;
	readonly rules: TaskRules;
	/** The hashes have all their bits unless some tasks are in no list, whose hashes are known in short only. */
	readonly changes: Pick<Changes, 'unlisted'>;
	readonly isEmpty: boolean;
}

/**
 * What is to be remembered after a poll.
 *
 * @param newPlace the place in the queue of what has no outcome, by the one it had before; undefined if it has moved on since it was
 * seen, so that the next poll compares it again.
 */
export function* remembered(
	{ sighting, rules, changes, isEmpty }: Compared,
	outcomes: Outcomes,
	newPlace: ((before: number) => number) | undefined,
): Steps<TaskRecords> {
	const { records, size } = sighting;
	const bits = changes.unlisted > 0 ? records.bits : HASH_BITS;
	const builder = new TaskRecordsBuilder(size, bits);
	const postponed = newPlace && new PostponedKinds(newPlace);
	const addUnlisted = (index: number) => {
		const before = sighting.kindAt(index);
		const kind = whenUnlisted(before, isEmpty);
		if (rules.isExpected(emittedCode(before)) && missedPollsOf(kind) < MISSED_POLLS)
			builder.add(records.hashes[index] ?? 0, kind, sighting.fingerprintAt(index));
	};
	const addWaiting = (index: number, fingerprint: number) => {
		const hash = sighting.hashAt(index);
		const before = sighting.kindAt(index);
		const record = outcomes.get(hash);
		if (record !== undefined) builder.add(shortened(hash, bits), kindOf(record), record.fingerprint);
		if (outcomes.has(hash)) return;
		const kind = postponed === undefined ? notMissed(before) : postponed.of(before, sighting.stateAt(index));
		if (postponed !== undefined || emittedCode(kind) !== NOTHING) builder.add(shortened(hash, bits), kind, fingerprint);
	};
	const add = (index: number) => {
		const state = sighting.stateAt(index);
		if (state === UNSEEN) return addUnlisted(index);
		const fingerprint = rules.keepsFingerprints ? sighting.fingerprintAt(index) : NO_FINGERPRINT;
		if (isWaiting(sighting, rules, index)) return addWaiting(index, fingerprint);
		if (isFinishedCode(state) && (sighting.isDiscardedAt(index) || rules.isRemembered(state)))
			builder.add(shortened(sighting.hashAt(index), bits), state, fingerprint);
	};
	// Both parts are sorted by their hashes.
	let next = records.size;
	for (let known = 0; known < records.size; known++) {
		if (known % STEP === 0) yield;
		const hash = sighting.stateAt(known) === UNSEEN ? -1 : sighting.hashAt(known);
		for (; next < size && sighting.hashAt(next) < hash; next++) add(next);
		add(known);
	}
	for (; next < size; next++) {
		if (next % STEP === 0) yield;
		add(next);
	}
	return yield* builder.build(false);
}

/** The kinds of what is postponed, made once each. */
class PostponedKinds {
	private readonly kinds = new Map<number, number>();

	constructor(private readonly newPlace: (before: number) => number) {}

	/** @param before all of a record but its fingerprint. */
	of(before: number, state: number): number {
		const key = (placeOf(before) * EMITTED_CODES + emittedCode(before)) * STATE_CODES + state;
		const known = this.kinds.get(key);
		if (known !== undefined) return known;
		const kind = kindOf({
			emitted: postponedState(emittedOf(before), stateOf(state)),
			queuePosition: this.newPlace(placeOf(before)),
			missedPolls: 0,
		});
		this.kinds.set(key, kind);
		return kind;
	}
}
