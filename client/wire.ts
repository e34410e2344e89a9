/**
 * The server's answers, parsed once at the border. Both API generations come out with the same names
 * (CONTRACT.md, section 11); what the server sent is kept as `raw`.
 */
import * as z from 'zod/v4-mini';

const text = z.nullish(z.string());
const count = z.nullish(z.number());

export const errorBody = z.looseObject({
	key: z.optional(z.string()),
	params: z.optional(z.array(z.coerce.string())),
	msg: z.optional(z.string()),
	details: z.optional(
		z.array(z.looseObject({ name: z.optional(z.string()), key: z.optional(z.string()), params: z.optional(z.array(z.coerce.string())) })),
	),
});
export type ErrorBody = z.infer<typeof errorBody>;

export interface Image {
	readonly imageId: string;
	readonly imageName: string;
	/** LOCAL, SHAREABLE_LINK or AWS_S3. */
	readonly source: string;
	/** When it was added, ISO 8601. */
	readonly timestamp?: string;
	/** Pixels, known after an upload only. */
	readonly width?: number;
	readonly height?: number;
	readonly raw: unknown;
}

const wireImage = z.pipe(
	z.looseObject({
		id: z.string(),
		timestamp: count,
		mediaName: text,
		imageName: text,
		image_name: text,
		mediaSourceType: text,
		imageType: text,
		image_type: text,
		width: count,
		height: count,
	}),
	z.transform(
		(raw): Image => ({
			imageId: raw.id,
			imageName: raw.mediaName ?? raw.imageName ?? raw.image_name ?? '',
			source: raw.mediaSourceType ?? raw.imageType ?? raw.image_type ?? '',
			...optional('timestamp', isoDate(raw.timestamp)),
			...optional('width', raw.width),
			...optional('height', raw.height),
			raw,
		}),
	),
);

interface DatasetBase {
	readonly datasetId: string;
	readonly name: string;
	readonly shortDescription: string;
	readonly timestamp?: string;
	readonly projectCount: number;
	readonly mediaType: string;
	readonly raw: unknown;
}

export interface DatasetSummary extends DatasetBase {
	readonly imageCount: number;
}

export interface Dataset extends DatasetSummary {
	readonly images: readonly Image[];
}

const wireDatasetBase = {
	id: z.string(),
	name: z.string(),
	shortDescription: text,
	timestamp: count,
	projectCount: count,
	mediaType: text,
};

interface WireDatasetBase {
	id: string;
	name: string;
	shortDescription?: string | null | undefined;
	timestamp?: number | null | undefined;
	projectCount?: number | null | undefined;
	mediaType?: string | null | undefined;
}

const datasetBase = (raw: WireDatasetBase): DatasetBase => ({
	datasetId: raw.id,
	name: raw.name,
	shortDescription: raw.shortDescription ?? '',
	...optional('timestamp', isoDate(raw.timestamp)),
	projectCount: raw.projectCount ?? 0,
	mediaType: raw.mediaType ?? 'IMAGE',
	raw,
});

export const wireDataset = z.pipe(
	z.looseObject({ ...wireDatasetBase, media: z.nullish(z.array(wireImage)), images: z.nullish(z.array(wireImage)) }),
	z.transform((raw): Dataset => {
		const images = raw.media ?? raw.images ?? [];
		const list = 'media' in raw ? 'media' : 'images';
		return { ...datasetBase(raw), imageCount: images.length, images, raw: { ...raw, [list]: images.map((image) => image.raw) } };
	}),
);
export const wireDatasets = z.array(wireDataset);

export interface Project {
	readonly projectId: string;
	readonly name: string;
	readonly shortDescription: string;
	readonly description: string;
	/** IMAGE or VIDEO. */
	readonly mediaType: string;
	readonly labelConfigurationId: string;
	readonly labelIterationId: string;
	/** The last change of the project's own properties, ISO 8601. */
	readonly timestamp?: string;
	readonly datasets: readonly DatasetSummary[];
	readonly raw: unknown;
}

const wireDatasetSummary = z.pipe(
	z.looseObject({ ...wireDatasetBase, mediaCount: count, imagesCount: count }),
	z.transform((raw): DatasetSummary => ({ ...datasetBase(raw), imageCount: raw.mediaCount ?? raw.imagesCount ?? 0 })),
);

export const wireProjects = z.array(
	z.pipe(
		z.looseObject({
			id: z.string(),
			name: z.string(),
			shortDescription: text,
			description: text,
			timestamp: count,
			labelConfigurationId: z.string(),
			labelIterationId: text,
			mediaType: text,
			datasets: z.nullish(z.array(wireDatasetSummary)),
		}),
		z.transform(
			(raw): Project => ({
				projectId: raw.id,
				name: raw.name,
				shortDescription: raw.shortDescription ?? '',
				description: raw.description ?? '',
				mediaType: raw.mediaType ?? 'IMAGE',
				labelConfigurationId: raw.labelConfigurationId,
				labelIterationId: raw.labelIterationId ?? '',
				...optional('timestamp', isoDate(raw.timestamp)),
				datasets: raw.datasets ?? [],
				raw: { ...raw, datasets: (raw.datasets ?? []).map((dataset) => dataset.raw) },
			}),
		),
	),
);

export const wireUploadedImage = wireImage;

export interface UrlResult {
	readonly url: string;
	/** SUCCESS, DUPLICATE, UNSUPPORTED_MIME_TYPE or FAILED: the documented generation's UNSUPPORTED_FORMAT becomes UNSUPPORTED_MIME_TYPE. */
	readonly status: string;
	readonly imageId?: string;
	readonly imageName?: string;
	readonly raw: unknown;
}

export const wireUrlResults = z.array(
	z.pipe(
		z.looseObject({
			imageUrl: z.string(),
			mediaUploadStatus: text,
			imageUploadStatus: text,
			internal_media_ID: text,
			internal_image_ID: text,
			external_media_ID: text,
			external_image_ID: text,
		}),
		z.transform((raw): UrlResult => {
			const status = raw.mediaUploadStatus ?? raw.imageUploadStatus ?? '';
			return {
				url: raw.imageUrl,
				status: status === 'UNSUPPORTED_FORMAT' ? 'UNSUPPORTED_MIME_TYPE' : status,
				...optional('imageId', raw.internal_media_ID ?? raw.internal_image_ID),
				...optional('imageName', raw.external_media_ID ?? raw.external_image_ID),
				raw,
			};
		}),
	),
);

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
export const wireTasks = z.array(wireTask);

/** A row of the task list as it came. */
export interface TaskRow {
	readonly taskId: string;
	readonly labelTaskState: string;
}

/** Looks at what every row needs only: a list of 100,000 tasks takes four times as long to parse by `wireTasks` as its JSON does. */
export const wireTaskRows = z.custom<readonly TaskRow[]>((rows) => Array.isArray(rows) && rows.every(isTaskRow));

function isTaskRow(row: unknown): row is TaskRow {
	if (typeof row !== 'object' || row === null) return false;
	return 'taskId' in row && typeof row.taskId === 'string' && 'labelTaskState' in row && typeof row.labelTaskState === 'string';
}

/** What is needed of `GET /task/{taskId}` here; the labels in it are read by `labels/`. */
export const wireTaskDetails = z.looseObject({
	taskId: z.string(),
	labelTaskState: z.string(),
	labelConfig: z.looseObject({ id: z.string(), entries: z.array(z.unknown()) }),
	lastChangedConfig: count,
	labelIteration: z.nullish(z.looseObject({ id: text, entryValues: z.optional(z.unknown()) })),
	media: z.nullish(z.looseObject({ id: text, mediaName: text, width: count, height: count })),
	projectName: text,
	reviewComment: text,
	datasetId: text,
	datasetName: text,
});
export type TaskDetails = z.infer<typeof wireTaskDetails>;

export const wireLabelConfig = z.looseObject({
	id: text,
	entries: z.nullish(z.array(z.unknown())),
	numberOfCompletedTasks: count,
	numberOfReviewedTasks: count,
});
export type LabelConfigAnswer = z.infer<typeof wireLabelConfig>;

export const wireCompletion = z.looseObject({ hasLabelConfigChanged: z.boolean() });

export const wireImportAnswer = z.looseObject({ errorMessages: text });

/** Elements are read one by one by `labels/`, so that a broken one does not spoil the others. */
export const wireExport = z.array(z.unknown());

export const wireNothing = z.unknown();

function isoDate(milliseconds: number | null | undefined): string | undefined {
	if (milliseconds === null || milliseconds === undefined) return undefined;
	const date = new Date(milliseconds);
	return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** The key with its value, or nothing: an absent value is an absent key in items. */
function optional<Key extends string, Value>(key: Key, value: Value | null | undefined): { [K in Key]?: Value } {
	const part: { [K in Key]?: Value } = {};
	if (value !== null && value !== undefined) part[key] = value;
	return part;
}
