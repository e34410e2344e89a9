import type { Steps } from '@datagym/labels';
import { TRIGGER_EVENTS, type TriggerEvent } from '../events';
import type { Identity } from './hashes';
import { taskRecordsOf, type TaskRecords } from './taskRecords';

export interface ProjectMemory {
	/** The events that were watched for: one that is chosen later begins with what happens from then on. */
	readonly events: readonly TriggerEvent[];
	readonly identity: Identity;
	/** Unpacks what is remembered, the first time. Tasks that are neither finished nor pending are not remembered. */
	readonly unpack: () => Steps<TaskRecords>;
	/** The digest of all tasks, if nothing of them is pending; made when it is saved. */
	readonly digest?: string | undefined;
	/** Where the round of checks for changed labels is: the hash of the last task checked. */
	readonly checkedUpTo: number;
	/** Whether this round has read labels for the first time. */
	readonly hasNewFingerprints: boolean;
	/** What was reported of the whole project; missing if no milestone is chosen or nothing is known yet. */
	readonly milestones?: MilestoneRecord | undefined;
}

/** What was reported of a project or dataset that can be finished. */
export interface Finishing {
	/** How many images it had when it was reported or seen as finished; 0 if it was not finished when it was seen last. */
	readonly images: number;
	/** How often it was reported. */
	readonly times: number;
}

/** What is missing was not watched for yet. */
export interface MilestoneRecord {
	/** How many images were finished when a number of them was reported last. */
	readonly reached?: number;
	readonly project?: Finishing;
	/** By dataset ID. */
	readonly datasets?: Readonly<Record<string, Finishing>>;
	/** One is to be emitted for which the last poll had no room. */
	readonly isDue?: boolean;
}

/** By project ID. */
export type TriggerMemory = ReadonlyMap<string, ProjectMemory>;

export function emptyMemory(events: readonly TriggerEvent[], identity: Identity): ProjectMemory {
	return { events, identity, unpack: () => taskRecordsOf([]), checkedUpTo: 0, hasNewFingerprints: false };
}

function* atHand(records: TaskRecords): Steps<TaskRecords> {
	yield;
	return records;
}

/** The same memory with other records. */
export function withRecords(memory: ProjectMemory, records: TaskRecords): ProjectMemory {
	return { ...memory, digest: undefined, unpack: () => atHand(records) };
}

export function sameEvents(one: readonly TriggerEvent[], other: readonly TriggerEvent[]): boolean {
	return TRIGGER_EVENTS.every((event) => one.includes(event) === other.includes(event));
}
