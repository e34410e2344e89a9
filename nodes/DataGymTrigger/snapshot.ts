import type { DataGymApi } from '@datagym/client';
import { baseline, difference, isAsTold, missingFrom, type Difference } from './compare';
import { statesFor, type TriggerEvent } from './events';
import { emptyMemory, type Identity, type ProjectMemory } from './memory/memory';
import { exportSource } from './sources/exportSource';
import type { ProjectSource, TaskSighting } from './sources/projectSource';
import { taskListSource } from './sources/taskListSource';
import type { Settings } from './parameters';
import { shortened } from './memory/hashes';

/** What a poll has found in one project, before anything is told. */
export interface ProjectLook {
	readonly source: ProjectSource;
	/** Those that are chosen now. */
	readonly events: readonly TriggerEvent[];
	readonly sightings: readonly TaskSighting[];
	/** What was remembered; of a project that is watched for the first time, what is assumed to be known. */
	readonly before: ProjectMemory;
	readonly isFirst: boolean;
	/** Undefined if there is none. */
	readonly difference?: Difference<TaskSighting>;
}

/** Lists the finished tasks and, if some are missing from the lists, finds out what became of them. */
export async function lookAt(
	api: DataGymApi,
	projectId: string,
	settings: Settings,
	remembered: ProjectMemory | undefined,
): Promise<ProjectLook> {
	const { events } = settings;
	const states = statesFor(events);
	const source = await openProject(api, projectId, remembered?.identity);
	const finished = await source.listFinished(states);
	const known = remembered?.identity === source.identity ? remembered : undefined;
	const before = known ?? beginning(source, settings, finished);
	const look = { source, events, before, isFirst: known === undefined };
	if (isAsTold(before, finished, events)) return { ...look, sightings: finished };
	const missing = missingFrom(before, finished, states);
	const isMissing = (hash: number) => missing.has(shortened(hash, before.bits));
	const located =
		missing.size === 0
			? []
			: await source.locate({ count: missing.size, has: isMissing }, states, events.includes('reopened'));
	const sightings = missing.size === 0 ? finished : [...finished, ...located];
	return { ...look, sightings, difference: difference(before, sightings, missing, events) };
}

function beginning(
	{ identity }: ProjectSource,
	{ events, firstActivation }: Settings,
	finished: readonly TaskSighting[],
): ProjectMemory {
	const nothing = emptyMemory(events, identity);
	return firstActivation === 'everything' ? nothing : { ...nothing, traces: baseline(finished) };
}

/**
 * From the task list where the server has one, else from the export.
 *
 * @param remembered how the project's tasks were told apart so far.
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
