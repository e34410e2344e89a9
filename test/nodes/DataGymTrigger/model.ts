import fc from 'fast-check';
import type { TaskState } from '../../emulator/store/model';

/**
 * What the trigger promises, said a second time and without its code: which events are due after a poll, from the states
 * that the tasks had when they were last told of and those that they have now.
 */
export class Model {
	private known = new Map<string, TaskState>();
	private saved = new Map<string, TaskState>();

	constructor(private readonly events: readonly string[]) {}

	/** A poll that succeeds. Returns what it must tell: `completed car_1.jpg` and so on, in any order. */
	poll(now: ReadonlyMap<string, TaskState>, savesAlways: boolean): string[] {
		const due = [...new Set([...this.known.keys(), ...now.keys()])].flatMap((image) =>
			eventsOf(this.known.get(image), now.get(image))
				.filter((event) => this.events.includes(event))
				.map((event) => `${event} ${image}`),
		);
		const hasLeft = [...this.known].some(([image, state]) => this.isListed(state) && !this.isListed(now.get(image)));
		this.known = new Map(now);
		if (savesAlways || due.length > 0 || hasLeft) this.saved = this.known;
		return due;
	}

	/** The first poll of a trigger that begins with what is new. */
	begin(now: ReadonlyMap<string, TaskState>): void {
		this.known = this.saved = new Map(now);
	}

	/** n8n is killed: what was only in memory is gone. */
	kill(): void {
		this.known = this.saved;
	}

	/** Whether the task's state is one in which these events are seen. */
	private isListed(state: TaskState | undefined): boolean {
		const all = this.events.includes('reopened');
		if (state === 'REVIEWED') return all || this.events.includes('completed') || this.events.includes('reviewed');
		if (state === 'COMPLETED') return all || this.events.includes('completed');
		return isSkipped(state) && (all || this.events.includes('skipped'));
	}
}

const isLabeled = (state: TaskState | undefined) => state === 'COMPLETED' || state === 'REVIEWED';
const isSkipped = (state: TaskState | undefined) => state === 'SKIPPED' || state === 'REVIEWED_SKIP';

/** `now` is undefined if the image was deleted. */
function eventsOf(before: TaskState | undefined, now: TaskState | undefined): string[] {
	if (now === undefined || now === before) return [];
	const events: string[] = [];
	if (isLabeled(now) && (!isLabeled(before) || (before === 'REVIEWED' && now === 'COMPLETED')))
		events.push('completed');
	if (now === 'REVIEWED') events.push('reviewed');
	if (isSkipped(now) && (!isSkipped(before) || (before === 'REVIEWED_SKIP' && now === 'SKIPPED')))
		events.push('skipped');
	const wasFinished = isLabeled(before) || isSkipped(before);
	if (wasFinished && !isLabeled(now) && !isSkipped(now)) events.push('reopened');
	return events;
}

export type Fault = 'none' | 'passing 503' | '500' | 'cut answer' | 'lasting 503' | 'cut connection' | 'silence';

export type ScriptStep =
	| { readonly do: 'move'; readonly image: string; readonly to: TaskState }
	| { readonly do: 'delete'; readonly image: string }
	/** The fault strikes at one of the poll's requests, if there are as many. */
	| { readonly do: 'poll'; readonly fault: Fault; readonly atRequest: number }
	| { readonly do: 'kill' };

export interface Script {
	readonly events: readonly string[];
	readonly output: 'task' | 'labels';
	readonly begin: ReadonlyMap<string, TaskState>;
	readonly steps: readonly ScriptStep[];
}

export const IMAGES = ['a', 'b', 'c', 'd', 'e', 'f'];
const STATES: readonly TaskState[] = [
	'BACKLOG',
	'WAITING',
	'WAITING_CHANGED',
	'IN_PROGRESS',
	'SKIPPED',
	'COMPLETED',
	'REVIEWED',
	'REVIEWED_SKIP',
];
const EVENTS = ['completed', 'reviewed', 'skipped', 'reopened'];

/** @param faults those that the world can bear: a lasting fault takes seconds where the client waits between its tries. */
export function scripts(faults: readonly Fault[], maxSteps: number): fc.Arbitrary<Script> {
	const image = fc.constantFrom(...IMAGES);
	// Finished states come as often as all others together.
	const state = fc.oneof(
		fc.constantFrom(...STATES),
		fc.constantFrom<TaskState>('COMPLETED', 'REVIEWED', 'SKIPPED', 'WAITING_CHANGED'),
	);
	const step: fc.Arbitrary<ScriptStep> = fc.oneof(
		{ weight: 10, arbitrary: fc.record({ do: fc.constant('move' as const), image, to: state }) },
		{ weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), image }) },
		{
			weight: 5,
			arbitrary: fc.record({
				do: fc.constant('poll' as const),
				fault: fc.constant<Fault>('none'),
				atRequest: fc.constant(1),
			}),
		},
		{
			weight: 4,
			arbitrary: fc.record({
				do: fc.constant('poll' as const),
				fault: fc.constantFrom(...faults),
				atRequest: fc.integer({ min: 1, max: 6 }),
			}),
		},
		{ weight: 2, arbitrary: fc.record({ do: fc.constant('kill' as const) }) },
	);
	return fc.record({
		events: fc.oneof(fc.constant(EVENTS), fc.subarray(EVENTS, { minLength: 1 })),
		output: fc.constantFrom<'task' | 'labels'>('task', 'labels'),
		begin: fc
			.tuple(...IMAGES.map(() => state))
			.map((states) => new Map(IMAGES.map((name, index) => [name, states[index]!]))),
		steps: fc.array(step, { minLength: 6, maxLength: maxSteps, size: 'max' }),
	});
}
