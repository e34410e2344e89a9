import { taskHash } from '@datagym/nodes/DataGymTrigger/memory/hashes';
import { bitsCompared, record, remembering, saved } from './memories';

describe('taskHash', () => {
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
});

describe('a large memory', () => {
	test.each([100, 1000, 10_000, 100_000])('takes less than 8 bytes for each of %i finished tasks', (count) => {
		expect(saved(remembering(count)).length).toBeLessThan(8 * count);
		const mixed = ['COMPLETED', 'REVIEWED', 'SKIPPED', 'REVIEWED_SKIP'] as const;
		expect(saved(remembering(count, (index) => record(mixed[index % 4]!))).length).toBeLessThan(8 * count);
	});

	test.each([2000, 10_000, 100_000])(
		'takes less than 8 bytes for each of %i finished tasks with fingerprints of their labels',
		(count) => {
			expect(saved(remembering(count, (index) => record('COMPLETED', 0, 1 + (index % 32_767)))).length).toBeLessThan(
				8 * count,
			);
		},
	);

	test('takes a new task for a known one no more often than docs/trigger.md says', () => {
		const count = 100_000;
		expect(count / 2 ** bitsCompared(count, 0)).toBeLessThan(2 / 2 ** 34);
		expect(count / 2 ** bitsCompared(count, 7)).toBeLessThan(2 / 2 ** 30);
	});
});
