import { EmptyAnswer } from '../../errors';

const WORDS: ReadonlyArray<[value: boolean, words: readonly string[]]> = [
	[true, ['true', 'on', 'yes', '1']],
	[false, ['false', 'off', 'no', '0']],
];

/** A boolean of the query as Spring reads it. */
export function flagOf(text: string | null, otherwise: boolean): boolean {
	const word = (text ?? '').trim().toLowerCase();
	if (word === '') return otherwise;
	const known = WORDS.find(([, words]) => words.includes(word));
	if (!known) throw new EmptyAnswer(400);
	return known[0];
}
