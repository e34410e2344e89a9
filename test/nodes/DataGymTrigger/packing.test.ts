import fc from 'fast-check';
import { packHashes, unpackHashes } from '@datagym/nodes/DataGymTrigger/memory/packing';
import { digestOf, HASH_BITS, shortened, taskHash } from '@datagym/nodes/DataGymTrigger/memory/hashes';

describe('taskHash', () => {
	test('never changes, since what running workflows remember rests on it', () => {
		expect([taskHash(''), taskHash('c5882f73-1f4e-4c0e-9d3a-2f1f6a1b2c3d'), taskHash('1')]).toEqual([
			1304118503291386, 1937785857712942, 161531474380078,
		]);
	});

	test.each([
		['random IDs', () => crypto.randomUUID()],
		['IDs that count', (index: number) => String(index)],
		[
			'IDs that differ in the middle',
			(index: number) => `7444ab91-${String(index).padStart(12, '0')}-4c0e-9d3a-2f1f6a1b2c3d`,
		],
	])('gives 100,000 %s as many hashes', (_what, id) => {
		const hashes = new Set(Array.from({ length: 100_000 }, (_, index) => taskHash(id(index))));
		expect(hashes.size).toBe(100_000);
	});

	test('fills its 52 bits evenly, so that the upper ones alone tell tasks apart, too', () => {
		const counts = new Array<number>(64).fill(0);
		for (let index = 0; index < 64_000; index++) counts[shortened(taskHash(`task-${index}`), 6)]!++;
		for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(200);
		expect(Math.max(...Array.from({ length: 10_000 }, (_, index) => taskHash(String(index))))).toBeLessThan(
			2 ** HASH_BITS,
		);
	});
});

describe('digestOf', () => {
	const tasks = ['a', 'b', 'c', 'd'].map((id, index) => ({
		hash: taskHash(id),
		state: ['COMPLETED', 'REVIEWED', 'SKIPPED', 'REVIEWED_SKIP'][index]!,
	}));

	test('never changes, since what running workflows remember rests on it', () => {
		expect([digestOf([]), digestOf(tasks), digestOf(tasks, 40)]).toEqual(['0-0', 'odazfg-sa888z', 'j1awwz-r1hm92']);
	});

	test('is the same in any order, and another one for each other state or hash', () => {
		const digests = new Set([digestOf(tasks)]);
		expect(digestOf([...tasks].reverse())).toBe(digestOf(tasks));
		for (const [index, task] of tasks.entries()) {
			for (const state of ['COMPLETED', 'REVIEWED', 'SKIPPED', 'REVIEWED_SKIP', 'UNFINISHED']) {
				if (state !== task.state) digests.add(digestOf(tasks.with(index, { ...task, state })));
			}
			digests.add(digestOf(tasks.toSpliced(index, 1)));
			digests.add(digestOf(tasks.with(index, { ...task, hash: task.hash - 1 })));
		}
		expect(digests.size).toBe(1 + 4 * 6);
	});

	test('counts what is not finished as one state', () => {
		const as = (state: string) => digestOf([{ hash: taskHash('a'), state }]);
		expect(as('UNFINISHED')).toBe(as('IN_PROGRESS'));
	});

	test('looks at as many bits of a hash as it is told', () => {
		const [one, other] = [0, 2 ** 11].map((low) => [{ hash: 2 ** 51 + low, state: 'COMPLETED' }]);
		expect(digestOf(one!, 40)).toBe(digestOf(other!, 40));
		expect(digestOf(one!, 41)).not.toBe(digestOf(other!, 41));
	});
});

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
