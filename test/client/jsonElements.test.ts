import fc from 'fast-check';
import { JsonElements, jsonElements } from '@datagym/client/jsonElements';

const bytes = (text: string) => new TextEncoder().encode(text);

function* cut(whole: Uint8Array, length: number) {
	for (let start = 0; start < whole.length; start += length) yield whole.subarray(start, start + length);
}

describe('a JSON list taken apart while it arrives', () => {
	test('has the same elements, however the bytes are cut and the text is indented', () => {
		const indents = fc.constantFrom(undefined, 2, '\t');
		fc.assert(
			fc.property(fc.array(fc.jsonValue()), fc.integer({ min: 1, max: 50 }), indents, (elements, length, indent) => {
				const text = JSON.stringify(elements, null, indent);
				expect([...jsonElements(cut(bytes(text), length))]).toEqual(JSON.parse(text));
			}),
			{ numRuns: 500 },
		);
	});

	test('takes a byte order mark and blanks around', () => {
		expect([...jsonElements([bytes('\ufeff \n[ 1 , "a,]" ] \n')])]).toEqual([1, 'a,]']);
		expect([...jsonElements([bytes('[]')])]).toEqual([]);
	});

	test('is refused when it is cut off, as by a server that fails in the middle', () => {
		const text = '[{"label_classes": []}, {"internal_media_ID": "a", "labels": {}}]';
		for (let length = 0; length < text.length; length++) {
			expect(() => [...jsonElements([bytes(text.slice(0, length))])]).toThrow(SyntaxError);
		}
	});

	test.each(['{}', '[1,]', '[,1]', '[1 2]', '[1] x', '["a]', '[1]]', '[}]', 'null', '[tru]'])(
		'is refused when it is %s',
		(text) => {
			expect(() => [...jsonElements([bytes(text)])]).toThrow(SyntaxError);
		},
	);

	test('is accepted and refused as JSON.parse does, whatever the text is', () => {
		const text = fc.oneof(
			fc.string(),
			fc
				.array(fc.constantFrom('[', ']', '{', '}', ',', '"', '\\', '1', ':', ' ', 'null'), { maxLength: 12 })
				.map((parts) => parts.join('')),
		);
		fc.assert(
			fc.property(text, (inner) => {
				const whole = `[${inner}]`;
				let expected: unknown;
				try {
					expected = JSON.parse(whole);
				} catch {
					expect(() => [...jsonElements([bytes(whole)])]).toThrow(SyntaxError);
					return;
				}
				expect([...jsonElements([bytes(whole)])]).toEqual(expected);
			}),
			{ numRuns: 2000 },
		);
	});
});

test('keeps no element that has no end', () => {
	const elements = new JsonElements();
	elements.push(Buffer.from('["'));
	const piece = Buffer.alloc(2 ** 20, 'a');
	expect(() => {
		for (let count = 0; count < 100; count++) elements.push(piece);
	}).toThrow('an element larger than 64 MB');
});
