import { RateLimiter, type Limits } from '@datagym/client/rateLimiter';

afterEach(() => jest.restoreAllMocks());

const never = async () => await Promise.reject(new Error('No limit by the second, so nothing is waited for'));

/** Whatever can happen without a clock has happened. */
const settled = async () => await new Promise((resolve) => setImmediate(resolve));

let servers = 0;

/** A limiter whose work lasts until it is ended by its name. */
function newLimiter() {
	const limiter = RateLimiter.of(`http://limiter-${servers++}.test`);
	let running = 0;
	const seen: number[] = [];
	const order: string[] = [];
	const ends = new Map<string, () => void>();
	return {
		seen,
		order,
		end: async (name: string) => {
			ends.get(name)?.();
			await settled();
		},
		run: async (name: string, limits: Limits, signal?: AbortSignal) =>
			await limiter.run(limits, never, signal, async () => {
				order.push(name);
				seen.push(++running);
				await new Promise<void>((resolve) => ends.set(name, resolve));
				running--;
				return name;
			}),
	};
}

async function endAll({ order, end }: ReturnType<typeof newLimiter>, names: readonly string[]): Promise<void> {
	await settled();
	for (const name of names) {
		expect(order).toContain(name);
		await end(name);
	}
}

test('lets no more through at once than is allowed, in their order', async () => {
	const limiter = newLimiter();
	const names = Array.from({ length: 20 }, (_, index) => String(index));
	const work = Promise.all(names.map((name) => limiter.run(name, { concurrency: 3 })));
	await endAll(limiter, names);
	expect(await work).toEqual(names);
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
	await endAll(limiter, ['a', 'b', 'c', 'd', 'alone', 'e', 'f']);
	await Promise.all([...many, alone, ...later]);
	expect(limiter.order).toEqual(['a', 'b', 'c', 'd', 'alone', 'e', 'f']);
	expect(limiter.seen[4]).toBe(1);
});

describe('Executions', () => {
	/** Begins the work of several executions, and ends it in the order in which it began. @returns that order. */
	async function order(asked: ReadonlyArray<readonly [execution: string, count: number, concurrency: number]>) {
		const limiter = RateLimiter.of(`http://limiter-${servers++}.test`);
		const begun: string[] = [];
		const ends: Array<() => void> = [];
		const work = asked.flatMap(([execution, count, concurrency]) => {
			const asker = { owner: {}, kind: 'GET', endingOf: () => 'failed' as const };
			return Array.from({ length: count }, async () => {
				await limiter.run(
					{ concurrency },
					never,
					undefined,
					async () => {
						begun.push(execution);
						await new Promise<void>((end) => ends.push(end));
					},
					asker,
				);
			});
		});
		for (let ended = 0; ended < work.length; ended++) {
			await settled();
			ends[ended]?.();
		}
		await Promise.all(work);
		return begun.join('');
	}

	test('take turns, whoever has asked for how much before', async () => {
		expect(
			await order([
				['a', 20, 2],
				['b', 3, 2],
				['c', 2, 2],
			]),
		).toMatch(/^aab[abc]{6}a+$/);
	});

	test('are not kept from the server by others that allow more at once', async () => {
		const begun = await order([
			['a', 60, 4],
			['b', 1, 1],
		]);
		expect(begun.indexOf('b')).toBeLessThan(16);
	});

	test('do not all wait for one that wants to be alone', async () => {
		const begun = await order([
			['a', 30, 4],
			['b', 3, 1],
		]);
		expect(begun.lastIndexOf('b') - begun.indexOf('b')).toBeGreaterThan(6);
	});
});

test('opens again after work that fails', async () => {
	const limiter = RateLimiter.of('http://failing.test');
	await expect(
		limiter.run({ concurrency: 1 }, never, undefined, () => Promise.reject(new Error('broken'))),
	).rejects.toThrow('broken');
	expect(await limiter.run({ concurrency: 1 }, never, undefined, () => Promise.resolve('next'))).toBe('next');
});

test('lets who is canceled leave the queue, and the next one in', async () => {
	const limiter = newLimiter();
	const cancel = new AbortController();
	const first = limiter.run('first', { concurrency: 1 });
	const canceled = limiter.run('canceled', { concurrency: 1 }, cancel.signal);
	const last = limiter.run('last', { concurrency: 1 });
	cancel.abort(new Error('canceled'));
	await expect(canceled).rejects.toThrow('canceled');
	await endAll(limiter, ['first', 'last']);
	await Promise.all([first, last]);
	expect(limiter.order).toEqual(['first', 'last']);
});

test('lets those in at once who were kept out only by who is canceled', async () => {
	const limiter = newLimiter();
	const cancel = new AbortController();
	const first = limiter.run('first', { concurrency: 2 });
	const alone = limiter.run('alone', { concurrency: 1 }, cancel.signal);
	const second = limiter.run('second', { concurrency: 2 });
	await settled();
	expect(limiter.order).toEqual(['first']);
	cancel.abort(new Error('canceled'));
	await expect(alone).rejects.toThrow('canceled');
	await settled();
	expect(limiter.order).toEqual(['first', 'second']);
	await endAll(limiter, ['first', 'second']);
	await Promise.all([first, second]);
});

test('is not confused by who is canceled while the work is done', async () => {
	const limiter = newLimiter();
	const cancel = new AbortController();
	const first = limiter.run('first', { concurrency: 1 }, cancel.signal);
	const second = limiter.run('second', { concurrency: 1 });
	await settled();
	cancel.abort(new Error('canceled'));
	await settled();
	expect(limiter.order).toEqual(['first']);
	await endAll(limiter, ['first', 'second']);
	expect(await Promise.all([first, second])).toEqual(['first', 'second']);
});

test('does nothing for who is canceled from the start', async () => {
	const limiter = newLimiter();
	await expect(limiter.run('late', { concurrency: 1 }, AbortSignal.abort(new Error('canceled')))).rejects.toThrow(
		'canceled',
	);
	expect(limiter.order).toEqual([]);
});

describe('A limit by the second', () => {
	/** Starts work with time passing only while it is waited for, and tells how many milliseconds each start waited. */
	function timed(requestsPerSecond: number) {
		const clock = { now: 1_000_000 };
		jest.spyOn(Date, 'now').mockImplementation(() => clock.now);
		const limiter = RateLimiter.of(`http://limited-${servers++}.test`);
		const waits: number[] = [];
		return {
			clock,
			waits,
			start: async () => {
				const asked = clock.now;
				const sleep = async (milliseconds: number) => {
					await settled();
					clock.now += milliseconds;
				};
				await limiter.run(
					{ concurrency: 10, requestsPerSecond },
					sleep,
					undefined,
					async () => void waits.push(clock.now - asked),
				);
			},
		};
	}

	test("keeps the starts apart by a second's share", async () => {
		const { start, waits } = timed(10);
		await Promise.all(Array.from({ length: 5 }, start));
		expect(waits).toEqual([0, 100, 200, 300, 400]);
	});

	test('lets nobody wait while nothing is to be waited for', async () => {
		const { clock } = timed(10);
		const limiter = RateLimiter.of(`http://limited-${servers - 1}.test`);
		const limits = { concurrency: 10, requestsPerSecond: 10 };
		for (let count = 0; count < 3; count++) {
			await limiter.run(limits, never, undefined, async () => undefined);
			clock.now += 100;
		}
	});

	test('holds for who sets one, also after the requests of somebody without', async () => {
		const { start, waits } = timed(10);
		const limiter = RateLimiter.of(`http://limited-${servers - 1}.test`);
		await limiter.run({ concurrency: 10 }, never, undefined, async () => undefined);
		await start();
		await limiter.run({ concurrency: 10 }, never, undefined, async () => undefined);
		await start();
		expect(waits).toEqual([0, 100]);
	});

	test('saves no time up that was not used', async () => {
		const { clock, start, waits } = timed(10);
		await start();
		clock.now += 5_000;
		await Promise.all([start(), start()]);
		clock.now += 50;
		await start();
		expect(waits).toEqual([0, 0, 100, 50]);
	});

	test('does not do the work of who is canceled while waiting', async () => {
		const { start } = timed(1);
		await start();
		const limiter = RateLimiter.of(`http://limited-${servers - 1}.test`);
		const cancel = new AbortController();
		const work = jest.fn();
		const sleep = async () => await Promise.resolve(cancel.abort(new Error('canceled')));
		await expect(limiter.run({ concurrency: 10, requestsPerSecond: 1 }, sleep, cancel.signal, work)).rejects.toThrow(
			'canceled',
		);
		expect(work).not.toHaveBeenCalled();
	});

	/** A sleep that ends when the clock of the test has come so far, or when the signal fires. */
	function alarms(clock: { now: number }) {
		const waiting: Array<{ readonly until: number; readonly wake: () => void }> = [];
		return {
			sleep: async (milliseconds: number, signal?: AbortSignal) =>
				await new Promise<void>((resolve, reject) => {
					waiting.push({ until: clock.now + milliseconds, wake: resolve });
					signal?.addEventListener('abort', () => reject(signal.reason as Error));
				}),
			advance: async (milliseconds: number) => {
				clock.now += milliseconds;
				for (const { until, wake } of waiting) if (until <= clock.now) wake();
				await settled();
			},
		};
	}

	test('holds up nobody who has none', async () => {
		const { clock } = timed(10);
		const { sleep, advance } = alarms(clock);
		const limiter = RateLimiter.of(`http://limited-${servers - 1}.test`);
		const started: string[] = [];
		const begin = (name: string, limits: Limits) =>
			void limiter.run(limits, sleep, undefined, async () => void started.push(name));
		for (const name of ['a', 'b', 'c', 'd']) begin(name, { concurrency: 2, requestsPerSecond: 1 });
		for (const name of ['x', 'y', 'z']) begin(name, { concurrency: 1 });
		await settled();
		expect(started).toEqual(['a', 'x', 'y', 'z']);
		for (const name of ['b', 'c', 'd']) {
			await advance(999);
			expect(started).not.toContain(name);
			await advance(1);
			expect(started.at(-1)).toBe(name);
		}
	});

	test('keeps its place in the queue for who waited for the turn', async () => {
		const { clock } = timed(10);
		const { sleep, advance } = alarms(clock);
		const name = `http://limited-${servers - 1}.test`;
		const limiter = RateLimiter.of(name);
		const started: string[] = [];
		let end = () => {};
		const begin = (who: string, limits: Limits) =>
			void limiter.run(limits, sleep, undefined, async () => {
				started.push(who);
				if (who === 'long') await new Promise<void>((resolve) => (end = resolve));
			});
		begin('first', { concurrency: 1, requestsPerSecond: 1 });
		await settled();
		begin('second', { concurrency: 1, requestsPerSecond: 1 });
		begin('long', { concurrency: 1 });
		begin('last', { concurrency: 1 });
		await advance(5000);
		expect(started).toEqual(['first', 'long']);
		end();
		await settled();
		expect(started).toEqual(['first', 'long', 'second', 'last']);
	});

	test('gives the turns of who is canceled to the next one', async () => {
		const { clock } = timed(10);
		const { sleep, advance } = alarms(clock);
		const limiter = RateLimiter.of(`http://limited-${servers - 1}.test`);
		const limits = { concurrency: 5, requestsPerSecond: 1 };
		const cancel = new AbortController();
		await limiter.run(limits, sleep, undefined, async () => undefined);
		const canceled = Array.from({ length: 58 }, () =>
			limiter.run(limits, sleep, cancel.signal, async () => 'done').catch(() => 'canceled'),
		);
		let isStarted = false;
		const next = limiter.run(limits, sleep, undefined, async () => (isStarted = true));
		await advance(400);
		cancel.abort(new Error('canceled'));
		expect(new Set(await Promise.all(canceled))).toEqual(new Set(['canceled']));
		await advance(599);
		expect(isStarted).toBe(false);
		await advance(1);
		await next;
	});
});
