import { sortedNumbers } from '@datagym/labels/steps/sortedNumbers';
import { atOnce } from '@datagym/labels/steps/steps';
import fc from 'fast-check';

test('Sorts numbers as a typed array does, whatever they are', () => {
	fc.assert(
		fc.property(fc.array(fc.double({ noNaN: true }), { maxLength: 100 }), (numbers) => {
			expect(atOnce(sortedNumbers(numbers))).toEqual(Float64Array.from(numbers).sort());
		}),
	);
});

test.each([0, 1, 8191, 8192, 8193, 16_384, 100_003])(
	'Sorts %d numbers in steps, and leaves the given ones alone',
	(count) => {
		const numbers = Array.from({ length: count }, (_, index) => (index * 7919) % 10_007);
		const given = [...numbers];
		expect(atOnce(sortedNumbers(numbers))).toEqual(Float64Array.from(given).sort());
		expect(numbers).toEqual(given);
	},
);
