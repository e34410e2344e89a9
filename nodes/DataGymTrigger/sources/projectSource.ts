import type { TaskState } from '@datagym/client';
import type { LabelClass, LabeledImage, LabelProblem } from '@datagym/labels';
import type { Sighting } from '../compare';
import type { FinishedState } from '../events';
import type { Identity } from '../memory/memory';

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

/** What a list tells of a task. */
export interface SeenTask {
	/** Missing on servers of the documented generation, whose exports name images only. */
	readonly taskId?: string;
	readonly imageId: string;
	readonly imageName: string;
	/** In lower case: completed, reviewed, skipped, reviewed_skip, waiting_changed … */
	readonly status: string;
	readonly projectName?: string;
	/** Name or ID of the person; missing if a token did it. */
	readonly labeler?: string;
	readonly reviewComment?: string;
}

/** The labels of a task, and what is told beside them. */
export interface TaskLabels {
	readonly image: LabeledImage;
	readonly classes: readonly LabelClass[];
	/** What could not be read. */
	readonly problems: ReadonlyArray<Pick<LabelProblem, 'path' | 'message'>>;
	readonly datasetId?: string;
	readonly datasetName?: string;
	/** The server does not tell the labels, so that there is nothing to compare. */
	readonly isUntold?: true;
}
