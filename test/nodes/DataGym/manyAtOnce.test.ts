import * as fc from 'fast-check';
import pLimit from 'p-limit';
import { manyAtOnce } from '@datagym/nodes/DataGym/runner/manyAtOnce';

/** Work on many items, of which a limit lets some go on at a time. */

const later = async () => await new Promise<void>((resolve) => setImmediate(resolve));

test('Results are in the order of the items, and no more go on at once than the limit lets', async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(fc.nat(3), { maxLength: 400 }), fc.integer({ min: 1, max: 20 }), async (waits, most) => {
			const limit = pLimit(most);
			let [now, peak] = [0, 0];
			const results = await manyAtOnce(
				waits,
				async (work) => await limit(work),
				async (wait) => {
					peak = Math.max(peak, ++now);
					for (let turn = 0; turn < wait; turn++) await later();
					now--;
					return wait * 2;
				},
			);
			expect(results).toEqual(waits.map((wait) => wait * 2));
			expect(peak).toBeLessThanOrEqual(most);
		}),
		{ numRuns: 30 },
	);
});

test('After a failure, nothing more is begun than has its place already', async () => {
	const limit = pLimit(4);
	const begun: number[] = [];
	const items = Array.from({ length: 5_000 }, (_, index) => index);
	const work = manyAtOnce(
		items,
		async (begin) => await limit(begin),
		async (index) => {
			begun.push(index);
			await later();
			if (index === 10) throw new Error('broken');
		},
	);
	await expect(work).rejects.toThrow('broken');
	for (let turn = 0; turn < 300; turn++) await later();
	expect(begun.length).toBeLessThan(500);
});
