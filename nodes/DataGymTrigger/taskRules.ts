import {
	isFinished,
	isSetback,
	statesFor,
	stepsBetween,
	type EmittedState,
	type EventStep,
	type ObservedState,
	type TriggerEvent,
} from './events';
import { EMITTED_CODES, emittedOf, isFinishedCode, STATE_CODES, stateCode, stateOf } from './memory/kinds';

const PENDING = 1;
const SETBACK = 2;

/** What becomes of a task by what was emitted of it and the state it is seen in, looked up in tables, as there are millions. */
export class TaskRules {
	private readonly outcomes = new Uint8Array(EMITTED_CODES * STATE_CODES);
	private readonly settled = new Uint8Array(STATE_CODES);
	private readonly expected = new Uint8Array(EMITTED_CODES);
	private readonly watched: readonly TriggerEvent[];
	/** Fingerprints are dropped when nobody asks for them any more: later they would report changes long past. */
	readonly keepsFingerprints: boolean;

	/**
	 * @param events those that are chosen now.
	 * @param before those that were watched for; only what is among both can be pending.
	 * @param isBaseline whether all that is finished counts as known.
	 */
	constructor(events: readonly TriggerEvent[], before: readonly TriggerEvent[], isBaseline: boolean) {
		this.watched = isBaseline ? [] : events.filter((event) => before.includes(event));
		this.keepsFingerprints = events.includes('labelsChanged');
		const states = statesFor(events);
		for (let emitted = 0; emitted < EMITTED_CODES; emitted++) {
			const known = emittedOf(emitted);
			this.expected[emitted] = (isFinished(known) ? states.includes(known) : known !== 'NOTHING') ? 1 : 0;
			for (let state = 1; state < STATE_CODES; state++) {
				const now = stateOf(state);
				const isPending = this.steps(known, now).length > 0;
				this.outcomes[emitted * STATE_CODES + state] =
					(isPending ? PENDING : 0) + (isSetback(known, now) ? SETBACK : 0);
			}
		}
		// What is finished in a state that is not listed is as good as new to these events.
		for (const state of states) this.settled[stateCode(state)] = 1;
	}

	/** The events to be emitted. */
	steps(emitted: EmittedState, now: ObservedState): readonly EventStep[] {
		return stepsBetween(emitted, now).filter(({ event }) => this.watched.includes(event));
	}

	isPending(emitted: number, state: number): boolean {
		return ((this.outcomes[emitted * STATE_CODES + state] ?? 0) & PENDING) !== 0;
	}

	/** Whether this change must survive a restart of n8n if no event says so. */
	isSetback(emitted: number, state: number): boolean {
		return ((this.outcomes[emitted * STATE_CODES + state] ?? 0) & SETBACK) !== 0;
	}

	/** Whether a task of which nothing is pending is to be remembered. */
	isRemembered(state: number): boolean {
		return isFinishedCode(state) && this.settled[state] === 1;
	}

	/** Whether a task should be in the lists. Those in states that are not listed any more are not missed. */
	isExpected(emitted: number): boolean {
		return this.expected[emitted] === 1;
	}
}
