import { TRIGGER_EVENTS, type Told, type TriggerEvent } from '../events';
import { HASH_BITS, shortened } from './hashes';

/** What is remembered of one task. */
export interface Trace {
	readonly told: Told;
	/** 0: nothing is due. Otherwise its place among what was left for the next polls, 1 being what has waited longest. */
	readonly waiting: number;
	/** Of the labels when they were read last; `NO_FINGERPRINT` if they were not. */
	readonly fingerprint: number;
}

/** What the hashes are made of. Servers of the documented generation tell images only. */
export type Identity = 'task' | 'image';

export interface ProjectMemory {
	/** The events that were watched for: one that is chosen later begins with what happens from then on. */
	readonly events: readonly TriggerEvent[];
	readonly identity: Identity;
	/** Bits of the hashes below: few in what was saved, all of them in what is new. */
	readonly bits: number;
	/** By the hash of the task's ID. Tasks that are neither finished nor waiting are not remembered. */
	readonly traces: ReadonlyMap<number, Trace>;
	/** Of all tasks, if nothing of them waits to be told; made when it is saved. */
	readonly digest?: string;
	/** Where the round of checks for changed labels is: the hash of the last task checked. */
	readonly checkedUpTo: number;
	/** Whether this round has read labels for the first time. */
	readonly hasNewFingerprints: boolean;
}

/** By project ID. */
export type TriggerMemory = ReadonlyMap<string, ProjectMemory>;

/** Of a task whose key is its ID, or its image's. */
export function traceOf({ traces, bits }: ProjectMemory, hash: number): Trace | undefined {
	return traces.get(shortened(hash, bits));
}

export function emptyMemory(events: readonly TriggerEvent[], identity: Identity): ProjectMemory {
	return { events, identity, bits: HASH_BITS, traces: new Map(), checkedUpTo: 0, hasNewFingerprints: false };
}

export function sameEvents(one: readonly TriggerEvent[], other: readonly TriggerEvent[]): boolean {
	return TRIGGER_EVENTS.every((event) => one.includes(event) === other.includes(event));
}
