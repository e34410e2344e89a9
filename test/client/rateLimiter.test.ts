import { setTimeout as sleep } from 'node:timers/promises';
import { RateLimiter, type Limits } from '@datagym/client/rateLimiter';

const wait = async (milliseconds: number, signal?: AbortSignal) => await sleep(milliseconds, undefined, { signal });

let servers = 0;

function newGate() {
	const gate = RateLimiter.of(`http://gate-${servers++}.test`);
	let underWay = 0;
	const seen: number[] = [];
	const order: string[] = [];
	return {
		seen,
		order,
		pass: async (name: string, limits: Limits, signal?: AbortSignal) =>
			await gate.pass(limits, wait, signal, async () => {
				order.push(name);
				seen.push(++underWay);
				await wait(5);
				underWay--;
				return name;
			}),
	};
}

test('lets no more through at once than is allowed, in their order', async () => {
	const gate = newGate();
	const names = Array.from({ length: 20 }, (_, index) => String(index));
	await Promise.all(names.map((name) => gate.pass(name, { concurrency: 3 })));
	expect(Math.max(...gate.seen)).toBe(3);
	expect(gate.order).toEqual(names);
});

test('is one for a server, whoever asks', () => {
	expect(RateLimiter.of('http://same.test')).toBe(RateLimiter.of('http://same.test'));
	expect(RateLimiter.of('http://same.test')).not.toBe(RateLimiter.of('http://other.test'));
});

test('keeps who wants few at once from being overtaken', async () => {
	const gate = newGate();
	const many = ['a', 'b', 'c', 'd'].map((name) => gate.pass(name, { concurrency: 4 }));
	const alone = gate.pass('alone', { concurrency: 1 });
	const later = ['e', 'f'].map((name) => gate.pass(name, { concurrency: 4 }));
	await Promise.all([...many, alone, ...later]);
	expect(gate.order).toEqual(['a', 'b', 'c', 'd', 'alone', 'e', 'f']);
	expect(gate.seen[4]).toBe(1);
});

test('opens again after work that fails', async () => {
	const gate = RateLimiter.of('http://failing.test');
	await expect(
		gate.pass({ concurrency: 1 }, wait, undefined, () => Promise.reject(new Error('broken'))),
	).rejects.toThrow('broken');
	expect(await gate.pass({ concurrency: 1 }, wait, undefined, () => Promise.resolve('next'))).toBe('next');
});

test('lets who is canceled leave the queue, and the next one in', async () => {
	const gate = newGate();
	const cancel = new AbortController();
	const first = gate.pass('first', { concurrency: 1 });
	const canceled = gate.pass('canceled', { concurrency: 1 }, cancel.signal);
	const last = gate.pass('last', { concurrency: 1 });
	cancel.abort(new Error('canceled'));
	await expect(canceled).rejects.toThrow('canceled');
	await Promise.all([first, last]);
	expect(gate.order).toEqual(['first', 'last']);
});

test('begins no more in a second than is allowed', async () => {
	const starts: number[] = [];
	const gate = RateLimiter.of('http://limited.test');
	const slept: number[] = [];
	const pretend = async (milliseconds: number) => {
		slept.push(milliseconds);
		await Promise.resolve();
	};
	const work = async () => void starts.push(slept.length);
	await Promise.all(
		Array.from(
			{ length: 5 },
			async () => await gate.pass({ concurrency: 10, perSecond: 10 }, pretend, undefined, work),
		),
	);
	expect(slept.map((milliseconds) => Math.round(milliseconds / 10))).toEqual([10, 20, 30, 40]);
});
