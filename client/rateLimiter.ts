/** How much may be asked of one server. */
export interface Limits {
	/** Requests under way at the same time. */
	readonly concurrency: number;
	/** Requests begun in a second; without it, as fast as they end. */
	readonly perSecond?: number;
}

export type Sleep = (milliseconds: number, signal?: AbortSignal) => Promise<void>;

interface Waiting {
	readonly concurrency: number;
	readonly enter: () => void;
}

const GATES = new Map<string, RateLimiter>();

/**
 * Bounds the requests to one server over all nodes and executions of this n8n process. Strictly first come, first served: who
 * wants the server for few requests at once is not overtaken for ever by those who allow many.
 */
export class RateLimiter {
	private underWay = 0;
	private nextStart = 0;
	private readonly queue: Waiting[] = [];

	static of(baseUrl: string): RateLimiter {
		const gate = GATES.get(baseUrl) ?? new RateLimiter();
		GATES.set(baseUrl, gate);
		return gate;
	}

	/** Runs the work as soon as the server may be asked. @throws what `signal` was aborted with, without running it. */
	async pass<Value>(
		{ concurrency, perSecond }: Limits,
		sleep: Sleep,
		signal: AbortSignal | undefined,
		work: () => Promise<Value>,
	): Promise<Value> {
		await this.enter(concurrency, signal);
		try {
			if (perSecond !== undefined) await this.takeTurn(perSecond, sleep, signal);
			signal?.throwIfAborted();
			return await work();
		} finally {
			this.underWay--;
			this.admit();
		}
	}

	private async enter(concurrency: number, signal: AbortSignal | undefined): Promise<void> {
		signal?.throwIfAborted();
		await new Promise<void>((resolve, reject) => {
			const leave = () => {
				this.queue.splice(this.queue.indexOf(waiting), 1);
				this.admit();
				reject(signal?.reason as Error);
			};
			const waiting: Waiting = {
				concurrency,
				enter: () => {
					signal?.removeEventListener('abort', leave);
					resolve();
				},
			};
			signal?.addEventListener('abort', leave, { once: true });
			this.queue.push(waiting);
			this.admit();
		});
	}

	private admit(): void {
		for (let first = this.queue[0]; first !== undefined && this.underWay < first.concurrency; first = this.queue[0]) {
			this.queue.shift();
			this.underWay++;
			first.enter();
		}
	}

	/** Starts are apart by at least a second's share, whoever wants them. */
	private async takeTurn(perSecond: number, sleep: Sleep, signal: AbortSignal | undefined): Promise<void> {
		const now = Date.now();
		const start = Math.max(now, this.nextStart);
		this.nextStart = start + 1000 / perSecond;
		if (start > now) await sleep(start - now, signal);
	}
}
