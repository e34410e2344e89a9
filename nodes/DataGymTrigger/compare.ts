import { digestOf, shortened } from './memory/hashes';
import {
	isFinished,
	stepsBetween,
	type FinishedState,
	type Standing,
	type Step,
	type Told,
	type TriggerEvent,
} from './events';
import { NO_FINGERPRINT } from './memory/labelFingerprint';
import { sameEvents, traceOf, type ProjectMemory, type Trace } from './memory/memory';

/** A task as a poll found it. */
export interface Sighting {
	/** Of its ID, at all bits. */
	readonly hash: number;
	readonly standing: Standing;
}

/** A task of which something has to be told. */
export interface Due<Seen extends Sighting> {
	readonly seen: Seen;
	/** At least one. */
	readonly steps: readonly Step[];
	/** What was remembered of it so far. */
	readonly before: Trace;
}

export interface Difference<Seen extends Sighting> {
	/** In the order of the lists. */
	readonly due: ReadonlyArray<Due<Seen>>;
	/** All other tasks, as they are to be remembered. */
	readonly settled: ReadonlyMap<number, Trace>;
	/** Whether a task that was told as finished is not any more: the one change without an event that must not be forgotten. */
	readonly hasLeft: boolean;
}

export const NEW: Trace = { told: 'NOTHING', waiting: 0, fingerprint: NO_FINGERPRINT };

/**
 * The hashes (at the memory's bits) of tasks that should be in the lists and are not: sent back, deleted, or on their way
 * from one list to the next while these were read. Tasks in states that are not listed any more are not missed.
 */
export function missingFrom(
	memory: ProjectMemory,
	seen: readonly Sighting[],
	states: readonly FinishedState[],
): ReadonlySet<number> {
	const expected = (told: Told) => told === 'LEFT' || states.some((state) => state === told);
	const present = new Set(seen.map(({ hash }) => shortened(hash, memory.bits)));
	const missing = new Set<number>();
	for (const [hash, { told }] of memory.traces) if (expected(told) && !present.has(hash)) missing.add(hash);
	return missing;
}

/**
 * What has happened since the last poll.
 *
 * @param sightings each task once or, if it moved while the lists were read, again further back, which then counts.
 * @param missing from `missingFrom`: those that have no sighting are gone for good.
 * @param events those that are chosen now; only those that were watched for before, too, can be due.
 */
export function difference<Seen extends Sighting>(
	memory: ProjectMemory,
	sightings: readonly Seen[],
	missing: ReadonlySet<number>,
	events: readonly TriggerEvent[],
): Difference<Seen> {
	const watched = events.filter((event) => memory.events.includes(event));
	const due: Array<Due<Seen>> = [];
	const settled = new Map<number, Trace>();
	for (const seen of new Map(sightings.map((sighting) => [sighting.hash, sighting])).values()) {
		const before = remembered(memory, seen.hash, events);
		const steps = stepsBetween(before.told, seen.standing).filter(({ event }) => watched.includes(event));
		if (steps.length > 0) due.push({ seen, steps, before });
		else if (isFinished(seen.standing)) settled.set(seen.hash, settledTrace(before, seen.standing));
	}
	const isBack = ({ hash, standing }: Seen) => isFinished(standing) && missing.has(shortened(hash, memory.bits));
	return { due, settled, hasLeft: missing.size > 0 && sightings.filter(isBack).length < missing.size };
}

/** The memory after the first look at a project of which nothing is to be told. */
export function baseline(sightings: readonly Sighting[]): ReadonlyMap<number, Trace> {
	const traces = new Map<number, Trace>();
	for (const { hash, standing } of sightings) if (isFinished(standing)) traces.set(hash, settledTrace(NEW, standing));
	return traces;
}

/** Fingerprints are dropped when nobody asks for them any more: later they would tell of changes long past. */
function remembered(memory: ProjectMemory, hash: number, events: readonly TriggerEvent[]): Trace {
	const trace = traceOf(memory, hash) ?? NEW;
	return trace.fingerprint === NO_FINGERPRINT || events.includes('labelsChanged')
		? trace
		: { ...trace, fingerprint: NO_FINGERPRINT };
}

/** Nothing is due any more, and the workflow need not be told. */
export function settledTrace({ fingerprint }: Trace, standing: FinishedState): Trace {
	return fingerprint === NO_FINGERPRINT ? PLAIN[standing] : { told: standing, waiting: 0, fingerprint };
}

/** One object for many tasks: 100,000 of them stay small. */
const PLAIN: Readonly<Record<FinishedState, Trace>> = {
	COMPLETED: { ...NEW, told: 'COMPLETED' },
	REVIEWED: { ...NEW, told: 'REVIEWED' },
	SKIPPED: { ...NEW, told: 'SKIPPED' },
	REVIEWED_SKIP: { ...NEW, told: 'REVIEWED_SKIP' },
};

/** Whether a poll finds what the last one has left, so that there is nothing to compare. */
export function isAsTold(
	memory: ProjectMemory,
	sightings: readonly Sighting[],
	events: readonly TriggerEvent[],
): boolean {
	if (memory.digest === undefined || !sameEvents(memory.events, events)) return false;
	return memory.digest === digestOf(sightings, { hashBits: memory.bits });
}
