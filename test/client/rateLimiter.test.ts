import { setTimeout as sleep } from 'node:timers/promises';
import { RateLimiter, type Limits } from '@datagym/client/rateLimiter';

const wait = async (milliseconds: number, signal?: AbortSignal) => await sleep(milliseconds, undefined, { signal });

let servers = 0;

function newLimiter() {
	const limiter = RateLimiter.of(`http://limiter-${servers++}.test`);
	let underWay = 0;
	const seen: number[] = [];
	const order: string[] = [];
	return {
		seen,
		order,
		run: async (name: string, limits: Limits, signal?: AbortSignal) =>
			await limiter.run(limits, wait, signal, async () => {
				order.push(name);
				seen.push(++underWay);
				await wait(5);
				underWay--;
				return name;
			}),
	};
}

test('lets no more through at once than is allowed, in their order', async () => {
	const limiter = newLimiter();
	const names = Array.from({ length: 20 }, (_, index) => String(index));
	await Promise.all(names.map((name) => limiter.run(name, { concurrency: 3 })));
	expect(Math.max(...limiter.seen)).toBe(3);
	expect(limiter.order).toEqual(names);
});

test('is one for a server, whoever asks', () => {
	expect(RateLimiter.of('http://same.test')).toBe(RateLimiter.of('http://same.test'));
	expect(RateLimiter.of('http://same.test')).not.toBe(RateLimiter.of('http://other.test'));
});

test('keeps who wants few at once from being overtaken', async () => {
	const limiter = newLimiter();
	const many = ['a', 'b', 'c', 'd'].map((name) => limiter.run(name, { concurrency: 4 }));
	const alone = limiter.run('alone', { concurrency: 1 });
	const later = ['e', 'f'].map((name) => limiter.run(name, { concurrency: 4 }));
	await Promise.all([...many, alone, ...later]);
	expect(limiter.order).toEqual(['a', 'b', 'c', 'd', 'alone', 'e', 'f']);
	expect(limiter.seen[4]).toBe(1);
});

test('opens again after work that fails', async () => {
	const limiter = RateLimiter.of('http://failing.test');
	await expect(
		limiter.run({ concurrency: 1 }, wait, undefined, () => Promise.reject(new Error('broken'))),
	).rejects.toThrow('broken');
	expect(await limiter.run({ concurrency: 1 }, wait, undefined, () => Promise.resolve('next'))).toBe('next');
});

test('lets who is canceled leave the queue, and the next one in', async () => {
	const limiter = newLimiter();
	const cancel = new AbortController();
	const first = limiter.run('first', { concurrency: 1 });
	const canceled = limiter.run('canceled', { concurrency: 1 }, cancel.signal);
	const last = limiter.run('last', { concurrency: 1 });
	cancel.abort(new Error('canceled'));
	await expect(canceled).rejects.toThrow('canceled');
	await Promise.all([first, last]);
	expect(limiter.order).toEqual(['first', 'last']);
});

test('begins no more in a second than is allowed', async () => {
	const starts: number[] = [];
	const limiter = RateLimiter.of('http://limited.test');
	const slept: number[] = [];
	const pretend = async (milliseconds: number) => {
		slept.push(milliseconds);
		await Promise.resolve();
	};
	const work = async () => void starts.push(slept.length);
	await Promise.all(
		Array.from(
			{ length: 5 },
			async () => await limiter.run({ concurrency: 10, requestsPerSecond: 10 }, pretend, undefined, work),
		),
	);
	expect(slept.map((milliseconds) => Math.round(milliseconds / 10))).toEqual([10, 20, 30, 40]);
});
