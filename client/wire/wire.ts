/**
 * The server's answers, parsed once at the border. Both API generations come out with the same names
 * (CONTRACT.md, section 11); what the server sent is kept as `raw`.
 */
import * as z from 'zod/v4-mini';
import { count, isoDate, list, optional, text } from './fields';

export const errorBody = z.looseObject({
	key: z.optional(z.string()),
	params: z.optional(z.array(z.coerce.string())),
	msg: z.optional(z.string()),
	details: z.optional(
		z.array(
			z.looseObject({
				name: z.optional(z.string()),
				key: z.optional(z.string()),
				params: z.optional(z.array(z.coerce.string())),
			}),
		),
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
	z.looseObject({ ...wireDatasetBase, media: z.nullish(list(wireImage)), images: z.nullish(list(wireImage)) }),
	z.transform((raw): Dataset => {
		const images = raw.media ?? raw.images ?? [];
		const list = 'media' in raw ? 'media' : 'images';
		return {
			...datasetBase(raw),
			imageCount: images.length,
			images,
			raw: { ...raw, [list]: images.map((image) => image.raw) },
		};
	}),
);
export const wireDatasets = list(wireDataset);

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

export const wireProjects = list(
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

export const wireUrlResults = list(
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

/** Its parts are read by `labels/`. */
export const wireVideoTask = z.looseObject({ frames: z.looseObject({}), object: z.looseObject({}) });

export const wireNothing = z.unknown();
