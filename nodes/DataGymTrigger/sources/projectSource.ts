import type { TaskState } from '@datagym/client';
import type { LabelClass, LabeledImage, LabelProblem, LabelValue } from '@datagym/labels';
import type { ImageOrigin } from '@datagym/shared/imageFile';
import type { FinishedState } from '../events';
import type { Identity } from '../memory/hashes';
import type { TaskLister } from '../taskLister';
import type { DatasetLists } from './datasetImages';
import type { TaskSummary } from './listedTask';

/** Where the tasks of one project are read from. */
export interface ProjectSource {
	readonly projectId: string;
	readonly identity: Identity;
	/** What the user should know about this way of reading. */
	readonly hint?: string;
	/** Whether the lists hold all images, so that `size` is as old as they are; else it is asked for a moment later. */
	readonly listsAll: boolean;
	/** Whether there is a list for each state, so that fewer states cost fewer requests. */
	readonly listsApart: boolean;
	/** Lists the finished tasks. A task that moves meanwhile can be in two lists, or in none if it moves back. */
	listFinished(states: readonly FinishedState[], lister: TaskLister): Promise<void>;
	/** Looks in all other places for tasks that the lists of finished ones should have held and did not. */
	locate(lister: TaskLister, states: readonly FinishedState[]): Promise<void>;
	/** The first tasks in the state, and of those only that pass, for the test in the editor. */
	examples(state: TaskState, most: number, passes?: (task: TaskSummary) => boolean): Promise<readonly TaskSummary[]>;
	/**
	 * How many images the project has, after `listFinished`; a request or none.
	 *
	 * @param lists takes the images of each dataset as well, which is one more request for each.
	 */
	size(lists?: DatasetLists): Promise<ProjectSize>;
	/** @returns undefined if the task is gone or not finished any more. */
	readLabels(task: TaskSummary): Promise<TaskLabels | undefined>;
}

export interface ProjectSize {
	readonly projectName: string;
	/** Images in the project, in any state. */
	readonly images: number;
	/** Whether that is how many the lists had, so that it is as old as they are. */
	readonly isOfLists?: boolean;
	/** Undefined unless the images were asked for, and not only counted. */
	readonly datasets?: readonly DatasetSize[];
}

export interface DatasetSize {
	readonly datasetId: string;
	readonly datasetName: string;
	/** The hashes of their IDs, each once. */
	readonly images: Float64Array;
}

/** The labels of a task, and what belongs to them. */
export interface TaskLabels {
	readonly image: LabeledImage;
	readonly classes: readonly LabelClass[];
	/** The same labels with who made each and when, where the server tells it. */
	readonly values?: readonly LabelValue[];
	/** What could not be read. */
	readonly problems: ReadonlyArray<Pick<LabelProblem, 'path' | 'message'>>;
	readonly datasetId?: string;
	readonly datasetName?: string;
	/** Where the image's file is; missing where only a list of images says it. */
	readonly origin?: ImageOrigin;
	/** The server does not give the labels, so that there is nothing to compare. */
	readonly isUnavailable?: true;
}
