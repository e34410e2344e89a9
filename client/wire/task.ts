import * as z from 'zod/v4-mini';
import { optional, text, UnexpectedElement } from './schema';

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

/** A task without the answer that it was in, which takes more memory than all that is read of it. */
export type ListedTask = Omit<Task, 'raw'>;

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

/** A row of the task list that is hardly looked at; the rest of it is as it came. */
export interface TaskRow {
	readonly taskId: string;
	readonly labelTaskState: string;
	readonly mediaId: unknown;
	readonly mediaName: unknown;
	readonly projectName: unknown;
	readonly labeler: unknown;
	readonly reviewComment: unknown;
}

/** Looks at what every row needs only: a list of 100,000 tasks takes four times as long to parse by `wireTask` as its JSON does. */
export function readRow(row: unknown, index: number): TaskRow {
	const { taskId, labelTaskState, mediaId, imageId, mediaName, imageName, projectName, labeler, reviewComment } =
		(row ?? {}) as Readonly<Record<string, unknown>>;
	if (typeof taskId !== 'string') throw new UnexpectedElement(missing(index, 'taskId'));
	if (typeof labelTaskState !== 'string') throw new UnexpectedElement(missing(index, 'labelTaskState'));
	return {
		taskId,
		labelTaskState,
		mediaId: mediaId ?? imageId,
		mediaName: mediaName ?? imageName,
		projectName,
		labeler,
		reviewComment,
	};
}

/** The same for rows that are all kept, of which there can be a million: what is the same in many of them is kept once. */
export function taskRowReader(): (row: unknown, index: number) => TaskRow {
	const once = sharedTexts<unknown>();
	return (row, index) => {
		const read = readRow(row, index);
		return {
			...read,
			labelTaskState: String(once(read.labelTaskState)),
			projectName: once(read.projectName),
			labeler: once(read.labeler),
		};
	};
}

/** The same text for all that are equal, of the first that come. */
export function sharedTexts<Text = string>(): (text: Text) => Text {
	const texts = new Map<Text, Text>();
	return (text) => {
		const known = texts.get(text);
		if (known !== undefined) return known;
		if (texts.size < MOST_SHARED_TEXTS) texts.set(text, text);
		return text;
	};
}

/** Names of projects, states and people. */
const MOST_SHARED_TEXTS = 1000;

const missing = (index: number, name: string) => `"${index}.${name}" is missing or has an unexpected value`;

export const wireServerLabelConfig = z.looseObject({ id: z.string(), entries: z.array(z.unknown()) });

/** The labels of a task alone, as its details have them in `labelIteration`. */
export const wireTaskLabels = z.looseObject({ id: z.string(), entryValues: z.array(z.unknown()) });

/** What says that an answer of `GET /task/{taskId}` is one; what is in it, `labels/` reads. */
export const wireTaskDetails = z.looseObject({
	taskId: z.string(),
	labelTaskState: z.string(),
	labelConfig: wireServerLabelConfig,
});
export type TaskDetails = z.infer<typeof wireTaskDetails>;
