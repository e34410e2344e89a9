import type { DataGymApi } from '@datagym/client';
import { InputError } from '@datagym/shared/errors';
import { baseline, compare, isUnchanged, missingFrom, type Changes } from './compare';
import { FINISHED_STATES, isMilestone, statesFor, type TriggerEvent } from './events';
import { firstMilestones, progressOf, seemsFinished, type Progress } from './milestones';
import { emptyMemory, type ProjectMemory } from './memory/memory';
import { exportSource } from './sources/exportSource';
import type { ProjectSource, ListedTask } from './sources/projectSource';
import { countTasks, sizeMayRest, type QuietLooks } from './quietLooks';
import { taskListSource } from './sources/taskListSource';
import type { TriggerParameters } from './parameters';
import { shortened, type Identity } from './memory/hashes';

/** What a poll has found in one project, before anything is emitted. */
export interface ProjectSnapshot {
	readonly source: ProjectSource;
	/** Those that are chosen now. */
	readonly events: readonly TriggerEvent[];
	/** None if there was no need to list them. */
	readonly listed: readonly ListedTask[];
	/** What was remembered; of a project that is watched for the first time, what is assumed to be known. */
	readonly before: ProjectMemory;
	readonly isFirst: boolean;
	/** The project shows no image in any state, though some are remembered. */
	readonly isEmpty?: boolean;
	/** Undefined if there are none. */
	readonly changes?: Changes;
	/** How far the project is; undefined if nobody wants to know, and in polls that find nothing new and do without. */
	readonly progress?: Progress;
}

/**
 * Lists the finished tasks, unless their number says enough, and, if some are missing from the lists, finds out what became of them.
 *
 * @param looks undefined if the tasks are to be listed in any case.
 */
export async function takeSnapshot(
	api: DataGymApi,
	projectId: string,
	parameters: TriggerParameters,
	remembered: ProjectMemory | undefined,
	looks: QuietLooks | undefined,
): Promise<ProjectSnapshot> {
	const { events } = parameters;
	const states = statesFor(events);
	const source = await openProject(api, projectId, remembered?.identity, events.some(isMilestone));
	const counted = looks && (await countTasks(api, projectId, parameters, remembered));
	if (remembered !== undefined && counted !== undefined && looks?.mayRest(projectId, counted))
		return { source, events, listed: [], before: remembered, isFirst: false };
	const finished = await source.listFinished(states);
	const before = remembered ?? beginning(source, parameters, finished);
	const snapshot = { source, events, before, isFirst: remembered === undefined };
	if (isUnchanged(before, finished, events)) {
		const listedOnly = counted === undefined ? sizeMayRest(before, events) : undefined;
		if (listedOnly !== undefined && looks?.mayRest(projectId, listedOnly)) return { ...snapshot, listed: finished };
		const progress = await measure(source, events, finished, before);
		const seen = counted ?? listedOnly;
		if (seen !== undefined) looks?.note(projectId, seen);
		return { ...snapshot, listed: finished, ...progress };
	}
	const missing = missingFrom(before, finished, states);
	if (missing.size === 0) {
		const changes = compare(before, finished, missing, events);
		return { ...snapshot, listed: finished, changes, ...(await measure(source, events, finished, before, changes)) };
	}
	const isMissing = (hash: number) => missing.has(shortened(hash, before.bits));
	const located = await source.locate({ count: missing.size, has: isMissing }, states);
	const listed = [...finished, ...located.tasks];
	const isEmpty = finished.length === 0 && located.isEmpty;
	const changes = compare(before, listed, missing, events, isEmpty);
	return { ...snapshot, isEmpty, listed, changes, ...(await measure(source, events, listed, before, changes)) };
}

async function measure(
	source: ProjectSource,
	events: readonly TriggerEvent[],
	listed: readonly ListedTask[],
	{ milestones }: ProjectMemory,
	changes?: Changes,
): Promise<{ readonly progress?: Progress }> {
	if (!needsProgress(events, changes)) return {};
	const needsImages = events.includes('datasetFinished');
	const progress = progressOf(listed, await source.size(needsImages));
	if (source.listsAll || needsImages || !seemsFinished(progress, milestones, events)) return { progress };
	return { progress: progressOf(listed, await source.size(true)) };
}

/** For milestones, and for items of a trigger that reads all four lists, which say how many images remain. */
function needsProgress(events: readonly TriggerEvent[], changes: Changes | undefined): boolean {
	if (events.some(isMilestone)) return true;
	const mayEmit = events.includes('labelsChanged') || (changes?.pending.length ?? 0) > 0;
	return mayEmit && statesFor(events).length === FINISHED_STATES.length;
}

function beginning(
	{ identity }: ProjectSource,
	{ events, firstActivation }: TriggerParameters,
	finished: readonly ListedTask[],
): ProjectMemory {
	const nothing = { ...emptyMemory(events, identity), milestones: firstMilestones(events, firstActivation) };
	return firstActivation === 'everything' ? nothing : { ...nothing, records: baseline(finished) };
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
