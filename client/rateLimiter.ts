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
	readonly enter: () => void;
}

const LIMITERS = new Map<string, RateLimiter>();

/**
 * Bounds the requests to one server over all nodes and executions of this n8n process. Strictly first come, first served: who
 * wants the server for few requests at once is not overtaken for ever by those who allow many.
 */
export class RateLimiter {
	private running = 0;
	private nextStart = 0;
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
		await this.enter(concurrency, signal);
		try {
			if (requestsPerSecond !== undefined) await this.waitForTurn(requestsPerSecond, sleep, signal);
			signal?.throwIfAborted();
			return await work();
		} finally {
			this.running--;
			this.startNext();
		}
	}

	private async enter(concurrency: number, signal: AbortSignal | undefined): Promise<void> {
		signal?.throwIfAborted();
		await new Promise<void>((resolve, reject) => {
			const leave = () => {
				this.queue.splice(this.queue.indexOf(waiting), 1);
				this.startNext();
				reject(signal?.reason as Error);
			};
			const waiting: Waiting = {
				concurrency,
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
		for (let first = this.queue[0]; first !== undefined && this.running < first.concurrency; first = this.queue[0]) {
			this.queue.shift();
			this.running++;
			first.enter();
		}
	}

	/** Starts are apart by at least a second's share, whoever wants them. */
	private async waitForTurn(requestsPerSecond: number, sleep: Sleep, signal: AbortSignal | undefined): Promise<void> {
		const now = Date.now();
		const start = Math.max(now, this.nextStart);
		this.nextStart = start + 1000 / requestsPerSecond;
		if (start > now) await sleep(start - now, signal);
	}
}
