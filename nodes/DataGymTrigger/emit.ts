import type { INodeExecutionData } from 'n8n-workflow';
import type { DataGymApi } from '@datagym/client';
import { settledTrace, type Due } from './compare';
import { isFinished, isLabeled, type Step, type Told } from './events';
import type { TaskFilter } from './filter';
import { storeImage, toItem, type StoreFile } from './items';
import { labelFingerprint, NO_FINGERPRINT } from './memory/labelFingerprint';
import type { Trace } from './memory/memory';
import type { ProjectSource, TaskSighting, SeenTask, TaskLabels } from './sources/projectSource';
import type { Settings } from './parameters';

/** What everything in one poll shares. */
export interface PollRun {
	readonly api: DataGymApi;
	readonly settings: Settings;
	readonly filter: TaskFilter;
	readonly budget: Budget;
	readonly storeFile: StoreFile;
}

export interface DueInProject {
	readonly source: ProjectSource;
	readonly due: Due<TaskSighting>;
	/** Whether changed labels are to be told in this project. */
	readonly watchesLabels: boolean;
}

/** What became of a task that something was due of. */
export interface Outcome extends DueInProject {
	readonly items: readonly INodeExecutionData[];
	/** To be remembered; undefined if the task is to be forgotten. */
	readonly trace: Trace | undefined;
	/** Something is left for the next polls. */
	readonly isLeft: boolean;
}

/**
 * Makes the items, reading what they need, several tasks at a time and in their turn. What does not fit into the budget is
 * left; at least one batch is done, so that a slow server does not keep the trigger from getting on.
 */
export async function tellInTurn(run: PollRun, queue: readonly DueInProject[]): Promise<readonly Outcome[]> {
	const outcomes: Outcome[] = [];
	let next = 0;
	while (next < queue.length && run.budget.itemsLeft > 0 && (run.budget.hasTime || next === 0)) {
		const batch = queue.slice(next, next + Math.min(run.settings.concurrency, run.budget.itemsLeft));
		next += batch.length;
		const read = await Promise.all(batch.map(async (one) => await prepare(run, one)));
		for (const telling of read) outcomes.push(tell(run.budget, telling));
	}
	return [...outcomes, ...queue.slice(next).map(leave)];
}

/** A task with all that was read of it. */
interface Prepared extends DueInProject {
	readonly steps: readonly Step[];
	readonly fingerprint: number;
	readonly items: readonly INodeExecutionData[];
	/** Gone, or not finished any more, since it was listed: nothing is told, and the next poll looks again. */
	readonly isOvertaken?: true;
}

async function prepare(run: PollRun, one: DueInProject): Promise<Prepared> {
	const { source, due } = one;
	const task = due.seen.describe();
	const unread = { ...one, steps: due.steps, fingerprint: due.before.fingerprint, items: [] };
	if (!(await run.filter.passes(task))) return unread;
	const labels = needsLabels(run, one) ? await source.readLabels(task) : undefined;
	if (labels === undefined && needsLabels(run, one)) return { ...unread, isOvertaken: true };
	const fingerprint =
		one.watchesLabels && labels !== undefined && labels.isUntold !== true
			? labelFingerprint(labels.image)
			: NO_FINGERPRINT;
	const steps = withChangedLabels(one, fingerprint);
	const items = run.filter.passesLabels(labels) ? await makeItems(run, source, task, labels, steps) : [];
	return { ...one, steps, fingerprint, items };
}

/** Tasks that were sent back are not read, since that could block their completion (CONTRACT.md, section 6). */
function needsLabels({ settings, filter }: PollRun, { due, watchesLabels }: DueInProject): boolean {
	if (!isFinished(due.seen.standing)) return false;
	return settings.output === 'labels' || filter.needsLabels || (watchesLabels && isLabeled(due.seen.standing));
}

/** A review that comes with other labels than were told tells both. */
function withChangedLabels(
	{ due: { before, steps }, watchesLabels }: DueInProject,
	fingerprint: number,
): readonly Step[] {
	const isComparable =
		watchesLabels && fingerprint !== NO_FINGERPRINT && before.fingerprint !== NO_FINGERPRINT && isLabeled(before.told);
	const isDoneAgain = steps.some(({ event }) => event === 'completed' || event === 'reopened');
	if (!isComparable || isDoneAgain || fingerprint === before.fingerprint) return steps;
	return [{ event: 'labelsChanged', told: before.told }, ...steps];
}

export async function makeItems(
	{ api, settings, storeFile }: Pick<PollRun, 'api' | 'settings' | 'storeFile'>,
	{ projectId, hint }: ProjectSource,
	task: SeenTask,
	read: TaskLabels | undefined,
	steps: ReadonlyArray<Pick<Step, 'event'>>,
): Promise<readonly INodeExecutionData[]> {
	const labels = settings.output === 'labels' ? read : undefined;
	const image =
		settings.imageField === undefined ? undefined : await storeImage(api, storeFile, task, settings.imageField);
	return steps.map(({ event }) => toItem(event, { projectId, hint, task, labels, image }));
}

/** Hands out the items of a task, as far as the budget goes. */
function tell(budget: Budget, prepared: Prepared): Outcome {
	const { due, steps, items, fingerprint } = prepared;
	if (prepared.isOvertaken === true)
		return { ...prepared, trace: due.before.told === 'NOTHING' ? undefined : due.before, isLeft: false };
	const told = items.slice(0, budget.itemsLeft);
	budget.spend(told.length);
	const reached = steps[told.length - 1];
	if (told.length < items.length) {
		if (reached === undefined) return leave(prepared);
		return { ...prepared, items: told, trace: { ...due.before, fingerprint, told: reached.told }, isLeft: true };
	}
	const { standing } = due.seen;
	return {
		...prepared,
		items: told,
		trace: isFinished(standing) ? settledTrace({ ...due.before, fingerprint }, standing) : undefined,
		isLeft: false,
	};
}

function leave(one: DueInProject): Outcome {
	const { before, seen } = one.due;
	const told: Told = seen.standing === 'UNFINISHED' ? 'LEFT' : before.told;
	return { ...one, items: [], trace: { ...before, told }, isLeft: true };
}

/** More places than this are not told apart: what comes later shares the last one. */
const PLACES = 20;

/** Numbers what is left by how long it has waited: 1 for the longest, the same for what came in the same poll. */
export function queueUp(outcomes: readonly Outcome[]): readonly Outcome[] {
	const waited = outcomes
		.filter(({ isLeft }) => isLeft)
		.map(({ due }) => due.before.waiting)
		.filter((place) => place > 0);
	const places = [...new Set(waited)].sort((a, b) => a - b);
	return outcomes.map((outcome) => {
		if (!outcome.isLeft || outcome.trace === undefined) return outcome;
		const before = outcome.due.before.waiting;
		const place = before === 0 ? places.length + 1 : places.indexOf(before) + 1;
		return { ...outcome, trace: { ...outcome.trace, waiting: Math.min(place, PLACES) } };
	});
}

/** How much one poll may still tell and read. */
export class Budget {
	private told = 0;
	private readonly end: number;

	/** @param milliseconds after which nothing new is begun; n8n abandons a poll that takes longer than its own budget. */
	constructor(
		private readonly maxItems: number,
		milliseconds: number,
		private readonly now: () => number = Date.now,
	) {
		this.end = now() + milliseconds;
	}

	get itemsLeft(): number {
		return Math.max(0, this.maxItems - this.told);
	}

	get hasTime(): boolean {
		return this.now() < this.end;
	}

	spend(items: number): void {
		this.told += items;
	}
}
