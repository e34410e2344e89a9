import { isDataGymError, type DataGymError } from './errors';

/**
 * What may be done about a request that changes something, after a fault that leaves open whether the server has done it.
 *
 * - `again`: sent again, since doing it twice is as doing it once.
 * - `lookUp`: looked for first (or the way made free for it), and sent again only if it is not found.
 * - `never`: nothing; the person is told what to look at.
 */
export type Repeat<Value> =
	| { readonly kind: 'again' }
	| {
			readonly kind: 'lookUp';
			/** @param since by the server's clock, epoch milliseconds; undefined if the server tells no time. */
			readonly find: (since: number | undefined) => Promise<Value | undefined>;
	  }
	| { readonly kind: 'never'; readonly advice: string };

export const AGAIN: Repeat<never> = { kind: 'again' };

const LOOK_FIRST = 'It is not known whether DataGym has done it: look there before you run this again.';

export const NEVER: Repeat<never> = { kind: 'never', advice: LOOK_FIRST };

const ADVICE: Readonly<Record<'again' | 'lookUp', string>> = {
	again: 'It is not known whether DataGym has done it; running it again does no harm.',
	lookUp: LOOK_FIRST,
};

/** The error for a person, when it stays open whether the work is done. */
export function leftOpen(error: DataGymError, repeat: Repeat<unknown>): DataGymError {
	const advice = repeat.kind === 'never' ? repeat.advice : ADVICE[repeat.kind];
	return error.with({ remedy: `${advice} ${error.failure.remedy}` });
}

/**
 * For work that the server refuses to do twice: refused so when sent again, the first try had done it.
 *
 * @param keys the server's words for that.
 */
export async function unlessDoneBefore(keys: readonly string[], work: Promise<unknown>): Promise<void> {
	await work.catch((error: unknown) => {
		const isDone = isDataGymError(error) && error.failure.isRepeated === true && keys.includes(error.key ?? '');
		if (!isDone) throw error;
	});
}
