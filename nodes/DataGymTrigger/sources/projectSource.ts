import type { DataGymApi, TaskState } from '@datagym/client';
import type { Sighting } from '../diff';
import type { FinishedState } from '../events';
import { exportSource } from './exportSource';
import type { Identity } from '../memory/memory';
import type { SeenTask, TaskLabels } from './seenTask';
import { taskListSource } from './taskListSource';

/** A sighting that can be described: only the few tasks that something is told of are. */
export interface TaskSighting extends Sighting {
	readonly describe: () => SeenTask;
}

/** Where the tasks of one project are read from. */
export interface ProjectSource {
	readonly projectId: string;
	readonly identity: Identity;
	/** What to tell the user about this way of reading. */
	readonly hint?: string;
	/** The finished tasks. A task that moves meanwhile can be in two lists, or in none if it moves back. */
	listFinished(states: readonly FinishedState[]): Promise<readonly TaskSighting[]>;
	/**
	 * Looks for tasks that the lists of finished ones should have held and did not.
	 *
	 * @param isMissing whether a task of this hash is looked for.
	 * @param everywhere whether to look where an unfinished task hardly ever is, too, to be able to tell of it.
	 * @returns at least those that were found; the others are gone.
	 */
	locate(missing: Missing, states: readonly FinishedState[], everywhere: boolean): Promise<readonly TaskSighting[]>;
	/** Some tasks in the state, all of them if `most` is undefined: for the test in the editor. */
	examples(state: TaskState, most: number | undefined): Promise<readonly SeenTask[]>;
	/** @returns undefined if the task is gone or not finished any more. */
	readLabels(task: SeenTask): Promise<TaskLabels | undefined>;
}

export interface Missing {
	readonly count: number;
	readonly has: (hash: number) => boolean;
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
