import { readJson } from './http/jsonReader';

describe('the JSON reader', () => {
	it('reads the first value and ignores what follows', () => {
		expect(readJson('{"a":[1,{"b":"}"}]} garbage')).toEqual({ kind: 'value', value: { a: [1, { b: '}' }] } });
		expect(readJson('[1] [2]')).toEqual({ kind: 'value', value: [1] });
	});

	it('tells an empty body from a broken one', () => {
		expect(readJson(' \n')).toEqual({ kind: 'nothing' });
		expect(readJson('[1')).toEqual({
			kind: 'broken',
			line: 1,
			column: 3,
			message: 'Unexpected end-of-input within/between Array entries',
		});
		expect(readJson('{\n"a": yes}')).toMatchObject({
			kind: 'broken',
			line: 2,
			message: expect.stringContaining("Unrecognized token 'yes'"),
		});
		for (const text of ['{"a" 1}', '{a:1}', '[1 2]', '"open', '{', '[,]', '\u0000'])
			expect(readJson(text).kind).toBe('broken');
	});
});
