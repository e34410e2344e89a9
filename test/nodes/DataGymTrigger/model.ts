import fc from 'fast-check';
import type { TaskState } from '../../emulator/store/model';
import { MilestoneModel, type MilestoneAccount, type View } from './milestoneModel';

/** What the trigger may know of an image, told as the history that docs/trigger.md speaks of. */
interface Account {
	/** The state up to which everything was reported to the workflow; undefined before the image was there. */
	readonly reported: TaskState | undefined;
	/** The states it was seen in since, in order; their events wait for their turn. */
	readonly since: readonly TaskState[];
	/** What n8n may go back to if it is killed now ("Limits of polling"). */
	readonly afterKill?: Account;
}

type Accounts = ReadonlyMap<string, readonly Account[]>;

/** What is in n8n's database. */
interface Saved {
	readonly accounts: Accounts;
	readonly milestones: readonly MilestoneAccount[];
}

const isMilestone = (emitted: string) => /Finished \d+$/.test(emitted);

/** Of an image that is new, or that n8n's database does not know. */
const UNKNOWN: Account = { reported: undefined, since: [] };

interface Possibility {
	readonly events: readonly string[];
	readonly account: Account;
	readonly isPostponed: boolean;
}

/**
 * The guarantees of docs/trigger.md, written from that page and not from the code: which events may come after a poll, given
 * all states that polls have seen. Where the page leaves room (which of two states a poll sees of an image that moves
 * meanwhile, which images get a turn, what n8n forgets when it is killed), all possibilities are kept until an event decides.
 */
export class Model {
	private accounts = new Map<string, readonly Account[]>();
	/** What is in n8n's database if an execution has written an older state there, until the trigger's is saved again. */
	private overwritten: Accounts | undefined;

	private readonly milestones: MilestoneModel;

	constructor(
		private readonly events: readonly string[],
		private readonly maxItems: number,
		every: number,
	) {
		this.milestones = new MilestoneModel(events, every);
	}

	/** The first poll of a trigger that begins with what is new. */
	begin(now: ReadonlyMap<string, TaskState>): void {
		this.overwritten = undefined;
		this.milestones.begin(now);
		this.accounts = new Map([...now].map(([image, state]) => [image, [{ reported: state, since: [] }]]));
	}

	/**
	 * A poll that succeeds.
	 *
	 * @param emitted `completed car_1.jpg` and so on.
	 * @param isSaved whether n8n has saved what the trigger remembers after it.
	 * @param hasLooked whether it asked how many images there are.
	 * @throws what was not promised, or was promised and did not come.
	 */
	poll(
		emitted: readonly string[],
		views: ReadonlyMap<string, readonly View[]>,
		isSaved: boolean,
		hasLooked: boolean,
	): void {
		if (emitted.length > this.maxItems) throw new Error(`${emitted.length} items are more than ${this.maxItems}`);
		const milestones = emitted.filter(isMilestone);
		if (emitted.slice(emitted.length - milestones.length).join() !== milestones.join())
			throw new Error(`Milestones come last, not as in ${emitted.join()}`);
		const isFull = emitted.length === this.maxItems;
		this.milestones.poll(milestones, hasLooked && views.size > 0 ? views : undefined, isSaved, !isFull);
		// Milestones show that there was room.
		const hasRoom = !isFull || milestones.length > 0;
		if (isSaved) this.overwritten = undefined;
		for (const image of new Set([...this.accounts.keys(), ...views.keys()])) {
			const before = this.accounts.get(image) ?? [UNKNOWN];
			const events = emitted.flatMap((one) => (one.endsWith(` ${image}`) ? [one.split(' ')[0]] : []));
			const possible = before
				.flatMap((account) => (views.get(image) ?? ['unseen']).flatMap((view) => this.possibilities(account, view)))
				.filter(({ isPostponed }) => !(hasRoom && isPostponed));
			const after = possible.filter((one) => one.events.join() === events.join()).map(({ account }) => account);
			if (after.length === 0) {
				const expected = [...new Set(possible.map((one) => `[${one.events.join()}]`))].join(' or ');
				throw new Error(`${image}: expected ${expected}, got [${events.join()}] from ${JSON.stringify(before)}`);
			}
			const kept = isSaved ? after.map(({ reported, since }) => ({ reported, since })) : after;
			this.accounts.set(image, [...new Map(kept.map((account) => [JSON.stringify(account), account])).values()]);
		}
	}

	/** What n8n's database may hold now. */
	saved(): Saved {
		const saved = new Map<string, readonly Account[]>();
		for (const [image, accounts] of this.accounts) {
			const kept = accounts.flatMap(({ afterKill, ...account }) =>
				afterKill === undefined ? [account] : [account, afterKill],
			);
			// An image that came later is not known there.
			const older = this.overwritten === undefined ? [] : (this.overwritten.get(image) ?? [UNKNOWN]);
			saved.set(image, [...kept, ...older]);
		}
		return { accounts: saved, milestones: this.milestones.saved() };
	}

	/** An execution that writes static data ends: n8n's database holds what it held when that began. */
	overwrite({ accounts, milestones }: Saved): void {
		this.overwritten = accounts;
		this.milestones.overwrite(milestones);
	}

	/** An image was deleted. */
	deleted(): void {
		this.milestones.deleted();
	}

	/** n8n is killed: it goes on from what is in its database. */
	kill(): void {
		this.milestones.kill();
		this.accounts = new Map(this.saved().accounts);
		this.overwritten = undefined;
	}

	/** In its turn an image gives all its events; else, none or the first ones. */
	private possibilities(account: Account, view: View): readonly Possibility[] {
		if (view === 'unseen') return [{ events: [], account, isPostponed: false }];
		const last = account.since.at(-1) ?? account.reported;
		const since = view === last ? account.since : [...account.since, view];
		const due = promised(account.reported, since).filter((event) => this.events.includes(event));
		const parts = due.map((_, count): Possibility => {
			const reached = due[count - 1];
			return {
				events: due.slice(0, count),
				account:
					reached === undefined
						? { reported: account.reported, since }
						: { reported: BROUGHT_TO[reached], since: [view] },
				isPostponed: true,
			};
		});
		const isSilentProgress = due.length === 0 && isProgress(last, view);
		const isSame = due.length === 0 && (view === last || (!isFinished(view) && !isFinished(last)));
		const afterKill = isSilentProgress ? (account.afterKill ?? account) : isSame ? account.afterKill : undefined;
		const whole = { reported: view, since: [], ...(afterKill === undefined ? {} : { afterKill }) };
		return [...parts, { events: due, account: whole, isPostponed: false }];
	}
}

const isLabeled = (state: TaskState | undefined) => state === 'COMPLETED' || state === 'REVIEWED';
const isSkipped = (state: TaskState | undefined) => state === 'SKIPPED' || state === 'REVIEWED_SKIP';
const isFinished = (state: TaskState | undefined) => isLabeled(state) || isSkipped(state);

/** "Limits of polling": what n8n may forget when it is killed is that an image was finished, or its acceptance. */
function isProgress(before: TaskState | undefined, now: TaskState): boolean {
	if (!isFinished(before)) return isFinished(now);
	return (before === 'COMPLETED' && now === 'REVIEWED') || (before === 'SKIPPED' && now === 'REVIEWED_SKIP');
}

/** "Events": what an image does between two polls that see it so. */
function eventsBetween(before: TaskState | undefined, now: TaskState): readonly string[] {
	const events: string[] = [];
	if (isFinished(before) && !isFinished(now)) events.push('reopened');
	if (isLabeled(now) && (!isLabeled(before) || (before === 'REVIEWED' && now === 'COMPLETED')))
		events.push('completed');
	if (now === 'REVIEWED' && before !== 'REVIEWED') events.push('reviewed');
	if (isSkipped(now) && (!isSkipped(before) || (before === 'REVIEWED_SKIP' && now === 'SKIPPED')))
		events.push('skipped');
	return events;
}

/** "Order and limits": an event that is no longer true in its turn does not come, and one that happened twice comes once. */
function promised(reported: TaskState | undefined, since: readonly TaskState[]): readonly string[] {
	const now = since.at(-1);
	const happened = since.flatMap((state, index) => eventsBetween(index === 0 ? reported : since[index - 1], state));
	const isTrue: Readonly<Record<string, boolean>> = {
		completed: isLabeled(now),
		reviewed: now === 'REVIEWED',
		skipped: isSkipped(now),
		reopened: isFinished(reported),
	};
	return happened.filter((event, index) => isTrue[event] === true && happened.lastIndexOf(event) === index);
}

const BROUGHT_TO: Readonly<Record<string, TaskState>> = {
	completed: 'COMPLETED',
	reviewed: 'REVIEWED',
	skipped: 'SKIPPED',
	reopened: 'WAITING_CHANGED',
};

export type Fault =
	| 'none'
	| 'passing 503'
	| 'passing 404 page'
	| '404 page'
	| '500'
	| 'cut answer'
	| 'lasting 503'
	| 'cut connection'
	| 'silence'
	/** All lists are empty, as those of a server that is only half started. */
	| 'empty lists';

export type ScriptStep =
	| { readonly do: 'move'; readonly image: string; readonly to: TaskState }
	| { readonly do: 'delete'; readonly image: string }
	/** The project grows by an image. */
	| { readonly do: 'add'; readonly state: TaskState }
	/** The fault strikes at one of the poll's requests, if there are as many. */
	| { readonly do: 'poll'; readonly fault: Fault; readonly atRequest: number }
	/** An image moves while the poll reads its lists, from one request to the next. */
	| { readonly do: 'race'; readonly image: string; readonly to: readonly TaskState[]; readonly atRequest: number }
	/** An execution with a Code node that writes static data begins, and ends so many steps later. */
	| { readonly do: 'execution'; readonly steps: number }
	| { readonly do: 'kill' };

export interface Script {
	readonly events: readonly string[];
	readonly output: 'task' | 'labels';
	readonly maxItems: number;
	/** Finished images from one number to the next. */
	readonly every: number;
	readonly begin: ReadonlyMap<string, TaskState>;
	readonly steps: readonly ScriptStep[];
}

export const IMAGES = ['a', 'b', 'c', 'd'];
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
const MILESTONES = ['everyNFinished', 'datasetFinished', 'projectFinished'];
/** The names of images that come later. */
export const MORE_IMAGES = ['e', 'f'];

/** @param faults those that the world can bear: a lasting fault takes seconds where the client waits between its tries. */
export function scripts(faults: readonly Fault[], maxSteps: number): fc.Arbitrary<Script> {
	const image = fc.constantFrom(...IMAGES);
	const atRequest = fc.integer({ min: 1, max: 6 });
	// Finished states come as often as all others together.
	const state = fc.oneof(
		fc.constantFrom(...STATES),
		fc.constantFrom<TaskState>('COMPLETED', 'REVIEWED', 'SKIPPED', 'WAITING_CHANGED'),
	);
	const step: fc.Arbitrary<ScriptStep> = fc.oneof(
		{ weight: 10, arbitrary: fc.record({ do: fc.constant('move' as const), image, to: state }) },
		{ weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), image }) },
		{ weight: 2, arbitrary: fc.record({ do: fc.constant('add' as const), state }) },
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
			arbitrary: fc.record({ do: fc.constant('poll' as const), fault: fc.constantFrom(...faults), atRequest }),
		},
		{
			weight: 3,
			arbitrary: fc.record({
				do: fc.constant('race' as const),
				image,
				to: fc.array(state, { minLength: 1, maxLength: 3 }),
				atRequest,
			}),
		},
		{
			weight: 2,
			arbitrary: fc.record({ do: fc.constant('execution' as const), steps: fc.integer({ min: 1, max: 6 }) }),
		},
		{ weight: 2, arbitrary: fc.record({ do: fc.constant('kill' as const) }) },
	);
	return fc.record({
		events: fc.oneof(
			fc.constant(EVENTS),
			fc.subarray(EVENTS, { minLength: 1 }),
			fc.subarray(MILESTONES, { minLength: 1 }),
			fc.subarray([...EVENTS, ...MILESTONES], { minLength: 3 }),
		),
		every: fc.constantFrom(1, 2, 3),
		output: fc.constantFrom<'task' | 'labels'>('task', 'labels'),
		maxItems: fc.constantFrom(500, 2, 1, 1),
		begin: fc
			.oneof(
				fc.tuple(...IMAGES.map(() => state)),
				// A project that is finished.
				fc.tuple(...IMAGES.map(() => fc.constantFrom<TaskState>('COMPLETED', 'REVIEWED', 'SKIPPED'))),
			)
			.map((states) => new Map(IMAGES.map((name, index) => [name, states[index]!]))),
		steps: fc.array(step, { minLength: 6, maxLength: maxSteps, size: 'max' }),
	});
}
