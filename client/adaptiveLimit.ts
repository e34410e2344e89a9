import { gainOf, HOME, levelAt, LEVELS, limitOf, overloadOf, windowOf, type Round, type Window } from './limitWindow';

/** A request that has begun. */
export interface Ticket {
	readonly kind: string;
	/** Milliseconds. */
	readonly begun: number;
	readonly window: Window;
}

/** `overloaded`: refused or lost as by a server that has too much to do. `failed`: says nothing of its speed. */
export type Ending = 'done' | 'overloaded' | 'failed';

/** What is known of two limits, the higher one against the lower: sums over the rounds in which they were compared. */
interface Evidence extends Round {
	rounds: number;
}

/** Another limit, compared with the present one in turn. */
interface Trial {
	readonly level: number;
	readonly evidence: Evidence;
	rounds: number;
}

/** Requests in a window, and for each place; twice as many where they differ so much that their mean is less exact than this. */
const [LEAST_REQUESTS, REQUESTS_A_PLACE, EXACT] = [12, 2, 0.1];
/** Of the places; who asks for less than is allowed shows nothing. */
const LEAST_TAKEN = 0.85;
/** As logarithms of the throughput: what a step away from home must gain, and one towards it may lose. */
const [LEAST_GAIN, MOST_LOSS] = [0.03, -0.02];
/** Standard errors by which a step must be sure, a small one away from home by more; rounds after which home is preferred. */
const [SURE, SURER, MOST_ROUNDS] = [1, 1.6, 4];
/** Levels in a step: at first, and at most. Each that is kept doubles the next, each that is not makes it one. */
const [FIRST_STRIDE, MOST_STRIDE] = [2, 4];
/** What earlier evidence still counts in the next trial of the same limits, since servers change. */
const REMEMBERED = 0.8;
/** Windows without a trial, at most. */
const MOST_REST = 8;
/** Of the answers in a window. */
const MOST_OVERLOADED = 0.25;
/** What remains of the limit then, and of one at which a server gets into trouble: it takes twice as long as a window before. */
const [STEP_BACK, STEP_OUT, IN_TROUBLE] = [0.7, 0.5, Math.log(2)];
/** Milliseconds without a request, after which what was learned counts no more. */
const FORGOTTEN_AFTER = 600_000;

/**
 * Finds how many requests at once a server answers fastest, by nothing but how long they take.
 *
 * As in Netflix's concurrency-limits (https://github.com/Netflix/concurrency-limits), the limit is a window as TCP has one: it
 * starts low, grows by a factor first and by steps later, shrinks by a factor when requests are refused, and is judged only while
 * it is used up. Its algorithms Vegas and Gradient2 keep a server's latency low, and take a large upload for a queue; wanted here
 * is the most work done. By Little's law that is the places over the latency: one limit is tried in turn with another, and kept
 * if `ln(places) - ln(latency)` is better by more than chance, the latencies compared kind by kind. A step away from home must
 * gain; one towards it must only not lose.
 */
export class AdaptiveLimit {
	private level = HOME;
	/** The present window; that of a trial if its level is another one. */
	private window = windowOf(HOME, 0);
	/** The last one at the present level. */
	private base: Window | undefined;
	private trial: Trial | undefined;
	/** By the lower and the higher level. */
	private readonly evidence = new Map<string, Evidence>();
	private direction: 1 | -1 = 1;
	private stride = FIRST_STRIDE;
	/** Trials in a row that were refused, windows without one that follow, and how many the next time. */
	private refusals = 0;
	private rest = 0;
	private nextRest = 1;
	private doneSinceStepBack = 1;
	private lastChange = 0;
	private readonly running = new Set<Ticket>();

	/** Requests that may be under way at once. */
	get limit(): number {
		return limitOf(this.window);
	}

	/**
	 * @param kind what requests that take equally long have in common.
	 * @param now milliseconds.
	 */
	begin(kind: string, now: number): Ticket {
		if (this.running.size === 0 && now - this.lastChange > FORGOTTEN_AFTER) this.settle(HOME, FIRST_STRIDE);
		this.pass(now);
		const ticket = { kind, begun: now, window: this.window };
		this.running.add(ticket);
		return ticket;
	}

	end(ticket: Ticket, ending: Ending, now: number): void {
		const { window } = this;
		this.pass(now);
		this.running.delete(ticket);
		if (ending === 'done') this.doneSinceStepBack++;
		if (ticket.window !== window || ending === 'failed') return;
		if (ending === 'overloaded') return this.onOverload();
		window.latencies.add(ticket.kind, now - ticket.begun);
		const { count, relativeError } = window.latencies;
		const least = Math.max(LEAST_REQUESTS, REQUESTS_A_PLACE * this.limit);
		if (window.level !== this.level && count === this.limit && this.isHopeless()) return this.refuse();
		if (count >= (relativeError > EXACT ? 2 * least : least)) this.judge();
	}

	private pass(now: number): void {
		this.window.taken += Math.min(this.running.size, this.limit) * (now - this.lastChange);
		this.lastChange = now;
	}

	/** A server that is away refuses also the last one: only what was taken since the last step back shows that fewer would help. */
	private onOverload(): void {
		const { window } = this;
		window.overloaded++;
		if (window.level > this.level) return this.refuse();
		if (window.overloaded < 2 || overloadOf(window) <= MOST_OVERLOADED || this.doneSinceStepBack === 0) return;
		this.doneSinceStepBack = 0;
		this.settle(levelAt(STEP_BACK * this.limit), 1);
	}

	private judge(): void {
		const { window, trial } = this;
		const isTrial = window.level !== this.level;
		const taken = window.taken / Math.max(1, this.lastChange - window.begun);
		const lasting = [...this.running].filter((ticket) => ticket.window !== window).length;
		window.places = Math.max(1, taken - lasting);
		if (taken < LEAST_TAKEN * this.limit) {
			if (isTrial) this.refuse();
			else this.measure(this.level);
		} else if (isTrial && trial !== undefined) this.judgeTrial(trial);
		else this.judgeBase();
	}

	private judgeBase(): void {
		const slowness = this.base && this.window.latencies.slownessAgainst(this.base.latencies);
		if (slowness !== undefined && this.level > HOME) {
			const isInTrouble = slowness.mean - SURER * Math.sqrt(slowness.variance) > IN_TROUBLE;
			if (isInTrouble) return this.settle(Math.max(HOME, levelAt(STEP_OUT * this.limit)), FIRST_STRIDE);
		}
		this.base = this.window;
		if (this.rest === 0) return this.tryNext();
		this.rest--;
		this.measure(this.level);
	}

	/** Goes on with the present trial or begins another one. */
	private tryNext(): void {
		const top = LEVELS.length - 1;
		if (this.level === top) this.direction = -1;
		if (this.level === 0) this.direction = 1;
		const next = Math.min(top, Math.max(0, this.level + this.direction * this.stride));
		this.trial ??= { level: next, rounds: 0, evidence: this.evidenceOf(next) };
		this.measure(this.trial.level);
	}

	/** What counts still of earlier trials. */
	private evidenceOf(level: number): Evidence {
		const key = [level, this.level].sort((a, b) => a - b).join();
		const { rounds, gain, variance } = this.evidence.get(key) ?? { rounds: 0, gain: 0, variance: 0 };
		const evidence = {
			rounds: REMEMBERED * rounds,
			gain: REMEMBERED * gain,
			variance: REMEMBERED ** 2 * variance,
		};
		this.evidence.set(key, evidence);
		return evidence;
	}

	private judgeTrial(trial: Trial): void {
		const { window, base } = this;
		const { evidence, level } = trial;
		const isUp = level > this.level ? 1 : -1;
		const round = base && gainOf(window, base);
		evidence.rounds++;
		trial.rounds++;
		evidence.gain += isUp * (round?.gain ?? 0);
		evidence.variance += round?.variance ?? 1;
		const isAway = Math.abs(level - HOME) > Math.abs(this.level - HOME);
		const sure = Math.sqrt(evidence.variance) * (isAway && (this.stride === 1 || level < HOME) ? SURER : SURE);
		const better = isUp * evidence.gain - (isAway ? LEAST_GAIN : MOST_LOSS) * evidence.rounds;
		if (better > sure) this.accept(trial);
		else if (-better > sure) this.refuse();
		else if (trial.rounds < MOST_ROUNDS) this.measure(this.level);
		else if (isAway) this.refuse();
		else this.accept(trial);
	}

	/** What is far worse is not tried to its end. */
	private isHopeless(): boolean {
		const { window, base } = this;
		const round = base && gainOf(window, base);
		return round !== undefined && round.gain + SURER * Math.sqrt(round.variance) < 0;
	}

	private accept({ level }: Trial): void {
		this.level = level;
		this.base = this.window;
		this.trial = undefined;
		this.refusals = 0;
		this.nextRest = 1;
		this.stride = Math.min(MOST_STRIDE, 2 * this.stride);
		this.tryNext();
	}

	private refuse(): void {
		this.trial = undefined;
		if (this.stride > 1) this.stride = 1;
		else {
			this.direction = this.direction === 1 ? -1 : 1;
			if (++this.refusals >= 2) {
				this.refusals = 0;
				this.rest = this.nextRest;
				this.nextRest = Math.min(MOST_REST, 2 * this.nextRest);
			}
		}
		this.measure(this.level);
	}

	/** Begins anew at a level. */
	private settle(level: number, stride: number): void {
		this.level = level;
		this.stride = stride;
		this.base = undefined;
		this.trial = undefined;
		this.evidence.clear();
		this.direction = 1;
		this.refusals = this.rest = 0;
		this.nextRest = 1;
		this.measure(level);
	}

	private measure(level: number): void {
		this.window = windowOf(level, this.lastChange);
	}
}
