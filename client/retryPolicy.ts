import type { DataGymError } from './errors';

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;
/** A server that was too slow to answer may still be at work; what it has done shows only later. */
const WAIT_FOR_SLOW = 5_000;
/** For what hardly ever gets better by itself. */
const FEW = 2;

export interface RetryOptions {
	/** Milliseconds from the first fault to the last try; 0 for no second one. */
	readonly retryFor: number;
	/** Whether a server that has never answered is given as much time as one that has, as when nobody sits before the screen. */
	readonly isUnattended: boolean;
}

/** When to try again after a fault, and when to give up: exponential with jitter, within a total time. */
export class RetryPolicy {
	private tries = 0;
	private firstFault: number | undefined;

	constructor(private readonly options: RetryOptions) {}

	/** @returns the milliseconds to wait before the next try; undefined to give up. */
	next({ failure }: DataGymError, isServerKnown: boolean): number | undefined {
		if (failure.outcome === undefined) return undefined;
		const isHopeless = failure.kind === 'unreadable' || (!isServerKnown && !this.options.isUnattended);
		if (isHopeless && this.tries >= FEW) return undefined;
		const now = Date.now();
		this.firstFault ??= now;
		const wait = failure.retryAfter ?? this.backoff(isSlow(failure.key, failure.status));
		if (now + wait > this.firstFault + this.options.retryFor) return undefined;
		this.tries++;
		return wait;
	}

	private backoff(isSlow: boolean): number {
		const jitter = 0.5 + Math.random();
		return Math.max(isSlow ? WAIT_FOR_SLOW : 0, Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.tries * jitter));
	}
}

function isSlow(key: string | undefined, status: number | undefined): boolean {
	return key === 'ETIMEDOUT' || key === 'ECONNABORTED' || status === 408 || status === 504;
}
