import { AdaptiveLimit, type Ending } from './adaptiveLimit';
import { FairQueue } from './fairQueue';

/** How much may be asked of one server. */
export interface Limits {
	/** Requests under way at the same time, at most: fewer where the server is faster with fewer. */
	readonly concurrency: number;
	/** Requests begun in a second; without it, as fast as they end. */
	readonly requestsPerSecond?: number | undefined;
}

/** Who asks for what. */
export interface Asker {
	/** An execution, among which the places are divided. */
	readonly owner: object;
	/** What requests that take equally long have in common. */
	readonly kind: string;
	/** What an error says of the server. */
	readonly endingOf: (error: unknown) => Exclude<Ending, 'done'>;
}

export type Sleep = (milliseconds: number, signal?: AbortSignal) => Promise<void>;

interface Waiting extends Asker {
	readonly concurrency: number;
	readonly turn: Turn | undefined;
	readonly enter: () => void;
	/** How many others have started while this one was kept waiting by its own limit. */
	overtaken: number;
}

/** What a request with a limit by the second waits for. */
interface Turn {
	/** Milliseconds to the next start. */
	readonly share: number;
	/** Ends early when its request is canceled. */
	readonly sleep: (milliseconds: number) => Promise<void>;
}

const LIMITERS = new Map<string, RateLimiter>();

/** For those who do not say who they are. */
const ANYBODY: Asker = { owner: {}, kind: '', endingOf: () => 'failed' };

/**
 * Bounds the requests to one server over all nodes and executions of this n8n process, to as many as it answers fastest, and
 * divides them fairly. Within an execution: first come, first served. Who wants the server for few requests at once is overtaken by
 * no more requests of other executions than there are places. Only who waits for a turn by the second is
 * overtaken: it takes its place, and its turn, when it starts, so that waiting and leaving hold up nobody.
 */
export class RateLimiter {
	private readonly adaptive = new AdaptiveLimit();
	private running = 0;
	private nextTurn = 0;
	private isWaitingForTurn = false;
	private readonly queue = new FairQueue<Waiting>();

	static of(baseUrl: string): RateLimiter {
		const limiter = LIMITERS.get(baseUrl) ?? new RateLimiter();
		LIMITERS.set(baseUrl, limiter);
		return limiter;
	}

	/** Requests that may be under way at once, at present. */
	get limit(): number {
		return this.adaptive.limit;
	}

	/** Runs the work as soon as the server may be asked. @throws what `signal` was aborted with, without running it. */
	async run<Value>(
		{ concurrency, requestsPerSecond }: Limits,
		sleep: Sleep,
		signal: AbortSignal | undefined,
		work: () => Promise<Value>,
		asker: Asker = ANYBODY,
	): Promise<Value> {
		const turn = requestsPerSecond === undefined ? undefined : turnOf(requestsPerSecond, sleep, signal);
		await this.enter(concurrency, turn, signal, asker);
		const ticket = this.adaptive.begin(asker.kind, Date.now());
		let ending: Ending = 'failed';
		try {
			signal?.throwIfAborted();
			return await work().then(
				(value) => {
					ending = 'done';
					return value;
				},
				(error: unknown) => {
					ending = asker.endingOf(error);
					throw error;
				},
			);
		} finally {
			this.adaptive.end(ticket, ending, Date.now());
			this.running--;
			this.queue.end(asker.owner);
			this.startNext();
		}
	}

	private async enter(
		concurrency: number,
		turn: Turn | undefined,
		signal: AbortSignal | undefined,
		asker: Asker,
	): Promise<void> {
		signal?.throwIfAborted();
		await new Promise<void>((resolve, reject) => {
			const leave = () => {
				this.queue.remove(asker.owner, waiting);
				this.startNext();
				reject(signal?.reason as Error);
			};
			const waiting: Waiting = {
				...asker,
				concurrency,
				turn,
				overtaken: 0,
				enter: () => {
					signal?.removeEventListener('abort', leave);
					resolve();
				},
			};
			signal?.addEventListener('abort', leave);
			this.queue.add(asker.owner, waiting);
			this.startNext();
		});
	}

	private startNext(): void {
		while (this.startOne());
		this.waitForTurn();
	}

	/** @returns whether there was one that may start. */
	private startOne(): boolean {
		const { limit } = this.adaptive;
		if (this.running >= limit || this.queue.length === 0) return false;
		const now = Date.now();
		const overtaken: Waiting[] = [];
		for (const { owner, head } of this.queue.heads(({ turn }) => turn === undefined || now >= this.nextTurn)) {
			if (this.running >= head.concurrency) {
				if (head.overtaken >= limit) return false;
				overtaken.push(head);
				continue;
			}
			this.queue.start(owner, head);
			this.running++;
			for (const each of overtaken) each.overtaken++;
			// Starts are apart by at least a second's share, whoever wants them.
			if (head.turn !== undefined) this.nextTurn = now + head.turn.share;
			head.enter();
			return true;
		}
		return false;
	}

	/** The first in the queue with a limit by the second waits for all of them. */
	private waitForTurn(): void {
		const milliseconds = Math.ceil(this.nextTurn - Date.now());
		if (milliseconds <= 0 || this.isWaitingForTurn) return;
		const turn = this.queue.find((waiting) => waiting.turn !== undefined)?.turn;
		if (turn === undefined) return;
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
