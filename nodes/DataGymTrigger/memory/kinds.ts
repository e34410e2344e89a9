import type { EmittedState, ObservedState } from '../events';
import { NO_FINGERPRINT } from './labelFingerprint';
import type { TaskRecord } from './taskRecord';

/**
 * What is remembered of a task and what a poll sees of it, as small numbers, since there are millions of tasks. A *kind* is all of a
 * record but its fingerprint: what was emitted, its place in the queue and the polls in which it was missed. The kind of a record of
 * which nothing is pending is the code of its state.
 */
const EMITTED: readonly EmittedState[] = [
	'NOTHING',
	'SENT_BACK',
	'REVIEW_PENDING',
	'OUTDATED',
	'COMPLETED',
	'REVIEWED',
	'SKIPPED',
	'REVIEWED_SKIP',
];

export const NOTHING = 0;
/** Codes of what was emitted are below this. */
export const EMITTED_CODES = EMITTED.length;
const FIRST_FINISHED = 4;
/** Codes of states below `STATE_CODES`; finished ones are as if they were emitted. */
export const UNSEEN = 0;
const UNFINISHED = EMITTED_CODES;
export const STATE_CODES = UNFINISHED + 1;

const PLACE = 8;
const MISSED = 256;
/** More do not fit; the queue has fewer places. */
const LAST_PLACE = 31;
const MOST_MISSED = 255;

const CODES: Readonly<Record<EmittedState, number>> = Object.fromEntries(
	EMITTED.map((emitted, code) => [emitted, code]),
) as Record<EmittedState, number>;

const { COMPLETED, REVIEWED, SKIPPED, REVIEWED_SKIP } = CODES;

export function stateCode(state: ObservedState): number {
	return state === 'UNFINISHED' ? UNFINISHED : CODES[state];
}

export function stateOf(code: number): ObservedState {
	const emitted = EMITTED[code];
	return emitted === undefined || code < FIRST_FINISHED ? 'UNFINISHED' : (emitted as ObservedState);
}

export function isFinishedCode(code: number): boolean {
	return code >= FIRST_FINISHED && code < UNFINISHED;
}

/** Skipped, whether accepted or not. */
export function isSkippedCode(code: number): boolean {
	return code === SKIPPED || code === REVIEWED_SKIP;
}

/** Finished with labels. */
export function isLabeledCode(code: number): boolean {
	return code === COMPLETED || code === REVIEWED;
}

export function kindOf({ emitted, queuePosition, missedPolls }: Omit<TaskRecord, 'fingerprint'>): number {
	return CODES[emitted] + PLACE * Math.min(queuePosition, LAST_PLACE) + MISSED * Math.min(missedPolls, MOST_MISSED);
}

export function emittedCode(kind: number): number {
	return kind % PLACE;
}

export function emittedOf(kind: number): EmittedState {
	return EMITTED[kind % PLACE] ?? 'NOTHING';
}

export function placeOf(kind: number): number {
	return Math.floor((kind % MISSED) / PLACE);
}

export function missedPollsOf(kind: number): number {
	return Math.floor(kind / MISSED);
}

/** The same in no list once more. */
export function missedOnceMore(kind: number): number {
	return kind + MISSED;
}

export function notMissed(kind: number): number {
	return kind % MISSED;
}

export function recordOf(kind: number, fingerprint: number): TaskRecord {
	if (fingerprint !== NO_FINGERPRINT) return { ...plainRecord(kind), fingerprint };
	return plainRecord(kind);
}

/** One object for all of a kind. */
const plainRecords = new Map<number, TaskRecord>();

function plainRecord(kind: number): TaskRecord {
	const known = plainRecords.get(kind);
	if (known !== undefined) return known;
	const record: TaskRecord = {
		emitted: emittedOf(kind),
		queuePosition: placeOf(kind),
		fingerprint: NO_FINGERPRINT,
		missedPolls: missedPollsOf(kind),
	};
	plainRecords.set(kind, record);
	return record;
}
