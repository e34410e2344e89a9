import fc from 'fast-check';
import { packHashes, unpackHashes } from '@datagym/nodes/DataGymTrigger/memory/packing';
import { shortened, taskHash } from '@datagym/nodes/DataGymTrigger/memory/hashes';

const entries = (hashBits: number, noteBits: number) =>
	fc.uniqueArray(
		fc.record({
			hash: fc.integer({ min: 0, max: 2 ** hashBits - 1 }),
			note: fc.integer({ min: 0, max: 2 ** noteBits - 1 }),
		}),
		{ selector: ({ hash }) => hash, maxLength: 300 },
	);

describe('packHashes', () => {
	test('gives back what was put in, sorted', () => {
		const widths = fc.record({ hash: fc.integer({ min: 1, max: 52 }), note: fc.constantFrom(0, 15) });
		const cases = widths.chain((width) => entries(width.hash, width.note).map((list) => ({ width, list })));
		fc.assert(
			fc.property(cases, ({ width, list }) => {
				const sorted = [...list].sort((a, b) => a.hash - b.hash);
				expect([...unpackHashes(packHashes(list, width), width)]).toEqual(sorted);
			}),
		);
	});

	test.each([1, 100, 10_000])('takes less than 7 characters of JSON a hash for %i of them', (count) => {
		const bits = Math.floor(Math.log2(count)) + 34;
		const list = Array.from({ length: count }, (_, index) => ({
			hash: shortened(taskHash(`task-${index}`), bits),
			note: 0,
		}));
		expect(JSON.stringify(packHashes(list, { hash: bits, note: 0 })).length).toBeLessThan(20 + count * 6.3);
	});

	test('notices that bits are missing', () => {
		const [count, rice, bits] = packHashes(
			[
				{ hash: 3, note: 0 },
				{ hash: 9_000_000, note: 0 },
			],
			{ hash: 40, note: 0 },
		);
		expect(() => [...unpackHashes([count, rice, bits.slice(0, 4)], { hash: 40, note: 0 })]).toThrow(RangeError);
	});
});
