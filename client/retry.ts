import { isDataGymError, type DataGymError } from './errors';
import { withUnknownOutcome, type Idempotency } from './idempotency';

export interface RetryContext<Value> {
	readonly repeat: Idempotency<Value>;
	/** Whether the work changes nothing, so that it does not matter how often it is done. */
	readonly isReading: boolean;
	/** @returns milliseconds; undefined to give up. */
	readonly waitAfter: (error: DataGymError) => number | undefined;
	readonly pause: (milliseconds: number) => Promise<void>;
	/** When the work was begun, by the server's clock; undefined if the server tells no time. */
	readonly since: () => number | undefined;
}

/** Tries until the work is done, is refused, or cannot be tried again without the danger of doing it twice. */
export async function persist<Value>(attempt: () => Promise<Value>, how: RetryContext<Value>): Promise<Value> {
	const { repeat, isReading } = how;
	let wasOpen = false;
	let isOpen = false;
	for (;;) {
		const result = await attempt().then(
			(value) => ({ value }),
			(error: unknown) => ({ error }),
		);
		if ('value' in result) return result.value;
		if (!isDataGymError(result.error)) throw result.error;
		const error: DataGymError = wasOpen && !isReading ? result.error.with({ isRetry: true }) : result.error;
		const { outcome } = error.failure;
		isOpen = !isReading && (outcome === 'unknown' || (isOpen && outcome === 'notStarted'));
		wasOpen ||= isOpen;
		const wait = isOpen && repeat.kind === 'neverRetry' ? undefined : how.waitAfter(error);
		if (wait !== undefined) await how.pause(wait);
		// Also after a refusal: it may have been the first try's work that stood in the way.
		if (wasOpen && repeat.kind === 'lookUpFirst') {
			const found = await repeat.find(how.since()).catch(() => {
				throw withUnknownOutcome(error, repeat);
			});
			if (found !== undefined) return found;
			isOpen = false;
		}
		if (wait === undefined) throw isOpen ? withUnknownOutcome(error, repeat) : error;
	}
}
