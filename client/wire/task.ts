import * as z from 'zod/v4-mini';
import { list, optional, text } from './schema';

export const TASK_STATES = [
	'BACKLOG',
	'WAITING',
	'WAITING_CHANGED',
	'IN_PROGRESS',
	'SKIPPED',
	'COMPLETED',
	'REVIEWED',
	'REVIEWED_SKIP',
] as const;
export type TaskState = (typeof TASK_STATES)[number];

export interface Task {
	readonly taskId: string;
	readonly projectId: string;
	readonly projectName: string;
	/** BACKLOG, WAITING, WAITING_CHANGED, IN_PROGRESS, SKIPPED, COMPLETED, REVIEWED or REVIEWED_SKIP. */
	readonly state: string;
	readonly imageId: string;
	readonly imageName: string;
	readonly labeler?: string;
	readonly reviewComment?: string;
	readonly iterationId: string;
	readonly hasPredictions: boolean;
	readonly isBenchmark: boolean;
	readonly raw: unknown;
}

export const wireTask = z.pipe(
	z.looseObject({
		taskId: z.string(),
		projectId: text,
		projectName: text,
		labelTaskState: z.string(),
		mediaId: text,
		imageId: text,
		mediaName: text,
		imageName: text,
		labeler: text,
		reviewComment: text,
		iterationId: text,
		hasJsonUpload: z.nullish(z.boolean()),
		benchmark: z.nullish(z.boolean()),
	}),
	z.transform(
		(raw): Task => ({
			taskId: raw.taskId,
			projectId: raw.projectId ?? '',
			projectName: raw.projectName ?? '',
			state: raw.labelTaskState,
			imageId: raw.mediaId ?? raw.imageId ?? '',
			imageName: raw.mediaName ?? raw.imageName ?? '',
			...optional('labeler', raw.labeler),
			...optional('reviewComment', raw.reviewComment),
			iterationId: raw.iterationId ?? '',
			hasPredictions: raw.hasJsonUpload ?? false,
			isBenchmark: raw.benchmark ?? false,
			raw,
		}),
	),
);
export const wireTasks = list(wireTask);

/** A row of the task list as it came. */
export interface TaskRow {
	readonly taskId: string;
	readonly labelTaskState: string;
}

/** Looks at what every row needs only: a list of 100,000 tasks takes four times as long to parse by `wireTasks` as its JSON does. */
export const wireTaskRows = z.custom<readonly TaskRow[]>((rows) => Array.isArray(rows) && rows.every(isTaskRow));

function isTaskRow(row: unknown): row is TaskRow {
	if (typeof row !== 'object' || row === null) return false;
	return (
		'taskId' in row &&
		typeof row.taskId === 'string' &&
		'labelTaskState' in row &&
		typeof row.labelTaskState === 'string'
	);
}

/** What says that an answer of `GET /task/{taskId}` is one; what is in it, `labels/` reads. */
export const wireTaskDetails = z.looseObject({
	taskId: z.string(),
	labelTaskState: z.string(),
	labelConfig: z.looseObject({ id: z.string(), entries: z.array(z.unknown()) }),
});
export type TaskDetails = z.infer<typeof wireTaskDetails>;
