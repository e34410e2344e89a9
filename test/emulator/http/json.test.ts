import { readJson } from './json';

describe('the JSON reader', () => {
	it('reads the first value and ignores what follows', () => {
		expect(readJson('{"a":[1,{"b":"}"}]} garbage')).toEqual({ kind: 'value', value: { a: [1, { b: '}' }] } });
		expect(readJson('[1] [2]')).toEqual({ kind: 'value', value: [1] });
	});

	it('tells an empty body from a broken one', () => {
		expect(readJson(' \n')).toEqual({ kind: 'nothing' });
		for (const text of ['[1', '{\n"a": yes}', '{"a" 1}', '{a:1}', '[1 2]', '"open', '{', '[,]', '\u0000'])
			expect(readJson(text)).toEqual({ kind: 'broken', message: expect.stringMatching(/./) });
	});
});
