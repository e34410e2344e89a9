import * as fc from 'fast-check';
import { IDEMPOTENT } from '@datagym/client/idempotency';
import { retry } from '@datagym/client/retry';
import { wireNothing } from '@datagym/client/wire/answers';
import { failure, fakeServer, OK, type Reply } from './fakeServer';

const GET = { method: 'GET', path: 'thing' } as const;

afterEach(() => jest.restoreAllMocks());

/** The waits after a server that always answers so. */
async function waitsAfter(reply: Reply, retryFor: number): Promise<number[]> {
	const { transport, waits } = fakeServer([reply], { retryFor });
	await failure(transport.json(GET, wireNothing));
	return waits;
}

describe('The time to the next try', () => {
	/** Half a second at first, twice as long each time, and no more than 15 seconds; each with a jitter of 0.5 to 1.5. */
	const mean = (retries: number) => 500 * 2 ** retries;

	test.each([
		['with the least jitter', 0, (retries: number) => Math.min(15_000, mean(retries) * 0.5)],
		['without jitter', 0.5, (retries: number) => Math.min(15_000, mean(retries))],
		['with the most jitter', 0.999999, (retries: number) => Math.min(15_000, mean(retries) * 1.5)],
	])('doubles from half a second to 15 seconds, %s', async (_how, random, expected) => {
		jest.spyOn(Math, 'random').mockReturnValue(random);
		const waits = await waitsAfter({ status: 503 }, 120_000);
		expect(waits.length).toBeGreaterThan(6);
		waits.forEach((wait, retries) => expect(wait).toBeCloseTo(expected(retries), -1));
		expect(Math.max(...waits)).toBe(15_000);
	});

	test.each<Reply>([{ status: 408 }, { status: 504 }, { code: 'ETIMEDOUT' }, { code: 'ECONNABORTED' }])(
		'is at least 5 seconds after %j: a server that was too slow may still be at work',
		async (reply) => {
			jest.spyOn(Math, 'random').mockReturnValue(0);
			const waits = await waitsAfter(reply, 60_000);
			expect(waits.length).toBeGreaterThan(4);
			expect(Math.min(...waits)).toBe(5_000);
		},
	);

	test.each<Reply>([
		{ status: 429 },
		{ status: 502 },
		{ status: 503 },
		{ code: 'ECONNRESET' },
		{ code: 'ECONNREFUSED' },
	])('is short after %j, which no slow server gives', async (reply) => {
		jest.spyOn(Math, 'random').mockReturnValue(0.5);
		expect((await waitsAfter(reply, 60_000))[0]).toBe(500);
	});

	test('is what the server asks for', async () => {
		const { transport, waits } = fakeServer([{ status: 429, headers: { 'retry-after': '7' } }, OK]);
		await transport.json(GET, wireNothing);
		expect(waits).toEqual([7_000]);
	});

	test('is what the server asks for by a date', async () => {
		const headers = { 'retry-after': 'Wed, 01 May 2024 12:00:09 GMT' };
		const { transport, waits } = fakeServer([{ status: 503, headers }, OK]);
		await transport.json(GET, wireNothing);
		expect(waits).toEqual([9_000]);
	});

	test('is never shorter than the usual one, whatever the server asks for', async () => {
		const asked = fc.oneof(
			fc.double({ min: -10, max: 40, noNaN: true }).map(String),
			fc.integer({ min: -100, max: 40 }).map(String),
			fc.string(),
			fc
				.date({ noInvalidDate: true, max: new Date(Date.UTC(2024, 4, 1, 12, 0, 40)) })
				.map((date) => date.toUTCString()),
		);
		await fc.assert(
			fc.asyncProperty(asked, fc.constantFrom(429, 503), async (text, status) => {
				jest.spyOn(Math, 'random').mockReturnValue(0);
				const waits = await waitsAfter({ status, headers: { 'retry-after': text } }, 90_000);
				waits.forEach((wait, retries) => expect(wait).toBeGreaterThanOrEqual(Math.min(15_000, mean(retries) * 0.5)));
				expect(waits.length).toBeLessThan(15);
			}),
		);
	});

	test('is at least 5 seconds after a slow answer, whatever the server asks for', async () => {
		const { transport, waits } = fakeServer([{ status: 504, headers: { 'retry-after': '1' } }, OK]);
		await transport.json(GET, wireNothing);
		expect(waits).toEqual([5_000]);
	});

	test.each(['soon', '', '0', '-3', 'Wed, 01 May 2024 11:00:00 GMT'])(
		'is the usual one if the server asks for "%s"',
		async (text) => {
			jest.spyOn(Math, 'random').mockReturnValue(0.5);
			const { transport, waits } = fakeServer([{ status: 503, headers: { 'retry-after': text } }, OK]);
			await transport.json(GET, wireNothing);
			expect(waits).toEqual([500]);
		},
	);
});

describe('The time for all tries', () => {
	test('lets the waits grow, and ends them', async () => {
		const waits = await waitsAfter({ status: 503 }, 10_000);
		expect(waits.length).toBeGreaterThan(2);
		expect(Math.max(...waits)).toBeLessThanOrEqual(10_000);
		waits.forEach((wait, index) => {
			expect(wait).toBeGreaterThanOrEqual(250 * 2 ** index);
			expect(wait).toBeLessThanOrEqual(750 * 2 ** index);
		});
	});

	test('is not waited for when the server wants more than there is', async () => {
		const { transport, requests } = fakeServer([{ status: 429, headers: { 'retry-after': '61' } }, OK]);
		expect((await failure(transport.json(GET, wireNothing))).status).toBe(429);
		expect(requests).toHaveLength(1);
	});

	test('can be none', async () => {
		const { transport, requests } = fakeServer([{ code: 'ECONNREFUSED' }, OK], { retryFor: 0 });
		await failure(transport.json(GET, wireNothing));
		expect(requests).toHaveLength(1);
	});

	const total = (waits: readonly number[]) => waits.reduce((sum, wait) => sum + wait, 0);

	test('is never exceeded, and used but for one more wait', async () => {
		const replies = fc.constantFrom<Reply>({ status: 503 }, { status: 504 }, { code: 'ECONNRESET' });
		await fc.assert(
			fc.asyncProperty(replies, fc.integer({ min: 0, max: 200_000 }), async (reply, retryFor) => {
				const used = total(await waitsAfter(reply, retryFor));
				expect(used).toBeLessThanOrEqual(retryFor);
				expect(used).toBeGreaterThanOrEqual(retryFor - 15_000);
			}),
			{ numRuns: 100 },
		);
	});

	test('counts from the first failure, also what the tries themselves take', async () => {
		jest.spyOn(Math, 'random').mockReturnValue(0.5);
		const server = fakeServer(
			() => {
				server.clock.now += 4_000;
				return { status: 503 };
			},
			{ retryFor: 10_000 },
		);
		await failure(server.transport.json(GET, wireNothing));
		// Failures 0, 4.5, 9.5 seconds after the first one; the next try would begin at 11.5.
		expect(server.waits).toEqual([500, 1_000]);
	});

	test('may be used to its very end', async () => {
		const { transport, waits } = fakeServer([{ status: 503, headers: { 'retry-after': '10' } }, OK], {
			retryFor: 10_000,
		});
		await transport.json(GET, wireNothing);
		expect(waits).toEqual([10_000]);
	});

	test('begins anew with each request', async () => {
		const busy: Reply = { status: 503, headers: { 'retry-after': '8' } };
		const { transport, waits } = fakeServer([busy, OK, busy, OK], { retryFor: 10_000 });
		await transport.json(GET, wireNothing);
		await transport.json(GET, wireNothing);
		expect(waits).toEqual([8_000, 8_000]);
	});
});

describe('Two retries are enough', () => {
	const LOGIN: Reply = { body: '{"ok":' };

	test('for an answer that cannot be read', async () => {
		const { transport, requests } = fakeServer([LOGIN]);
		await failure(transport.json(GET, wireNothing));
		expect(requests).toHaveLength(3);
	});

	test('for a person, as long as the server has never answered', async () => {
		const { transport, requests } = fakeServer([{ code: 'ECONNREFUSED' }], { isUnattended: false });
		await failure(transport.json(GET, wireNothing));
		expect(requests).toHaveLength(3);
	});

	test.each<Reply>([OK, { status: 404, body: '{"key":"ex_notfound"}' }])(
		'no longer once the server has answered (%j)',
		async (answer) => {
			const { transport, requests } = fakeServer([answer, { code: 'ECONNREFUSED' }], { isUnattended: false });
			await transport.json(GET, wireNothing).catch(() => undefined);
			await failure(transport.json(GET, wireNothing));
			expect(requests.length).toBeGreaterThan(5);
		},
	);

	test('still if only what stands before the server has answered', async () => {
		const { transport, requests } = fakeServer([{ status: 503, body: '<html>' }], { isUnattended: false });
		await failure(transport.json(GET, wireNothing));
		expect(requests).toHaveLength(3);
	});
});

test('An error that is none of DataGym comes out as it is, and is not tried again', async () => {
	const error = new RangeError('a bug');
	const attempt = jest.fn(async () => await Promise.reject(error));
	const work = retry(attempt, {
		idempotency: IDEMPOTENT,
		isReadOnly: true,
		delayAfter: () => 0,
		sleep: async () => undefined,
		startedAt: () => undefined,
	});
	await expect(work).rejects.toBe(error);
	expect(attempt).toHaveBeenCalledTimes(1);
});
