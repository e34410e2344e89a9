import fc from 'fast-check';
import { sorted } from '@datagym/labels/steps/sorted';
import { atOnce } from '@datagym/labels/steps/steps';

interface Card {
	readonly rank: number;
	readonly place: number;
}

const byRank = (a: Card, b: Card) => a.rank - b.rank;

test('sorts as the language does, also what is equal, and leaves the items alone', () => {
	const ranks = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 3000, size: 'max' });
	fc.assert(
		fc.property(ranks, (numbers) => {
			const cards = numbers.map((rank, place): Card => ({ rank, place }));
			const before = [...cards];
			expect(atOnce(sorted(cards, byRank))).toEqual(before.toSorted(byRank));
			expect(cards).toEqual(before);
		}),
		{ numRuns: 50 },
	);
});

test('a long list is sorted in many small steps', () => {
	const items = Array.from({ length: 100_000 }, (_, index) => (index * 7919) % 100_003);
	let compared = 0;
	let most = 0;
	const steps = sorted(items, (a, b) => {
		compared++;
		return a - b;
	});
	for (let step = steps.next(); step.done !== true; step = steps.next()) {
		most = Math.max(most, compared);
		compared = 0;
	}
	expect(most).toBeLessThan(10_000);
});
