import type { TaskState } from '@datagym/client';

/** Of one image. Saved in workflows: never renamed. */
const IMAGE_EVENTS = ['completed', 'reviewed', 'skipped', 'reopened', 'labelsChanged'] as const;
export type ImageEvent = (typeof IMAGE_EVENTS)[number];

/** Of a whole project or dataset, in the order in which they are emitted. Saved in workflows: never renamed. */
const MILESTONES = ['everyNFinished', 'datasetFinished', 'projectFinished'] as const;
export type Milestone = (typeof MILESTONES)[number];

export const TRIGGER_EVENTS = [...IMAGE_EVENTS, ...MILESTONES] as const;
export type TriggerEvent = ImageEvent | Milestone;

/** In the order in which tasks pass through them, so that a task that moves on between two lists is in the later one. */
export const FINISHED_STATES = [
	'COMPLETED',
	'REVIEWED',
	'SKIPPED',
	'REVIEWED_SKIP',
] as const satisfies readonly TaskState[];
export type FinishedState = (typeof FINISHED_STATES)[number];

/** The state in which a poll sees a task. All states in which somebody still has to work on it are one to the trigger. */
export type ObservedState = FinishedState | 'UNFINISHED';

/**
 * What the workflow knows of a task from the events that were emitted. The last three are of tasks whose next events are
 * postponed; they make sure that a task that goes back to where it was before its turn comes is not taken for unchanged.
 * - `SENT_BACK`: emitted as finished, and seen unfinished since.
 * - `REVIEW_PENDING`: emitted as completed, and seen reviewed since.
 * - `OUTDATED`: emitted as finished, and seen finished in another way since.
 */
export type EmittedState = FinishedState | 'NOTHING' | 'SENT_BACK' | 'REVIEW_PENDING' | 'OUTDATED';

/** An event, and what the workflow knows once it is emitted. */
export interface EventStep {
	readonly event: ImageEvent;
	readonly emitted: EmittedState;
}

const NEEDED_STATES: Readonly<Record<TriggerEvent, readonly FinishedState[]>> = {
	// A task can be completed and reviewed between two polls.
	completed: ['COMPLETED', 'REVIEWED'],
	reviewed: ['REVIEWED'],
	skipped: ['SKIPPED', 'REVIEWED_SKIP'],
	reopened: FINISHED_STATES,
	labelsChanged: ['COMPLETED', 'REVIEWED'],
	everyNFinished: FINISHED_STATES,
	datasetFinished: FINISHED_STATES,
	projectFinished: FINISHED_STATES,
};

/** The states whose tasks must be listed to see these events: each list costs a request. */
export function statesFor(events: readonly TriggerEvent[]): readonly FinishedState[] {
	return FINISHED_STATES.filter((state) => events.some((event) => NEEDED_STATES[event].includes(state)));
}

export function isMilestone(event: TriggerEvent): event is Milestone {
	return MILESTONES.some((milestone) => milestone === event);
}

const FINISHED: ReadonlySet<string> = new Set(FINISHED_STATES);

export function isFinished(state: string): state is FinishedState {
	return FINISHED.has(state);
}

/** Finished with labels, not skipped. */
export function isLabeled(state: string): boolean {
	return state === 'COMPLETED' || state === 'REVIEWED';
}

/** The events of a task since the last one emitted, in order, as far as polls can see. */
export function stepsBetween(emitted: EmittedState, now: ObservedState): readonly EventStep[] {
	if (emitted === 'SENT_BACK') return [{ event: 'reopened', emitted: 'NOTHING' }, ...stepsBetween('NOTHING', now)];
	if (emitted === now) return [];
	switch (now) {
		case 'UNFINISHED':
			return emitted === 'NOTHING' ? [] : [{ event: 'reopened', emitted: 'NOTHING' }];
		case 'COMPLETED':
			return [{ event: 'completed', emitted: 'COMPLETED' }];
		case 'REVIEWED': {
			const review: EventStep = { event: 'reviewed', emitted: 'REVIEWED' };
			const isCompleted = emitted === 'COMPLETED' || emitted === 'REVIEW_PENDING';
			return isCompleted ? [review] : [{ event: 'completed', emitted: 'REVIEW_PENDING' }, review];
		}
		case 'SKIPPED':
			return [{ event: 'skipped', emitted: 'SKIPPED' }];
		case 'REVIEWED_SKIP':
			return emitted === 'SKIPPED' ? [] : [{ event: 'skipped', emitted: 'REVIEWED_SKIP' }];
	}
}

/** What the workflow knows of a task whose events are postponed, now that it was seen in this state. */
export function postponedState(emitted: EmittedState, now: ObservedState): EmittedState {
	if (emitted === 'NOTHING' || emitted === 'SENT_BACK') return emitted;
	if (now === 'UNFINISHED') return 'SENT_BACK';
	const isReview = now === 'REVIEWED' && (emitted === 'COMPLETED' || emitted === 'REVIEW_PENDING');
	return isReview ? 'REVIEW_PENDING' : 'OUTDATED';
}

/**
 * Whether a change without an event must survive a restart of n8n, since the task's next event would be lost otherwise: each
 * one but the way that all tasks go, which is being finished and then accepted.
 */
export function isSetback(emitted: EmittedState, now: ObservedState): boolean {
	if (emitted === 'NOTHING' || emitted === now) return false;
	const isAccepted =
		(emitted === 'COMPLETED' && now === 'REVIEWED') || (emitted === 'SKIPPED' && now === 'REVIEWED_SKIP');
	return !isAccepted;
}
