import type { EmittedState } from '../events';

/** What is remembered of one task. */
export interface TaskRecord {
	readonly emitted: EmittedState;
	/** 0: nothing is pending. Otherwise its place among what was left for the next polls, 1 being what has waited longest. */
	readonly queuePosition: number;
	/** The fingerprint of the labels when they were read last; `NO_FINGERPRINT` if they were not. */
	readonly fingerprint: number;
	/** In how many polls in a row the task was in no list. */
	readonly missedPolls: number;
}
