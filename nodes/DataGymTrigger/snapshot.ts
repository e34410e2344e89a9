import type { DataGymApi } from '@datagym/client';
import { baseline, compare, isUnchanged, missingFrom, type Changes } from './compare';
import { statesFor, type TriggerEvent } from './events';
import { emptyMemory, type ProjectMemory } from './memory/memory';
import { exportSource } from './sources/exportSource';
import type { ProjectSource, ListedTask } from './sources/projectSource';
import { taskListSource } from './sources/taskListSource';
import type { TriggerParameters } from './parameters';
import { shortened, type Identity } from './memory/hashes';

/** What a poll has found in one project, before anything is emitted. */
export interface ProjectSnapshot {
	readonly source: ProjectSource;
	/** Those that are chosen now. */
	readonly events: readonly TriggerEvent[];
	readonly listed: readonly ListedTask[];
	/** What was remembered; of a project that is watched for the first time, what is assumed to be known. */
	readonly before: ProjectMemory;
	readonly isFirst: boolean;
	/** Undefined if there are none. */
	readonly changes?: Changes;
}

/** Lists the finished tasks and, if some are missing from the lists, finds out what became of them. */
export async function takeSnapshot(
	api: DataGymApi,
	projectId: string,
	parameters: TriggerParameters,
	remembered: ProjectMemory | undefined,
): Promise<ProjectSnapshot> {
	const { events } = parameters;
	const states = statesFor(events);
	const source = await openProject(api, projectId, remembered?.identity);
	const finished = await source.listFinished(states);
	const known = remembered?.identity === source.identity ? remembered : undefined;
	const before = known ?? beginning(source, parameters, finished);
	const snapshot = { source, events, before, isFirst: known === undefined };
	if (isUnchanged(before, finished, events)) return { ...snapshot, listed: finished };
	const missing = missingFrom(before, finished, states);
	if (missing.size === 0) return { ...snapshot, listed: finished, changes: compare(before, finished, missing, events) };
	const isMissing = (hash: number) => missing.has(shortened(hash, before.bits));
	const located = await source.locate({ count: missing.size, has: isMissing }, states);
	const listed = [...finished, ...located.tasks];
	const isEmpty = finished.length === 0 && located.isEmpty;
	return { ...snapshot, listed, changes: compare(before, listed, missing, events, isEmpty) };
}

function beginning(
	{ identity }: ProjectSource,
	{ events, firstActivation }: TriggerParameters,
	finished: readonly ListedTask[],
): ProjectMemory {
	const nothing = emptyMemory(events, identity);
	return firstActivation === 'everything' ? nothing : { ...nothing, records: baseline(finished) };
}

/**
 * From the task list where the server has one, else from the export.
 *
 * @param remembered what the project's tasks were identified by so far.
 */
export async function openProject(
	api: DataGymApi,
	projectId: string,
	remembered: Identity = 'task',
): Promise<ProjectSource> {
	return (await api.generation()) === 'media'
		? taskListSource(api, projectId, remembered)
		: exportSource(api, projectId);
}
