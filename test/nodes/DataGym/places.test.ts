import { Places } from '@datagym/nodes/DataGym/runner/places';

const settled = async () => await new Promise((resolve) => setImmediate(resolve));

test('No more is begun than is worth it at present, in the order in which it was asked for', async () => {
	const api = { atOnce: 3 };
	const places = new Places(api);
	const begun: number[] = [];
	const ends: Array<() => void> = [];
	const work = Array.from({ length: 300 }, async (_, index) => {
		await places.run(async () => {
			begun.push(index);
			await new Promise<void>((end) => ends.push(end));
		});
	});
	await settled();
	expect(begun).toEqual([0, 1, 2]);
	api.atOnce = 5;
	ends[0]?.();
	await settled();
	expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
	api.atOnce = 1;
	for (const end of [1, 2, 3, 4]) ends[end]?.();
	await settled();
	expect(begun).toHaveLength(6);
	for (let next = 5; next < work.length; next++) {
		ends[next]?.();
		await settled();
		expect(begun).toHaveLength(Math.min(work.length, next + 2));
	}
	await Promise.all(work);
});

test('What fails gives its place to the next one', async () => {
	const places = new Places({ atOnce: 1 });
	await expect(places.run(async () => await Promise.reject(new Error('broken')))).rejects.toThrow('broken');
	expect(await places.run(async () => await Promise.resolve('next'))).toBe('next');
});
