import fc from 'fast-check';
import { atOnce } from '@datagym/labels/steps/steps';
import { FirstOf } from '@datagym/nodes/DataGymTrigger/firstOf';
import { HashIndex, hashOrder } from '@datagym/nodes/DataGymTrigger/memory/hashOrder';
import { HASH_BITS, taskHash } from '@datagym/nodes/DataGymTrigger/memory/hashes';
import type { TaskRecord } from '@datagym/nodes/DataGymTrigger/memory/taskRecord';
import { taskRecordsOf } from '@datagym/nodes/DataGymTrigger/memory/taskRecords';
import { record } from './memories';

/** As hashes are, as IDs that count would be, and all the same in their upper bits. */
const hashes = (bits: number) =>
	fc.array(
		fc.oneof(
			fc.integer({ min: 0, max: 2 ** bits - 1 }),
			fc.integer({ min: 0, max: Math.min(300, 2 ** bits - 1) }),
			fc.constantFrom(0, 2 ** bits - 1),
		),
		{ maxLength: 400 },
	);
const cases = fc.integer({ min: 1, max: HASH_BITS }).chain((bits) => hashes(bits).map((list) => ({ bits, list })));

test('hashes are sorted, and equal ones stay as they were', () => {
	fc.assert(
		fc.property(cases, ({ bits, list }) => {
			const order = [...list.keys()].sort((a, b) => list[a]! - list[b]! || a - b);
			expect([...atOnce(hashOrder(Float64Array.from(list), bits))]).toEqual(order);
		}),
	);
});

test('a hash is found where it is, and only there', () => {
	fc.assert(
		fc.property(cases, fc.integer({ min: 0, max: 300 }), ({ bits, list }, other) => {
			const sorted = [...new Set(list)].sort((a, b) => a - b);
			const indexes = [
				atOnce(HashIndex.of(Float64Array.from(sorted), bits)),
				HashIndex.plain(Float64Array.from(sorted)),
			];
			for (const index of indexes)
				for (const hash of [...sorted, other]) expect(index.find(hash)).toBe(sorted.indexOf(hash));
		}),
	);
});

const states = ['NOTHING', 'SENT_BACK', 'REVIEW_PENDING', 'OUTDATED', 'COMPLETED', 'REVIEWED', 'SKIPPED'] as const;
const records: fc.Arbitrary<TaskRecord> = fc.record({
	emitted: fc.constantFrom(...states, 'REVIEWED_SKIP' as const),
	queuePosition: fc.integer({ min: 0, max: 20 }),
	fingerprint: fc.constantFrom(0, 0, 1, 32_767),
	missedPolls: fc.integer({ min: 0, max: 2 }),
});

test('records are found by their hashes as they were put in, and the last of one task counts', () => {
	const entries = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 ** HASH_BITS - 1 }), records), { maxLength: 200 });
	fc.assert(
		fc.property(entries, fc.array(records), (list, again) => {
			const all = [...list, ...again.map((one, index) => [list[index]?.[0] ?? index, one] as const)];
			const expected = new Map(all);
			const found = atOnce(taskRecordsOf(all));
			expect(new Map(found)).toEqual(expected);
			for (const [hash, one] of expected) expect(found.find(hash)).toEqual(one);
			expect(found.find(taskHash('another'))).toEqual(expected.get(taskHash('another')));
		}),
	);
});

test('a fingerprint is replaced in a copy', () => {
	const before = atOnce(taskRecordsOf([7, 3, 5].map((hash) => [hash, record('COMPLETED')] as const)));
	const after = before.withFingerprints(new Map([[5, 99]]));
	expect([...after]).toEqual([
		[3, record('COMPLETED')],
		[5, record('COMPLETED', 0, 99)],
		[7, record('COMPLETED')],
	]);
	expect(before.find(5)).toEqual(record('COMPLETED'));
});

test('the first of any number of items are those that sorting gives, also of several lists', () => {
	const lists = fc.array(fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 300, size: 'max' }), {
		maxLength: 4,
	});
	fc.assert(
		fc.property(lists, fc.integer({ min: 0, max: 40 }), (numbers, most) => {
			const ascending = (a: number, b: number) => a - b;
			const whole = new FirstOf(most, ascending);
			for (const list of numbers) {
				const part = new FirstOf(most, ascending);
				for (const one of list) part.add(one);
				whole.addAll(part);
			}
			expect(whole.sorted).toEqual(numbers.flat().sort(ascending).slice(0, most));
		}),
	);
});
