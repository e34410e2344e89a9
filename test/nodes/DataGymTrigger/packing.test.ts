import fc from 'fast-check';
import { atOnce } from '@datagym/labels/steps/steps';
import {
	HashPacker,
	unpackHashes as unpackSteps,
	type PackedHashes,
	type Widths,
} from '@datagym/nodes/DataGymTrigger/memory/packing';
import { shortened, taskHash } from '@datagym/nodes/DataGymTrigger/memory/hashes';

interface HashEntry {
	readonly hash: number;
	readonly note: number;
}

/** In any order. */
function packHashes(entries: readonly HashEntry[], widths: Widths): PackedHashes {
	const packer = new HashPacker(entries.length, widths);
	for (const { hash, note } of [...entries].sort((a, b) => a.hash - b.hash)) packer.add(hash, note);
	return packer.end();
}

function unpackHashes(packed: PackedHashes, widths: Widths): readonly HashEntry[] {
	const entries: HashEntry[] = [];
	atOnce(unpackSteps(packed, widths, (hash, note) => entries.push({ hash, note })));
	return entries;
}

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

	test('writes what version 1 wrote, which running workflows remember', () => {
		const packed = (...indices: readonly number[]) => {
			const list = indices.map((index) => ({ hash: shortened(taskHash(`task-${index}`), 36), note: 0 }));
			return packHashes(list, { hash: 36, note: 0 });
		};
		// As in the memory of version 1 of memory.test.ts.
		expect(packed(0, 1, 2)).toEqual([3, 33, '3LoL5QtwXDGFtzjP4wA']);
		expect(packed(3, 4)).toEqual([2, 34, 'oJM4EVx99Cr6AA']);
	});

	test('takes no bit that it does not need', () => {
		expect(packHashes([], { hash: 40, note: 15 })).toEqual([0, 0, '']);
		// One hash at 7 bits: log2(2^7 · ln 2) is 6.47, so 6 bits behind a zero for the upper ones, and a note of 1 bit: 0 000101 1.
		expect(packHashes([{ hash: 5, note: 1 }], { hash: 7, note: 1 })).toEqual([1, 6, 'Cw']);
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
