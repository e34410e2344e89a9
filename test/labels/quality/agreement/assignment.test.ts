import fc from 'fast-check';
import { atOnce } from '@datagym/labels/steps/steps';
import { assign, type CandidatePair } from '@datagym/labels/quality/agreement/assignment';
import '../../../support/seed';

/** What the best of all assignments is worth, by trying them. */
function mostWorth(pairs: readonly CandidatePair[]): number {
	const [first, ...rest] = pairs;
	if (first === undefined) return 0;
	const free = rest.filter(({ row, column }) => row !== first.row && column !== first.column);
	return Math.max(first.worth + mostWorth(free), mostWorth(rest));
}

const worthOf = (pairs: readonly CandidatePair[]) => pairs.reduce((sum, { worth }) => sum + worth, 0);

const pairs = fc.uniqueArray(
	fc.record({
		row: fc.nat(4),
		column: fc.nat(5),
		worth: fc.oneof(fc.constantFrom(0.5, 1), fc.double({ min: 0.001, max: 1, noNaN: true })),
	}),
	{ maxLength: 12, selector: ({ row, column }) => `${row} ${column}` },
);

test('no other assignment is worth more, and each row and column is in one pair at most', () => {
	fc.assert(
		fc.property(pairs, (given) => {
			const assigned = atOnce(assign(given));
			expect(given).toEqual(expect.arrayContaining([...assigned]));
			expect(new Set(assigned.map(({ row }) => row)).size).toBe(assigned.length);
			expect(new Set(assigned.map(({ column }) => column)).size).toBe(assigned.length);
			expect(worthOf(assigned)).toBeCloseTo(mostWorth(given), 10);
		}),
	);
});

test('two good pairs go before the best one', () => {
	const best = { row: 0, column: 0, worth: 0.9 };
	const good = [
		{ row: 0, column: 1, worth: 0.6 },
		{ row: 1, column: 0, worth: 0.6 },
	];
	expect(atOnce(assign([best, ...good]))).toEqual(good);
});

test('a heap that is too large to be solved exactly takes its best pairs first', () => {
	fc.assert(
		fc.property(pairs, (given) => {
			const assigned = atOnce(assign(given, 0));
			expect(new Set(assigned.flatMap(({ row, column }) => [`row ${row}`, `column ${column}`])).size).toBe(
				2 * assigned.length,
			);
			expect(worthOf(assigned)).toBeGreaterThanOrEqual(mostWorth(given) / 2 - 1e-9);
		}),
	);
});
