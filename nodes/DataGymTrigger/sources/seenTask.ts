import type { LabelClass, LabeledImage, LabelProblem } from '@datagym/labels';

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
