import type { INodeExecutionData } from 'n8n-workflow';
import type { DataGymApi } from '@datagym/client';
import { passOver } from './brokenTask';
import type { Budget } from './budget';
import type { PendingTask } from './compare';
import { isFinished, isLabeled, postponedState, type EventStep, type FinishedState } from './events';
import { kindOf, recordOf } from './memory/kinds';
import type { TaskFilter } from './filter';
import { toItems, type EventItems } from './items';
import { labelFingerprint, NO_FINGERPRINT } from './memory/labelFingerprint';
import type { TaskRecord } from './memory/taskRecord';
import { isOutOfTime } from './pollTime';
import type { QuietLooks } from './quietLooks';
import { ImageAway, type ImageStore } from './storedImage';
import type { TaskSummary } from './sources/listedTask';
import type { ProjectSource, TaskLabels } from './sources/projectSource';
import type { TriggerParameters } from './parameters';

/** What everything in one poll shares. */
export interface PollRun {
	readonly api: DataGymApi;
	readonly parameters: TriggerParameters;
	readonly filter: TaskFilter;
	readonly budget: Budget;
	readonly images: ImageStore;
	/** What earlier polls of this process have seen. */
	readonly looks: QuietLooks;
	/** Takes a line for n8n's log. */
	readonly warn: (message: string) => void;
	/** So many tasks more than may be emitted are kept of the lists, in place of those that pass no filter or cannot be read. */
	readonly spareTasks?: number;
	/** Whether this is the poll that activation does, in which the parameters are checked. */
	readonly isActivation?: boolean;
}

export interface PendingInProject {
	readonly source: ProjectSource;
	readonly pending: PendingTask;
	/** Whether changed labels are to be emitted in this project. */
	readonly watchesLabels: boolean;
}

/** What became of a task with pending events. */
export interface Outcome extends PendingInProject {
	readonly items: readonly INodeExecutionData[];
	/** To be remembered; undefined if the task is to be forgotten. */
	readonly record: TaskRecord | undefined;
	/** Something is left for the next polls. */
	readonly isPostponed: boolean;
}

/**
 * Makes the items, reading what they need, several tasks at a time and in their turn. What does not fit into the budget is
 * postponed; at least one batch is done, so that a slow server does not keep the trigger from getting on. So is what the server
 * has not answered when the poll's time is over; what was read by then is emitted. And so is a task that cannot be read.
 *
 * @param more those that come after these and `done`, whose turn comes as well if there is room left.
 * @throws what ended the requests or what is wrong with the first such task, if nothing at all was done.
 */
export async function emitInTurn(
	run: PollRun,
	first: readonly PendingInProject[],
	more: (done: readonly Outcome[]) => Promise<readonly PendingInProject[]> = async () => await Promise.resolve([]),
): Promise<readonly Outcome[]> {
	const outcomes: Outcome[] = [];
	const errors: unknown[] = [];
	let queue = first;
	let next = 0;
	const hasRoom = () => run.budget.eventsLeft > 0 && (run.budget.hasTime || outcomes.length === 0);
	while (hasRoom()) {
		if (next >= queue.length) {
			queue = await more(outcomes);
			next = 0;
			if (queue.length === 0) break;
		}
		const places = Math.min(run.api.atOnce, run.parameters.network.concurrency, run.budget.eventsLeft);
		const batch = queue.slice(next, next + places);
		next += batch.length;
		const read = await Promise.all(
			batch.map(async (one) => {
				return await prepare(run, one).catch((error: unknown) => {
					if (isOutOfTime(error)) run.budget.end();
					else passOver(error, one.pending.task.describe(), run.warn, errors.length);
					errors.push(error);
					return undefined;
				});
			}),
		);
		for (const [index, one] of batch.entries()) {
			const prepared = read[index];
			outcomes.push(prepared === undefined ? postpone(one) : emitTask(run.budget, prepared));
		}
	}
	if (errors.length > 0 && outcomes.every(({ items, isPostponed }) => isPostponed && items.length === 0))
		throw errors[0];
	return [...outcomes, ...queue.slice(next).map(postpone)];
}

/** A task with all that was read of it. */
interface Prepared extends PendingInProject {
	readonly steps: readonly EventStep[];
	readonly fingerprint: number;
	/** Of each of the steps, in their order; none if they do not pass the filters. */
	readonly events: readonly EventItems[];
	/** The image cannot be had at this moment, so that the next poll tries again. */
	readonly isImageAway?: true;
	/** Gone, or not finished any more, since it was listed: nothing is emitted, and the next poll compares again. */
	readonly isOvertaken?: true;
}

async function prepare(run: PollRun, one: PendingInProject): Promise<Prepared> {
	const { source, pending } = one;
	const task = pending.task.describe();
	const unread = { ...one, steps: pending.steps, fingerprint: pending.record.fingerprint, events: [] };
	if (!(await run.filter.passes(task))) return unread;
	const labels = needsLabels(run, one) ? await source.readLabels(task) : undefined;
	if (labels === undefined && needsLabels(run, one)) return { ...unread, isOvertaken: true };
	if (labels !== undefined) run.filter.learn(source.projectId, labels.classes);
	const fingerprint =
		one.watchesLabels && labels !== undefined && labels.isUnavailable !== true
			? labelFingerprint(labels.image)
			: NO_FINGERPRINT;
	const steps = withChangedLabels(one, fingerprint);
	if (!run.filter.passesLabels(labels)) return { ...one, steps, fingerprint, events: [] };
	const events = await unlessAway(run, task, makeItems(run, source, task, labels, steps));
	return events === undefined ? { ...unread, isImageAway: true } : { ...one, steps, fingerprint, events };
}

/** @returns undefined if the image cannot be had at this moment, which is said in n8n's log. */
export async function unlessAway<Value>(
	{ warn }: Pick<PollRun, 'warn'>,
	{ imageId, imageName }: TaskSummary,
	work: Promise<Value>,
): Promise<Value | undefined> {
	return await work.catch((error: unknown) => {
		if (!(error instanceof ImageAway)) throw error;
		warn(`DataGym: the event of the image "${imageName || imageId}" waits for its file. ${error.message}.`);
		return undefined;
	});
}

/** Tasks that were sent back are not read, since that could block their completion (docs/contract.md#task-details). */
function needsLabels({ parameters, filter }: PollRun, { pending, watchesLabels }: PendingInProject): boolean {
	if (!isFinished(pending.task.state)) return false;
	return parameters.output !== 'task' || filter.needsLabels || (watchesLabels && isLabeled(pending.task.state));
}

/** A review that comes with other labels than were emitted reports both. */
function withChangedLabels(
	{ pending: { task, record, steps }, watchesLabels }: PendingInProject,
	fingerprint: number,
): readonly EventStep[] {
	const { emitted } = record;
	const isComparable =
		watchesLabels &&
		fingerprint !== NO_FINGERPRINT &&
		record.fingerprint !== NO_FINGERPRINT &&
		(isLabeled(emitted) || emitted === 'REVIEW_PENDING');
	const isDoneAgain = steps.some(({ event }) => event === 'completed' || event === 'reopened');
	if (!isComparable || isDoneAgain || fingerprint === record.fingerprint) return steps;
	return [{ event: 'labelsChanged', emitted: postponedState(emitted, task.state) }, ...steps];
}

/** @returns the items of each step. */
export async function makeItems(
	{ parameters, images }: Pick<PollRun, 'parameters' | 'images'>,
	source: ProjectSource,
	task: TaskSummary,
	read: TaskLabels | undefined,
	steps: ReadonlyArray<Pick<EventStep, 'event'>>,
): Promise<readonly EventItems[]> {
	const { output } = parameters;
	const labels = output === 'task' ? undefined : read;
	const { projectId, hint } = source;
	const files = await images.storeFiles(source, task, read, parameters);
	return steps.map(({ event }) => toItems(event, { projectId, hint, task, labels, ...files }, parameters));
}

/** Hands out the events of a task, as far as the budget goes. */
function emitTask(budget: Budget, prepared: Prepared): Outcome {
	const { pending, steps, events, fingerprint } = prepared;
	const { task, record } = pending;
	if (prepared.isImageAway === true) return postpone(prepared);
	if (prepared.isOvertaken === true)
		return { ...prepared, items: [], record: record.emitted === 'NOTHING' ? undefined : record, isPostponed: false };
	const emitted = events.slice(0, budget.eventsLeft);
	budget.spend(emitted.length);
	if (emitted.length < events.length) {
		const reached = steps[emitted.length - 1];
		if (reached === undefined) return postpone(prepared);
		const rest = { ...record, fingerprint, emitted: reached.emitted };
		return { ...prepared, items: emitted.flat(), record: rest, isPostponed: true };
	}
	return {
		...prepared,
		items: emitted.flat(),
		record: isFinished(task.state) ? settledRecord(fingerprint, task.state) : undefined,
		isPostponed: false,
	};
}

/** Nothing is pending any more. */
function settledRecord(fingerprint: number, emitted: FinishedState): TaskRecord {
	return recordOf(kindOf({ emitted, queuePosition: 0, missedPolls: 0 }), fingerprint);
}

function postpone(one: PendingInProject): Outcome {
	const { record, task } = one.pending;
	return {
		...one,
		items: [],
		record: { ...record, emitted: postponedState(record.emitted, task.state) },
		isPostponed: true,
	};
}

/** More places than this are not kept apart: what comes later shares the last one. */
const PLACES = 20;

/** Numbers what is left by how long it has waited: 1 for the longest, the same for what came in the same poll. */
export function numberQueue(
	outcomes: readonly Outcome[],
	newPlace: (before: number) => number = queuePlaces(outcomes),
): readonly Outcome[] {
	return outcomes.map((outcome) => {
		if (!outcome.isPostponed || outcome.record === undefined) return outcome;
		const queuePosition = newPlace(outcome.pending.record.queuePosition);
		return { ...outcome, record: { ...outcome.record, queuePosition } };
	});
}

/**
 * The new place of what is left, by the one it had.
 *
 * @param others the places of what is left beside these.
 */
export function queuePlaces(outcomes: readonly Outcome[], others: Iterable<number> = []): (before: number) => number {
	const waited = outcomes.filter(({ isPostponed }) => isPostponed).map(({ pending }) => pending.record.queuePosition);
	const places = [...new Set([...waited, ...others])].filter((place) => place > 0).sort((a, b) => a - b);
	return (before) => Math.min(before === 0 ? places.length + 1 : places.indexOf(before) + 1, PLACES);
}
