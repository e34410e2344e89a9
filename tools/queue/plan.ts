import { OUTSTANDING } from './sender';

/** Who dies in the middle of the work, and when: after so many photographs came out of n8n. */
export type Death = { readonly after: number } & (
	| { readonly of: 'worker' }
	/** Redis comes back after `away` milliseconds, with its data or without. */
	| { readonly of: 'Redis'; readonly away: number; readonly keepsData: boolean }
);

/** The size of a run. */
export interface Plan {
	/** One execution each. */
	readonly photographs: number;
	readonly workers: number;
	/** Images that people finish meanwhile, one after the other, until the last death is over. */
	readonly watched: number;
	/** In their order. */
	readonly deaths: readonly Death[];
	/** What so many photographs cost is measured, one after the other and then all in one execution; 0 leaves that out. */
	readonly part: number;
}

/** What every run of the tests checks. */
export const SMALL: Plan = {
	photographs: 500,
	workers: 2,
	watched: 400,
	deaths: [{ of: 'worker', after: 150 }],
	part: 0,
};

/**
 * Longer than n8n would wait for Redis without `QUEUE_BULL_REDIS_TIMEOUT_THRESHOLD` of compose.yaml, and shorter than a lock of a running
 * execution lasts that was just to be renewed.
 */
const AWAY = 20_000;

/** What docs/running-at-scale.md tells, with so many executions after the first ones, which fill the queue. */
export function large(executions: number): Plan {
	const part = (share: number) => Math.round(executions * share);
	return {
		photographs: OUTSTANDING + executions,
		workers: 3,
		watched: part(0.3),
		deaths: [
			{ of: 'worker', after: part(0.3) },
			{ of: 'Redis', after: part(0.5), away: AWAY, keepsData: true },
			{ of: 'Redis', after: part(0.7), away: AWAY, keepsData: false },
		],
		part: part(0.2),
	};
}
