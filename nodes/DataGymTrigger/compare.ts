import { digestOf, shortened } from './memory/hashes';
import {
	isFinished,
	isSetback,
	statesFor,
	stepsBetween,
	type EmittedState,
	type EventStep,
	type FinishedState,
	type TriggerEvent,
} from './events';
import { NO_FINGERPRINT } from './memory/labelFingerprint';
import { recordOf, sameEvents, type ProjectMemory, type TaskRecord } from './memory/memory';
import type { ListedTask } from './sources/projectSource';

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
	/** In the order of the lists. */
	readonly pending: readonly PendingTask[];
	/** The finished tasks without an event, as they are to be remembered, by their hashes at all bits. */
	readonly settled: ReadonlyMap<number, TaskRecord>;
	/** Tasks that are in no list but not forgotten yet, by their hashes at the memory's bits. */
	readonly unlisted: ReadonlyMap<number, TaskRecord>;
	/** How many tasks were in no list for so long that they are forgotten. */
	readonly forgotten: number;
	/** Whether a change without an event must survive a restart of n8n. */
	readonly hasSetback: boolean;
}

/** In so many polls in a row a task must be in no list to be forgotten: a server that starts can answer with empty lists. */
const MISSED_POLLS = 3;

export const NEW: TaskRecord = { emitted: 'NOTHING', queuePosition: 0, fingerprint: NO_FINGERPRINT, missedPolls: 0 };

/**
 * The hashes (at the memory's bits) of tasks that should be in the lists and are not: sent back, deleted, or on their way
 * from one list to the next while these were read. Tasks in states that are not listed any more are not missed.
 */
export function missingFrom(
	memory: ProjectMemory,
	listed: readonly ListedTask[],
	states: readonly FinishedState[],
): ReadonlySet<number> {
	const isExpected = (emitted: EmittedState) =>
		isFinished(emitted) ? states.includes(emitted) : emitted !== 'NOTHING';
	const present = new Set(listed.map(({ hash }) => shortened(hash, memory.bits)));
	const missing = new Set<number>();
	for (const [hash, { emitted }] of memory.records) if (isExpected(emitted) && !present.has(hash)) missing.add(hash);
	return missing;
}

/**
 * Compares what a poll has found with what is remembered.
 *
 * @param tasks each task once or, if it moved while the lists were read, again further back, which then counts. Those that
 * were missing from the lists and found elsewhere are the last ones.
 * @param missing from `missingFrom`: those that are not among the tasks are in no list at all.
 * @param events those that are chosen now; only those that were watched for before, too, can be pending.
 * @param isEmpty whether the project shows no task in any state: nothing is forgotten then.
 */
export function compare(
	memory: ProjectMemory,
	tasks: readonly ListedTask[],
	missing: ReadonlySet<number>,
	events: readonly TriggerEvent[],
	isEmpty = false,
): Changes {
	const watched = events.filter((event) => memory.events.includes(event));
	const states = statesFor(events);
	const pending: PendingTask[] = [];
	const settled = new Map<number, TaskRecord>();
	let hasSetback = false;
	for (const task of new Map(tasks.map((one) => [one.hash, one])).values()) {
		const record = remembered(memory, task.hash, events);
		const steps = stepsBetween(record.emitted, task.state).filter(({ event }) => watched.includes(event));
		if (steps.length > 0) {
			pending.push({ task, steps, record });
			continue;
		}
		hasSetback ||= isSetback(record.emitted, task.state);
		// What is finished in a state that is not listed is as good as new to these events.
		if (isFinished(task.state) && states.includes(task.state))
			settled.set(task.hash, settledRecord(record, task.state));
	}
	return { pending, settled, ...unlisted(memory, tasks, missing, isEmpty), hasSetback };
}

function unlisted(
	memory: ProjectMemory,
	tasks: readonly ListedTask[],
	missing: ReadonlySet<number>,
	isEmpty: boolean,
): Pick<Changes, 'unlisted' | 'forgotten'> {
	const records = new Map<number, TaskRecord>();
	let forgotten = 0;
	if (missing.size === 0) return { unlisted: records, forgotten };
	const found = new Set(tasks.map(({ hash }) => shortened(hash, memory.bits)));
	for (const hash of missing) {
		const record = memory.records.get(hash);
		if (record === undefined || found.has(hash)) continue;
		const missedPolls = isEmpty ? record.missedPolls : record.missedPolls + 1;
		if (missedPolls < MISSED_POLLS) records.set(hash, { ...record, missedPolls });
		else forgotten++;
	}
	return { unlisted: records, forgotten };
}

/** The memory after the first poll of a project of which nothing is to be emitted. */
export function baseline(tasks: readonly ListedTask[]): ReadonlyMap<number, TaskRecord> {
	const records = new Map<number, TaskRecord>();
	for (const { hash, state } of tasks) if (isFinished(state)) records.set(hash, settledRecord(NEW, state));
	return records;
}

/** Fingerprints are dropped when nobody asks for them any more: later they would report changes long past. */
function remembered(memory: ProjectMemory, hash: number, events: readonly TriggerEvent[]): TaskRecord {
	const record = recordOf(memory, hash) ?? NEW;
	const isKept = record.fingerprint === NO_FINGERPRINT || events.includes('labelsChanged');
	if (isKept && record.missedPolls === 0) return record;
	return { ...record, fingerprint: isKept ? record.fingerprint : NO_FINGERPRINT, missedPolls: 0 };
}

/** Nothing is pending any more. */
export function settledRecord({ fingerprint }: TaskRecord, state: FinishedState): TaskRecord {
	return fingerprint === NO_FINGERPRINT ? PLAIN[state] : { ...PLAIN[state], fingerprint };
}

/** One object for many tasks: 100,000 of them stay small. */
const PLAIN: Readonly<Record<FinishedState, TaskRecord>> = {
	COMPLETED: { ...NEW, emitted: 'COMPLETED' },
	REVIEWED: { ...NEW, emitted: 'REVIEWED' },
	SKIPPED: { ...NEW, emitted: 'SKIPPED' },
	REVIEWED_SKIP: { ...NEW, emitted: 'REVIEWED_SKIP' },
};

/** Whether a poll finds what the last one has left, so that there is nothing to compare. */
export function isUnchanged(
	memory: ProjectMemory,
	listed: readonly ListedTask[],
	events: readonly TriggerEvent[],
): boolean {
	if (memory.digest === undefined || !sameEvents(memory.events, events)) return false;
	return memory.digest === digestOf(listed, memory.bits);
}
