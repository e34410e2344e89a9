import { RateLimiter } from '@datagym/client/rateLimiter';

/** A server as queueing theory has it: all requests under way share what it can do, and that depends on how many they are. */
export interface SimulatedServer {
	/** Milliseconds of work that are done in a millisecond, for so many requests at once. */
	readonly speed: (atOnce: number, now: number) => number;
	/** Whether another request is refused, as with 429 or 503; if so, after how many milliseconds it may come again. */
	readonly refuses?: (atOnce: number, now: number) => { readonly retryAfter: number } | undefined;
	/** Milliseconds that each request is under way besides. */
	readonly latency: number;
	/** If the work of equal requests differs: an Erlang distribution of this shape, 1 for an exponential one. */
	readonly shape?: number;
}

export interface SimulatedRequest {
	readonly kind: string;
	/** Milliseconds of work. */
	readonly work: number;
}

export interface Outcome {
	/** Milliseconds until everything was done. */
	readonly time: number;
	/** Of each execution, how many of its requests were done when half of all were. */
	readonly doneAtHalf: readonly number[];
	readonly refused: number;
	/** How many the server had at once, at most. */
	readonly mostAtOnce: number;
	/** The limit, at each request that was done. */
	readonly limits: readonly number[];
}

/** Lets requests through, so many at once. */
export interface Limiter {
	readonly limit: number;
	readonly run: (owner: object, kind: string, work: () => Promise<void>) => Promise<void>;
}

/** What a number set by hand does: so many at once, first come, first served. */
export function fixedLimiter(limit: number): Limiter {
	let running = 0;
	const waiting: Array<() => void> = [];
	const next = () => {
		if (running < limit && waiting.length > 0) {
			running++;
			waiting.shift()?.();
		}
	};
	return {
		limit,
		run: async (_owner, _kind, work) => {
			await new Promise<void>((resolve) => {
				waiting.push(resolve);
				next();
			});
			await work().finally(() => {
				running--;
				next();
			});
		},
	};
}

let servers = 0;

/** The one under test, as a process has it for a server. */
export function adaptiveLimiter(concurrency = 32): Limiter {
	const limiter = RateLimiter.of(`http://simulated-${servers++}.test`);
	const noSleep = async () => await Promise.reject(new Error('Nothing is waited for'));
	return {
		get limit() {
			return Math.min(concurrency, limiter.limit);
		},
		run: async (owner, kind, work) =>
			await limiter.run({ concurrency }, noSleep, undefined, work, { owner, kind, endingOf: () => 'overloaded' }),
	};
}

/** Numbers between 0 and 1, the same each time (Park and Miller's generator). */
function randomNumbers(seed: number): () => number {
	let state = seed;
	return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** Around 1. */
function varied(shape: number | undefined, random: () => number): number {
	if (shape === undefined) return 1;
	let sum = 0;
	for (let stage = 0; stage < shape; stage++) sum -= Math.log(1 - random());
	return sum / shape;
}

interface UnderWay {
	left: number;
	readonly arrives: number;
	readonly done: () => void;
}

/** Whatever can happen without time passing has happened. */
const settled = async () => await new Promise((resolve) => setImmediate(resolve));

/** Time of its own, in which the executions let a server work. */
class World {
	now = 1_000_000;
	private readonly underWay = new Set<UnderWay>();
	private readonly alarms: Array<{ readonly at: number; readonly ring: () => void }> = [];

	constructor(private readonly server: SimulatedServer) {}

	async sleep(milliseconds: number): Promise<void> {
		await new Promise<void>((ring) => this.alarms.push({ at: this.now + milliseconds, ring }));
	}

	get atOnce(): number {
		return this.underWay.size;
	}

	async serve(work: number): Promise<void> {
		await new Promise<void>((done) => this.underWay.add({ left: work, arrives: this.now + this.server.latency, done }));
	}

	/** Goes to the next moment at which something happens. @returns whether there is one. */
	step(): boolean {
		const working = [...this.underWay].filter(({ arrives }) => arrives <= this.now);
		const share = this.server.speed(Math.max(1, working.length), this.now) / Math.max(1, working.length);
		const moments = [
			...working.map(({ left }) => this.now + left / share),
			...[...this.underWay].flatMap(({ arrives }) => (arrives > this.now ? [arrives] : [])),
			...this.alarms.map(({ at }) => at),
		];
		if (moments.length === 0) return false;
		const passed = Math.min(...moments) - this.now;
		this.now += passed;
		for (const request of working) {
			request.left -= passed * share;
			if (request.left > 1e-6) continue;
			this.underWay.delete(request);
			request.done();
		}
		for (const alarm of this.alarms.filter(({ at }) => at <= this.now)) {
			this.alarms.splice(this.alarms.indexOf(alarm), 1);
			alarm.ring();
		}
		return true;
	}
}

/** Lets the executions send their requests, each preparing half as many more as may be under way, as the nodes do. */
export async function simulate(
	server: SimulatedServer,
	executions: ReadonlyArray<readonly SimulatedRequest[]>,
	limiter: Limiter,
	seed = 7,
): Promise<Outcome> {
	const world = new World(server);
	const random = randomNumbers(seed);
	const clock = jest.spyOn(Date, 'now').mockImplementation(() => world.now);
	const total = executions.reduce((sum, { length }) => sum + length, 0);
	const limits: number[] = [];
	const done = executions.map(() => 0);
	let refused = 0;
	let mostAtOnce = 0;
	let doneAtHalf: readonly number[] = [];
	const begin = world.now;

	const send = async (owner: object, { kind, work }: SimulatedRequest): Promise<void> => {
		for (let tries = 0; ; tries++) {
			let retryAfter = 0;
			const isDone = await limiter
				.run(owner, kind, async () => {
					const refusal = server.refuses?.(world.atOnce, world.now);
					mostAtOnce = Math.max(mostAtOnce, world.atOnce + (refusal === undefined ? 1 : 0));
					if (refusal === undefined) return await world.serve(work * varied(server.shape, random));
					await world.sleep(Math.max(1, server.latency));
					retryAfter = refusal.retryAfter;
					throw new Error('refused');
				})
				.then(
					() => true,
					() => false,
				);
			if (isDone) return;
			refused++;
			await world.sleep(Math.max(retryAfter, Math.min(15_000, 500 * 2 ** tries * (0.5 + random()))));
		}
	};
	const owners = executions.map((requests, index) => {
		const owner = {};
		let begun = 0;
		let next = 0;
		return () => {
			while (next < requests.length && begun < Math.ceil(1.5 * limiter.limit)) {
				begun++;
				void send(owner, requests[next++]!).then(() => {
					begun--;
					done[index]!++;
					limits.push(limiter.limit);
					if (limits.length === Math.ceil(total / 2)) doneAtHalf = [...done];
				});
			}
		};
	});
	while (limits.length < total) {
		for (const start of owners) start();
		await settled();
		if (limits.length < total && !world.step()) throw new Error('Everything waits for ever');
		await settled();
	}
	clock.mockRestore();
	return { time: world.now - begin, doneAtHalf, refused, mostAtOnce, limits };
}
