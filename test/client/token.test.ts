import * as fc from 'fast-check';
import { isSendable, normalizeToken } from '@datagym/client';

const TOKEN = '7444ab91-0c3f-4c0e-9d3a-2f1f6a1b2c3d';

describe('A token', () => {
	test.each([
		TOKEN,
		` ${TOKEN}\n`,
		`Token ${TOKEN}`,
		`token  ${TOKEN}`,
		`Bearer ${TOKEN}`,
		`Token: ${TOKEN}`,
		`token=${TOKEN}`,
		`"${TOKEN}"`,
		`'Token ${TOKEN}'`,
		`Token "${TOKEN}"`,
		`“${TOKEN}”`,
		`Authorization: Token ${TOKEN}`,
	])('is taken from %j', (pasted) => expect(normalizeToken(pasted)).toBe(TOKEN));

	test.each(['tokenless', 'Token', 'bearer-of-news', '', 'a-Token-b'])('stays %j', (text) =>
		expect(normalizeToken(text)).toBe(text),
	);

	test('is the same when it is cleaned twice', () => {
		fc.assert(fc.property(fc.uuid(), (token) => expect(normalizeToken(normalizeToken(token))).toBe(token)));
	});

	test.each(['a b', 'a\u200bb', 'ä', 'a…', 'a\nb', '\u0000'])('with %j in it cannot be one', (text) =>
		expect(isSendable(text)).toBe(false),
	);

	test('of printable characters can be sent', () => expect(isSendable(`${TOKEN}!~`)).toBe(true));
});
