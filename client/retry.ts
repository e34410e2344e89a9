import { isDataGymError, type DataGymError } from './errors';
import { withUnknownOutcome, type Idempotency, type ServerTime } from './idempotency';
import { isTimeout } from './networkErrors';

/** Milliseconds, on average; each further wait is twice as long. */
const FIRST_DELAY = 500;
const MAX_DELAY = 15_000;
/** A server that was too slow to answer may still be at work; what it has done shows only later. */
const MIN_DELAY_AFTER_TIMEOUT = 5_000;
/** Failures that hardly ever get better by themselves have no more retries than these. */
const MAX_RETRIES_IF_UNLIKELY = 2;
/** Milliseconds; of a request that much depends on, they are retried for so long instead. */
const SHARED_PATIENCE = 10_000;

export interface RetryOptions {
	/** Milliseconds from the first failure to the last try; 0 for no second one. */
	readonly retryFor: number;
	/** When all requests together give up, epoch milliseconds. */
	readonly retryUntil?: number | undefined;
	/** Whether a server that has never answered is given as much time as one that has, as when nobody sits before the screen. */
	readonly isUnattended: boolean;
	/** Whether much depends on the request, such as all items of a run on one list: what hardly ever gets better is given some time. */
	readonly isShared?: boolean;
}

/** Says when to try a request again, and when to give up: exponential backoff with jitter, within a total time. */
export class RetryPolicy {
	private retries = 0;
	private firstFailure: number | undefined;

	constructor(private readonly options: RetryOptions) {}

	/** @returns the milliseconds to wait before the next try; undefined to give up. */
	delayAfter(error: DataGymError, isServerKnown: boolean, isReadOnly: boolean): number | undefined {
		const { isShared = false, isUnattended, retryFor, retryUntil = Infinity } = this.options;
		if (!error.isRetryable && !(isShared && isReadOnly && isFromBetween(error))) return undefined;
		const { kind, key, status, retryAfter } = error.failure;
		const now = Date.now();
		this.firstFailure ??= now;
		const isUnlikely =
			kind === 'unreadable' || key === 'HPE_HEADER_OVERFLOW' || !error.isRetryable || (!isServerKnown && !isUnattended);
		const isOver = isShared ? now > this.firstFailure + SHARED_PATIENCE : this.retries >= MAX_RETRIES_IF_UNLIKELY;
		if (isUnlikely && isOver) return undefined;
		const delay = Math.max(isTimeout(key, status) ? MIN_DELAY_AFTER_TIMEOUT : 0, retryAfter ?? 0, this.backoff());
		if (now + delay > Math.min(this.firstFailure + retryFor, retryUntil)) return undefined;
		this.retries++;
		return delay;
	}

	private backoff(): number {
		const jitter = 0.5 + Math.random();
		return Math.min(MAX_DELAY, FIRST_DELAY * 2 ** this.retries * jitter);
	}
}

/** Whether another program than DataGym has likely answered, such as a proxy with a page of its own. */
function isFromBetween({ failure: { kind, key, status = 0 } }: DataGymError): boolean {
	return kind === 'unreadable' || (kind === 'refused' && key === undefined && status >= 500);
}

interface RetryContext<Value> {
	readonly idempotency: Idempotency<Value>;
	/** Whether the work changes nothing, so that it does not matter how often it is done. */
	readonly isReadOnly: boolean;
	/** @returns milliseconds; undefined to give up. */
	readonly delayAfter: (error: DataGymError) => number | undefined;
	readonly sleep: (milliseconds: number) => Promise<void>;
	/** When the work was begun. */
	readonly startedAt: ServerTime;
}

/** Tries until the work is done, is refused, or cannot be tried again without the danger of doing it twice. */
export async function retry<Value>(attempt: () => Promise<Value>, context: RetryContext<Value>): Promise<Value> {
	const { idempotency, isReadOnly } = context;
	/** Whether any try may have done the work. */
	let mayBeDone = false;
	/** Whether a try since the last look-up may have done it. */
	let isUnknown = false;
	for (;;) {
		const result = await attempt().then(
			(value) => ({ value }),
			(error: unknown) => ({ error }),
		);
		if ('value' in result) return result.value;
		if (!isDataGymError(result.error)) throw result.error;
		const error: DataGymError = mayBeDone ? result.error.with({ isRetry: true }) : result.error;
		const { outcome } = error.failure;
		isUnknown = !isReadOnly && (outcome === 'unknown' || (isUnknown && outcome === 'notStarted'));
		mayBeDone ||= isUnknown;
		const delay = isUnknown && idempotency.kind === 'neverRetry' ? undefined : context.delayAfter(error);
		if (delay !== undefined) await context.sleep(delay);
		if (delay !== undefined && idempotency.kind === 'idempotent' && idempotency.beforeRetry !== undefined) {
			const isRight = await idempotency.beforeRetry().catch(() => false);
			if (!isRight) throw isUnknown ? withUnknownOutcome(error, idempotency) : error;
		}
		// Also after a refusal: it may have been the first try's work that stood in the way.
		const isLooking = mayBeDone || (delay !== undefined && 'isAlways' in idempotency);
		if (isLooking && idempotency.kind === 'lookUpFirst') {
			const found = await idempotency.find(context.startedAt).catch(() => {
				throw mayBeDone ? withUnknownOutcome(error, idempotency) : error;
			});
			if (found !== undefined) return found;
			isUnknown = false;
		}
		if (delay === undefined) throw isUnknown ? withUnknownOutcome(error, idempotency) : error;
	}
}
