import { Digest, HASH_BITS, shortened, taskHash } from '@datagym/nodes/DataGymTrigger/memory/hashes';

function digestOf(tasks: ReadonlyArray<{ hash: number; state: string }>, bits = HASH_BITS): string {
	const digest = new Digest();
	for (const { hash, state } of tasks) digest.add(shortened(hash, bits), state);
	return digest.text;
}

describe('taskHash', () => {
	test('never changes, since what running workflows remember rests on it', () => {
		expect([taskHash(''), taskHash('c5882f73-1f4e-4c0e-9d3a-2f1f6a1b2c3d'), taskHash('1')]).toEqual([
			1304118503291386, 1937785857712942, 161531474380078,
		]);
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
