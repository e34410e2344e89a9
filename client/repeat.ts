import { DataGymError, isDataGymError } from './errors';

/**
 * What may be done about a request that changes something, after a fault that leaves open whether the server has done it.
 *
 * - `again`: sent again, since doing it twice is as doing it once.
 * - `lookUp`: looked for first, and sent again only if it is not found.
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

export const NEVER: Repeat<never> = { kind: 'never', advice: 'It is not known whether DataGym has done it: look there before you run this again.' };

const ADVICE: Readonly<Record<'again' | 'lookUp', string>> = {
	again: 'It is not known whether DataGym has done it; running it again does no harm.',
	lookUp: 'It is not known whether DataGym has done it: look there before you run this again.',
};

/** The error for a person, when it stays open whether the work is done. */
export function leftOpen({ failure }: DataGymError, repeat: Repeat<unknown>): DataGymError {
	const advice = repeat.kind === 'never' ? repeat.advice : ADVICE[repeat.kind];
	return new DataGymError({ ...failure, remedy: `${advice} ${failure.remedy}` });
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
