/** How much may be asked of one server. */
export interface Limits {
	/** Requests under way at the same time. */
	readonly concurrency: number;
	/** Requests begun in a second; without it, as fast as they end. */
	readonly requestsPerSecond?: number | undefined;
}

export type Sleep = (milliseconds: number, signal?: AbortSignal) => Promise<void>;

interface Waiting {
	readonly concurrency: number;
	readonly turn: Turn | undefined;
	readonly enter: () => void;
}

/** What a request with a limit by the second waits for. */
interface Turn {
	/** Milliseconds to the next start. */
	readonly share: number;
	/** Ends early when its request is canceled. */
	readonly sleep: (milliseconds: number) => Promise<void>;
}

const LIMITERS = new Map<string, RateLimiter>();

/**
 * Bounds the requests to one server over all nodes and executions of this n8n process. First come, first served: who wants the
 * server for few requests at once is not overtaken for ever by those who allow many. Only who waits for a turn by the second is
 * overtaken: it takes its place, and its turn, when it starts, so that waiting and leaving hold up nobody.
 */
export class RateLimiter {
	private running = 0;
	private nextTurn = 0;
	private isWaitingForTurn = false;
	private readonly queue: Waiting[] = [];

	static of(baseUrl: string): RateLimiter {
		const limiter = LIMITERS.get(baseUrl) ?? new RateLimiter();
		LIMITERS.set(baseUrl, limiter);
		return limiter;
	}

	/** Runs the work as soon as the server may be asked. @throws what `signal` was aborted with, without running it. */
	async run<Value>(
		{ concurrency, requestsPerSecond }: Limits,
		sleep: Sleep,
		signal: AbortSignal | undefined,
		work: () => Promise<Value>,
	): Promise<Value> {
		const turn = requestsPerSecond === undefined ? undefined : turnOf(requestsPerSecond, sleep, signal);
		await this.enter(concurrency, turn, signal);
		try {
			signal?.throwIfAborted();
			return await work();
		} finally {
			this.running--;
			this.startNext();
		}
	}

	private async enter(concurrency: number, turn: Turn | undefined, signal: AbortSignal | undefined): Promise<void> {
		signal?.throwIfAborted();
		await new Promise<void>((resolve, reject) => {
			const leave = () => {
				this.queue.splice(this.queue.indexOf(waiting), 1);
				this.startNext();
				reject(signal?.reason as Error);
			};
			const waiting: Waiting = {
				concurrency,
				turn,
				enter: () => {
					signal?.removeEventListener('abort', leave);
					resolve();
				},
			};
			signal?.addEventListener('abort', leave);
			this.queue.push(waiting);
			this.startNext();
		});
	}

	private startNext(): void {
		for (let index = 0; index < this.queue.length; ) {
			const waiting = this.queue[index];
			if (waiting === undefined) break;
			if (waiting.turn !== undefined && Date.now() < this.nextTurn) {
				index++;
				continue;
			}
			if (this.running >= waiting.concurrency) break;
			this.queue.splice(index, 1);
			this.running++;
			// Starts are apart by at least a second's share, whoever wants them.
			if (waiting.turn !== undefined) this.nextTurn = Date.now() + waiting.turn.share;
			waiting.enter();
		}
		this.waitForTurn();
	}

	/** The first in the queue with a limit by the second waits for all of them. */
	private waitForTurn(): void {
		const milliseconds = Math.ceil(this.nextTurn - Date.now());
		const turn = this.queue.find((waiting) => waiting.turn !== undefined)?.turn;
		if (turn === undefined || milliseconds <= 0 || this.isWaitingForTurn) return;
		this.isWaitingForTurn = true;
		const goOn = () => {
			this.isWaitingForTurn = false;
			this.startNext();
		};
		turn.sleep(milliseconds).then(goOn, goOn);
	}
}

function turnOf(requestsPerSecond: number, sleep: Sleep, signal: AbortSignal | undefined): Turn {
	return { share: 1000 / requestsPerSecond, sleep: async (milliseconds) => await sleep(milliseconds, signal) };
}
