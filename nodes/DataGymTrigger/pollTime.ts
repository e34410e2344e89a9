import { isDataGymError } from '@datagym/client';
import { InputError } from '@datagym/shared/errors';
import type { Keeping } from './memory/staticData';

/** Milliseconds; before 2.40, n8n had no budget for polls. */
const DEFAULT_BUDGET = 300_000;
/** Of the whole time: what was begun has to be finished in the rest. */
const SHARE_FOR_NEW_WORK = 0.6;
/** How long one poll may take. */
export interface PollTime {
	/** Milliseconds after which no further task is begun. */
	readonly forNewWork: number;
	/** Milliseconds for the whole poll, after which its requests are ended. */
	readonly total: number;
}

/**
 * With durable cursors, n8n abandons a poll that takes longer than its budget. Otherwise it waits as long as the poll lasts, so
 * that each project may take as much, and the lists of many large ones have the time they need.
 *
 * @param n8nsBudget in milliseconds, where n8n has one.
 */
export function pollTime(n8nsBudget: number | undefined, keeping: Keeping, projects: number): PollTime {
	const budget = n8nsBudget ?? DEFAULT_BUDGET;
	return { forNewWork: budget * SHARE_FOR_NEW_WORK, total: keeping === 'cursor' ? budget : budget * projects };
}

/** Whether a request was ended because the poll's time was over, which is the only thing that ends one. */
export function isOutOfTime(error: unknown): boolean {
	return isDataGymError(error) && error.failure.kind === 'canceled';
}

/** What the user reads instead of "canceled", which nobody did. */
export function outOfTime(total: number): InputError {
	return new InputError(
		`DataGym did not finish answering within ${inMinutes(total)}, so this poll was ended`,
		'No event is lost: the next poll starts over. If this happens often, check the DataGym server and its proxy, or watch fewer projects with one trigger.',
	);
}

export function inMinutes(milliseconds: number): string {
	const minutes = Math.max(1, Math.round(milliseconds / 60_000));
	return minutes === 1 ? '1 minute' : `${minutes} minutes`;
}
