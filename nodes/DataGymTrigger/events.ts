import type { TaskState } from '@datagym/client';

/** Saved in workflows: never renamed. */
export const TRIGGER_EVENTS = ['completed', 'reviewed', 'skipped', 'reopened', 'labelsChanged'] as const;
export type TriggerEvent = (typeof TRIGGER_EVENTS)[number];

/** In the order in which tasks pass through them, so that a task that moves on between two lists is in the later one. */
export const FINISHED_STATES = [
	'COMPLETED',
	'REVIEWED',
	'SKIPPED',
	'REVIEWED_SKIP',
] as const satisfies readonly TaskState[];
export type FinishedState = (typeof FINISHED_STATES)[number];

/** Where a task is. All states in which somebody still has to work on it are one to the trigger. */
export type Standing = FinishedState | 'UNFINISHED';

/** What the workflow was told of a task last. LEFT: told as finished, sent back since, and that has not been told yet. */
export type Told = FinishedState | 'NOTHING' | 'LEFT';

/** An event, and what has been told once it is emitted. */
export interface Step {
	readonly event: TriggerEvent;
	readonly told: Told;
}

const NEEDED_STATES: Readonly<Record<TriggerEvent, readonly FinishedState[]>> = {
	// A task can be completed and reviewed between two polls.
	completed: ['COMPLETED', 'REVIEWED'],
	reviewed: ['REVIEWED'],
	skipped: ['SKIPPED', 'REVIEWED_SKIP'],
	reopened: FINISHED_STATES,
	labelsChanged: ['COMPLETED', 'REVIEWED'],
};

/** The states whose tasks must be listed to see these events: each list costs a request. */
export function statesFor(events: readonly TriggerEvent[]): readonly FinishedState[] {
	return FINISHED_STATES.filter((state) => events.some((event) => NEEDED_STATES[event].includes(state)));
}

export function isFinished(standing: string): standing is FinishedState {
	return FINISHED_STATES.some((state) => state === standing);
}

/** Finished with labels, not skipped. */
export function isLabeled(standing: string): boolean {
	return standing === 'COMPLETED' || standing === 'REVIEWED';
}

/** What happened to a task since it was told of last, in order, as far as two looks can tell. */
export function stepsBetween(told: Told, now: Standing): readonly Step[] {
	if (told === 'LEFT') return [{ event: 'reopened', told: 'NOTHING' }, ...stepsBetween('NOTHING', now)];
	if (told === now) return [];
	switch (now) {
		case 'UNFINISHED':
			return told === 'NOTHING' ? [] : [{ event: 'reopened', told: 'NOTHING' }];
		case 'COMPLETED':
			return [{ event: 'completed', told: 'COMPLETED' }];
		case 'REVIEWED':
			return [
				...(told === 'COMPLETED' ? [] : stepsBetween(told, 'COMPLETED')),
				{ event: 'reviewed', told: 'REVIEWED' },
			];
		case 'SKIPPED':
			return [{ event: 'skipped', told: 'SKIPPED' }];
		case 'REVIEWED_SKIP':
			return told === 'SKIPPED' ? [] : [{ event: 'skipped', told: 'REVIEWED_SKIP' }];
	}
}
