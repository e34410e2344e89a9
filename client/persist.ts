import { isDataGymError, type DataGymError } from './errors';
import { leftOpen, type Repeat } from './repeat';

export interface Persistence<Value> {
	readonly repeat: Repeat<Value>;
	/** Whether the work changes nothing, so that it does not matter how often it is done. */
	readonly isReading: boolean;
	/** @returns milliseconds; undefined to give up. */
	readonly waitAfter: (error: DataGymError) => number | undefined;
	readonly pause: (milliseconds: number) => Promise<void>;
	/** When the work was begun, by the server's clock; undefined if the server tells no time. */
	readonly since: () => number | undefined;
}

/** Tries until the work is done, is refused, or cannot be tried again without the danger of doing it twice. */
export async function persist<Value>(attempt: () => Promise<Value>, how: Persistence<Value>): Promise<Value> {
	const { repeat, isReading } = how;
	let wasOpen = false;
	let isOpen = false;
	for (;;) {
		const outcome = await attempt().then(
			(value) => ({ value }),
			(error: unknown) => ({ error }),
		);
		if ('value' in outcome) return outcome.value;
		if (!isDataGymError(outcome.error)) throw outcome.error;
		const error: DataGymError = wasOpen && !isReading ? outcome.error.with({ isRepeated: true }) : outcome.error;
		const { fault } = error.failure;
		isOpen = !isReading && (fault === 'open' || (isOpen && fault === 'untouched'));
		wasOpen ||= isOpen;
		const wait = isOpen && repeat.kind === 'never' ? undefined : how.waitAfter(error);
		if (wait !== undefined) await how.pause(wait);
		// Also after a refusal: it may have been the first try's work that stood in the way.
		if (wasOpen && repeat.kind === 'lookUp') {
			const found = await repeat.find(how.since()).catch(() => {
				throw leftOpen(error, repeat);
			});
			if (found !== undefined) return found;
			isOpen = false;
		}
		if (wait === undefined) throw isOpen ? leftOpen(error, repeat) : error;
	}
}
