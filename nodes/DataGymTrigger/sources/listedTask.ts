import type { ObservedState } from '../events';

/** How a row of a list is read. */
export interface RowReader<Row> {
	/** What the task is remembered by. */
	readonly id: (row: Row) => string;
	readonly state: (row: Row) => ObservedState;
	readonly imageId: (row: Row) => string;
	readonly imageName: (row: Row) => string;
	/** What comes first of two with the same name. */
	readonly sortId: (row: Row) => string;
	readonly summary: (row: Row) => TaskSummary;
	/** The same of one that is kept, so that its labels can be asked for. */
	readonly describe: (row: Row) => TaskSummary;
}

/** A task as a poll found it. */
export interface ListedTask {
	/** The hash of its ID (or its image's), at all bits. */
	readonly hash: number;
	readonly state: ObservedState;
	/** Made for the few tasks only of which something is emitted. */
	readonly describe: () => TaskSummary;
}

/** What a list says about a task. */
export interface TaskSummary {
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
