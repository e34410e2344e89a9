import {
	adaptiveLimiter,
	fixedLimiter,
	simulate,
	type Outcome,
	type SimulatedRequest,
	type SimulatedServer,
} from './simulatedServer';

/** The clock of the simulation begins here. */
const BEGIN = 1_000_000;

/** Each request more helps until so many are under way; then each one more makes all of them slower. */
const fastestWith =
	(peak: number, loss: number) =>
	(atOnce: number): number =>
		atOnce <= peak ? atOnce : peak * (peak / atOnce) ** loss;

const refusingAbove = (most: number, retryAfter: number): SimulatedServer => ({
	speed: (atOnce) => atOnce,
	latency: 2,
	refuses: (atOnce) => (atOnce >= most ? { retryAfter } : undefined),
});

/** Answers 503 to everybody for a while, as when it is started anew. */
const awayForAWhile: SimulatedServer = {
	speed: fastestWith(8, 0.3),
	latency: 2,
	refuses: (_, now) => (now > BEGIN + 3_000 && now < BEGIN + 9_000 ? { retryAfter: 0 } : undefined),
};

/** A quarter as fast, and fastest with 4 instead of 16, from the fourth second to the fifteenth. */
const slowInTheMiddle: SimulatedServer = {
	speed: (atOnce, now) => {
		const isSlow = now > BEGIN + 4_000 && now < BEGIN + 15_000;
		return isSlow ? 0.5 * fastestWith(4, 0.5)(atOnce) : fastestWith(16, 0.5)(atOnce);
	},
	latency: 2,
};

const SERVERS: Readonly<Record<string, SimulatedServer>> = {
	'is fastest with 4': { speed: fastestWith(4, 0.6), latency: 2 },
	'is fastest with 4 and breaks down with more': { speed: fastestWith(4, 1.5), latency: 2 },
	'is fastest with 16': { speed: fastestWith(16, 0.5), latency: 2 },
	'does one thing at a time, so that the latency is the load': { speed: () => 1, latency: 10 },
	'has ten places and lets the others wait': { speed: fastestWith(10, 0), latency: 2 },
	'has no limit': { speed: (atOnce) => atOnce, latency: 5 },
	'slows down in the middle and recovers': slowInTheMiddle,
	'answers 429 to more than 4': refusingAbove(4, 0),
	'answers 429 to more than 12': refusingAbove(12, 0),
	'answers 429 to more than 12, and wants to be left alone for a second': refusingAbove(12, 1_000),
	'answers 503 for some seconds': awayForAWhile,
};

/** The same, whose equal requests differ: by a half in time, as a rule. */
const VARYING_SERVERS = ['is fastest with 4', 'is fastest with 16', 'has ten places and lets the others wait'].map(
	(name) => [name, { ...SERVERS[name]!, shape: 4 }] as const,
);

/** The oracle: every number that can be set by hand. */
const NUMBERS = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32];
const MANY = 2_500;

const uploads = (count: number): SimulatedRequest[] =>
	Array.from({ length: count }, () => ({ kind: 'POST file', work: 50 }));

/** Milliseconds that a number costs at most that was tried and refused: the last one that was refused waits for its second try. */
const WAITS: Readonly<Record<string, number>> = {
	'answers 429 to more than 12': 750,
	'answers 429 to more than 12, and wants to be left alone for a second': 1_000,
};

async function timeOf(server: SimulatedServer, requests: readonly SimulatedRequest[], atOnce?: number) {
	const { time } = await simulate(server, [requests], atOnce === undefined ? adaptiveLimiter() : fixedLimiter(atOnce));
	return time;
}

async function bestTimeOf(server: SimulatedServer, requests: readonly SimulatedRequest[]): Promise<number> {
	const times: number[] = [];
	for (const number of NUMBERS) times.push(await timeOf(server, requests, number));
	return Math.min(...times);
}

describe('How many requests at once a server is fastest with is found out', () => {
	test.each(Object.entries(SERVERS))(
		'where it %s',
		async (name, server) => {
			const own = (await timeOf(server, uploads(MANY))) - (WAITS[name] ?? 0);
			expect((await bestTimeOf(server, uploads(MANY))) / own).toBeGreaterThan(0.9);
		},
		120_000,
	);

	test.each(VARYING_SERVERS)(
		'where it %s, and equal requests take different times',
		async (_, server) => {
			const own = await timeOf(server, uploads(MANY));
			expect((await bestTimeOf(server, uploads(MANY))) / own).toBeGreaterThan(0.83);
		},
		120_000,
	);

	test('among large uploads and small questions, which are not compared with each other', async () => {
		const server = SERVERS['is fastest with 16']!;
		const mixed = uploads(MANY).map((_, index) =>
			index % 5 === 0 ? { kind: 'POST large file', work: 400 } : { kind: 'GET task', work: 8 + (index % 7) },
		);
		const own = await timeOf(server, mixed);
		expect((await bestTimeOf(server, mixed)) / own).toBeGreaterThan(0.9);
	}, 120_000);
});

describe('It is not slower than the six at once that every server got before', () => {
	test.each(Object.entries(SERVERS))('where it %s, for thousands of requests', async (_, server) => {
		const own = await timeOf(server, uploads(MANY));
		expect((await timeOf(server, uploads(MANY), 6)) / own).toBeGreaterThan(0.97);
	});

	test.each(Object.entries(SERVERS))('where it %s, for a few', async (name, server) => {
		for (const count of [3, 10, 20, 50, 100]) {
			const own = await timeOf(server, uploads(count));
			const six = (await timeOf(server, uploads(count), 6)) + (WAITS[name] ?? 0);
			expect(six / own).toBeGreaterThan(0.9);
		}
	});

	test('while long exports take their places', async () => {
		const server = SERVERS['is fastest with 16']!;
		const exports = Array.from({ length: 4 }, () => ({ kind: 'GET export', work: 10_000 }));
		const together = [exports, uploads(MANY)];
		const own = await simulate(server, together, adaptiveLimiter());
		const six = await simulate(server, together, fixedLimiter(6));
		expect(six.time / own.time).toBeGreaterThan(1.5);
	});
});

describe('Twenty executions at once', () => {
	const shares = ({ doneAtHalf }: Outcome, wanted: readonly number[]) =>
		doneAtHalf.map((done, index) => done / (wanted[index] ?? NaN));

	test.each([
		['is fastest with 4', SERVERS['is fastest with 4']!],
		['is fastest with 16', SERVERS['is fastest with 16']!],
		['answers 429 to more than 12', SERVERS['answers 429 to more than 12']!],
	])('share a server that %s', async (_, server) => {
		const executions = Array.from({ length: 20 }, () => uploads(150));
		const all = await simulate(server, executions, adaptiveLimiter());
		for (const share of shares(all, Array<number>(20).fill(75))) {
			expect(share).toBeGreaterThan(0.5);
			expect(share).toBeLessThan(2);
		}
	});

	test('are not held up by one of them that has asked for everything before', async () => {
		const executions = [uploads(4_000), ...Array.from({ length: 19 }, () => uploads(20))];
		const { doneAtHalf } = await simulate(SERVERS['is fastest with 16']!, executions, adaptiveLimiter());
		expect(doneAtHalf.slice(1)).toEqual(Array(19).fill(20));
	});
});

test('A number set by hand is an upper bound', async () => {
	for (const bound of [1, 3, 9]) {
		const { mostAtOnce } = await simulate(SERVERS['has no limit']!, [uploads(500)], adaptiveLimiter(bound));
		expect(mostAtOnce).toBe(bound);
	}
});

test('A server that refuses is asked less and less, down to one at a time', async () => {
	const { limits, refused } = await simulate(refusingAbove(1, 0), [uploads(300)], adaptiveLimiter());
	expect(limits.at(-1)).toBeLessThanOrEqual(2);
	expect(refused).toBeLessThan(60);
});
