import type { DataGymApi } from '@datagym/client';
import { InputError } from '@datagym/shared/errors';
import { finish } from '@datagym/shared/turns';
import { compare, NO_CHANGES, type Changes, type PendingTask } from './compare';
import type { PollRun } from './emit';
import { FINISHED_STATES, isMilestone, statesFor, type FinishedState, type TriggerEvent } from './events';
import { firstMilestones, seemsFinished } from './milestones';
import type { Identity } from './memory/hashes';
import { emptyMemory, sameEvents, type ProjectMemory } from './memory/memory';
import type { TriggerParameters } from './parameters';
import { progressOf, type Progress } from './progress';
import { countTasks, sizeMayRest, type QuietLooks } from './quietLooks';
import { Sighting } from './sighting';
import type { DatasetLists } from './sources/datasetImages';
import { exportSource } from './sources/exportSource';
import type { ListedTask } from './sources/listedTask';
import type { ProjectSource } from './sources/projectSource';
import { taskListSource } from './sources/taskListSource';
import { missingTasks, TaskLister, waitingTasks, type KeptTasks, type ListingPlan } from './taskLister';
import { TaskRules } from './taskRules';

/** What a poll has found in one project, before anything is emitted. */
export interface ProjectSnapshot {
	readonly source: ProjectSource;
	/** Those that are chosen now. */
	readonly events: readonly TriggerEvent[];
	/** What was remembered; of a project that is watched for the first time, what is assumed to be known. */
	readonly before: ProjectMemory;
	readonly isFirst: boolean;
	/** Undefined if there was no need to list the tasks. */
	readonly look?: Look;
	/** How far the project is; undefined if nobody wants to know, and in polls that find nothing new and do without. */
	readonly progress?: Progress;
}

/** What the lists have shown. */
export interface Look {
	readonly sighting: Sighting;
	readonly rules: TaskRules;
	readonly kept: KeptTasks;
	/** The project shows no image in any state, though some are remembered. */
	readonly isEmpty: boolean;
	readonly changes: Changes;
	/** The first tasks with events to be emitted, by their turn. */
	readonly pending: readonly PendingTask[];
	/** Lists the tasks again, for the next ones behind those that were `done`. */
	readonly next: (done: ReadonlySet<number>) => Promise<readonly PendingTask[]>;
}

/**
 * Lists the finished tasks, unless their number says enough, and, if some are missing from the lists, finds out what became of them.
 *
 * @param looks undefined if the tasks are to be listed in any case.
 * @param lists those of the datasets that this poll has read.
 */
export async function takeSnapshot(
	run: SnapshotRun,
	projectId: string,
	remembered: ProjectMemory | undefined,
	looks: QuietLooks | undefined,
	lists: DatasetLists,
): Promise<ProjectSnapshot> {
	const { api, parameters } = run;
	const { events } = parameters;
	const source = await openProject(api, projectId, remembered?.identity, events.some(isMilestone));
	const counted = looks && (await countTasks(api, projectId, parameters, remembered));
	const before = remembered ?? beginning(source, parameters);
	const snapshot = { source, events, before, isFirst: remembered === undefined };
	if (remembered !== undefined && counted !== undefined && looks?.mayRest(projectId, counted)) return snapshot;
	const listedOnly = counted === undefined ? sizeMayRest(before, events) : undefined;
	const isResting = listedOnly !== undefined && looks?.mayRest(projectId, listedOnly) === true;
	const look = await lookAt(run, source, before, { isFirst: snapshot.isFirst, isResting });
	if (!look.changes.isUnchanged || !sameEvents(before.events, events) || remembered === undefined)
		return { ...snapshot, look, ...(await measure(source, events, look, before, lists)) };
	if (isResting) return { ...snapshot, look };
	const progress = await measure(source, events, look, before, lists);
	const seen = counted ?? listedOnly;
	if (seen !== undefined) looks?.note(projectId, seen);
	return { ...snapshot, look, ...progress };
}

/** What looking at a project takes. */
type SnapshotRun = Pick<PollRun, 'api' | 'parameters' | 'filter' | 'spareTasks'>;

/** So many tasks with events are kept of the lists at most, whatever may be emitted: the next ones take a second look. */
const MOST_KEPT = 10_000;
const SPARE_TASKS = 1_000;

async function lookAt(
	{ parameters, filter, spareTasks = SPARE_TASKS }: SnapshotRun,
	source: ProjectSource,
	before: ProjectMemory,
	{ isFirst, isResting }: { readonly isFirst: boolean; readonly isResting: boolean },
): Promise<Look> {
	const { events, firstActivation, maxItems, labelChecks } = parameters;
	const records = await finish(before.unpack());
	const rules = new TaskRules(events, before.events, isFirst && firstActivation === 'new');
	const checksLabels = events.includes('labelsChanged') && before.events.includes('labelsChanged');
	const plan: ListingPlan = {
		rules,
		mostPending: Math.min(maxItems, MOST_KEPT) + spareTasks,
		checks: checksLabels ? { after: before.checkedUpTo, most: labelChecks } : undefined,
		passes: filter.hasListFilters ? (task) => filter.passesList(task) : undefined,
	};
	const states = statesFor(events);
	const sighting = new Sighting(records, events.includes('datasetFinished') || events.includes('projectFinished'));
	const lister = new TaskLister(sighting, plan);
	const urgent = isResting && source.listsApart ? urgentStates(events) : states;
	await source.listFinished(urgent, lister);
	const others = states.filter((state) => !urgent.includes(state));
	if (others.length > 0) {
		if (await finish(sighting.isAsRemembered(others)))
			return { sighting, rules, kept: lister.kept, isEmpty: false, changes: NO_CHANGES, pending: [], next: nothing };
		await source.listFinished(others, lister);
	}
	await finish(sighting.close());
	await finish(sighting.findMissing(rules));
	const isLocated = sighting.missingLeft > 0;
	let isEmpty = false;
	if (isLocated) {
		const other = new TaskLister(sighting, plan, missingTasks(sighting));
		await source.locate(other, states);
		lister.kept.addAll(other.kept);
		isEmpty = lister.total === 0 && other.total === 0;
	}
	const changes = await finish(compare(sighting, rules, isEmpty, before.checkedUpTo));
	// A task can have been listed twice.
	const pendingIn = (kept: KeptTasks) => {
		const tasks = kept.pending.sorted.flatMap((task) => pendingTask(task, sighting, rules));
		return [...new Map(tasks.map((pending) => [pending.task.hash, pending])).values()];
	};
	const next = async (done: ReadonlySet<number>) => {
		const again = new TaskLister(sighting, plan, waitingTasks(sighting, rules, done));
		await source.listFinished(states, again);
		if (changes.hasUnfinished) await source.locate(again, states);
		return pendingIn(again.kept);
	};
	return { sighting, rules, kept: lister.kept, isEmpty, changes, pending: pendingIn(lister.kept), next };
}

/** Those in which a poll has to see each change at once; what is skipped without an event changes only how far the project is. */
function urgentStates(events: readonly TriggerEvent[]): readonly FinishedState[] {
	return statesFor([...events.filter((event) => !isMilestone(event)), 'completed']);
}

const nothing: Look['next'] = async () => await Promise.resolve([]);

/** None if the task was listed again in another state. */
function pendingTask(task: ListedTask, sighting: Sighting, rules: TaskRules): readonly PendingTask[] {
	const index = sighting.indexOf(task.hash);
	if (sighting.stateNow(task.hash) !== task.state || sighting.isDiscardedAt(index)) return [];
	const record = sighting.recordAt(index, rules);
	return [{ task, record, steps: rules.steps(record.emitted, task.state) }];
}

async function measure(
	source: ProjectSource,
	events: readonly TriggerEvent[],
	{ sighting, changes }: Look,
	{ milestones }: ProjectMemory,
	lists: DatasetLists,
): Promise<{ readonly progress?: Progress }> {
	if (!needsProgress(events, changes)) return {};
	const needsImages = events.includes('datasetFinished');
	const progress = await finish(progressOf(sighting, await source.size(needsImages ? lists : undefined)));
	if (source.listsAll || needsImages || !seemsFinished(progress, milestones, events)) return { progress };
	return { progress: await finish(progressOf(sighting, await source.size(lists))) };
}

/** For milestones, and for items of a trigger that reads all four lists, which say how many images remain. */
function needsProgress(events: readonly TriggerEvent[], changes: Changes): boolean {
	if (events.some(isMilestone)) return true;
	const mayEmit = events.includes('labelsChanged') || changes.pending > 0;
	return mayEmit && statesFor(events).length === FINISHED_STATES.length;
}

function beginning({ identity }: ProjectSource, { events, firstActivation }: TriggerParameters): ProjectMemory {
	return { ...emptyMemory(events, identity), milestones: firstMilestones(events, firstActivation) };
}

/**
 * From the task list where the server has one, else from the export.
 *
 * @param remembered what the project's tasks were identified by so far; undefined if nothing is known of them.
 * @param needsSize whether it is to be known how many images the project has.
 * @throws InputError if they are known as tasks and the server shows images only: what is remembered of the one says nothing
 * about the other, and a new beginning would keep quiet about all that was finished since the last poll.
 */
export async function openProject(
	api: DataGymApi,
	projectId: string,
	remembered?: Identity,
	needsSize = false,
): Promise<ProjectSource> {
	if (await api.has('tasks')) return taskListSource(api, projectId, remembered ?? 'task', needsSize);
	if (remembered !== 'task') return exportSource(api, projectId);
	throw new InputError(
		'The DataGym server has no task list any more, so this trigger cannot determine what is new',
		'What the trigger remembers is kept. If the server was replaced by one of 2020, replace the trigger with a new one under another name. Otherwise check the base URL and "API Generation" in the credential, and restart n8n.',
	);
}
