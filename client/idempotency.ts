import { isDataGymError, type DataGymError } from './errors';

/** A time by the server's clock, epoch milliseconds; undefined as long as the server has told no time. */
export type ServerTime = () => number | undefined;

/**
 * What may be done about a request that changes something, after a failure that leaves unknown whether the server has done it.
 *
 * - `idempotent`: it is sent again, since doing it twice is as doing it once.
 * - `lookUpFirst`: it is looked for (or the way is made free for it), and sent again only if it is not found.
 * - `neverRetry`: nothing; the person is told what to look at.
 */
export type Idempotency<Value> =
	| {
			readonly kind: 'idempotent';
			/** Asked each time before it is sent again. @returns whether that is still right; if not, or if it fails, the error stands. */
			readonly beforeRetry?: () => Promise<boolean>;
	  }
	| {
			readonly kind: 'lookUpFirst';
			/** @param startedAt says when the work was begun; asked after the look-up's own answer, it knows the server's clock. */
			readonly find: (startedAt: ServerTime) => Promise<Value | undefined>;
			/** Whether to look each time, also where no try can have done it: what is sent may not be right any more. `find` then throws. */
			readonly isAlways?: true;
	  }
	| { readonly kind: 'neverRetry'; readonly advice: string };

const LOOK_FIRST = 'DataGym may already have made the change. Check there before you run this again.';

export const IDEMPOTENT: Idempotency<never> = { kind: 'idempotent' };
export const NEVER_RETRY: Idempotency<never> = { kind: 'neverRetry', advice: LOOK_FIRST };

const ADVICE: Readonly<Record<'idempotent' | 'lookUpFirst', string>> = {
	idempotent: 'DataGym may already have made the change. Running this again does no harm.',
	lookUpFirst: LOOK_FIRST,
};

/** The error for a person, when it stays unknown whether the work is done. */
export function withUnknownOutcome(error: DataGymError, idempotency: Idempotency<unknown>): DataGymError {
	const advice = idempotency.kind === 'neverRetry' ? idempotency.advice : ADVICE[idempotency.kind];
	return error.with({ remedy: `${advice} ${error.failure.remedy}` });
}

/**
 * Takes work as done that the server refuses to do twice: refused so when it is sent again, it was done by the first try.
 *
 * @param keys the server's words for that.
 */
export async function unlessDoneBefore(keys: readonly string[], work: Promise<unknown>): Promise<void> {
	await work.catch((error: unknown) => {
		const isDone = isDataGymError(error) && error.failure.isRetry === true && keys.includes(error.key ?? '');
		if (!isDone) throw error;
	});
}
