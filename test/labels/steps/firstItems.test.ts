import * as fc from 'fast-check';
import { atOnce } from '@datagym/labels/steps/steps';
import { FirstItems } from '@datagym/labels/steps/firstItems';

describe('The first items by an order', () => {
	test('are those of the sorted list, and what is equal stays as it came', () => {
		const item = fc.record({ key: fc.nat(20), name: fc.string() });
		const most = fc.oneof(fc.nat(40), fc.constant(Infinity));
		fc.assert(
			fc.property(fc.array(item, { maxLength: 200 }), most, (items, limit) => {
				const first = new FirstItems<(typeof items)[number]>(limit, (a, b) => a.key - b.key);
				for (const each of items) first.add(each);
				expect(atOnce(first.list())).toEqual(items.toSorted((a, b) => a.key - b.key).slice(0, limit));
			}),
			{ numRuns: 500 },
		);
	});

	test('are given away once', () => {
		const first = new FirstItems<number>(2, (a, b) => a - b);
		first.add(3);
		expect(atOnce(first.list())).toEqual([3]);
		expect(atOnce(first.list())).toEqual([]);
	});
});
