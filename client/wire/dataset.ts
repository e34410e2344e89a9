import * as z from 'zod/v4-mini';
import { count, isoDate, issueOf, list, optional, text, UnexpectedElement } from './schema';

export interface Image {
	readonly imageId: string;
	readonly imageName: string;
	/** LOCAL, SHAREABLE_LINK or AWS_S3. */
	readonly source: string;
	/** Of a linked image, where lists tell it. */
	readonly link?: string;
	/** When it was added, ISO 8601. */
	readonly timestamp?: string;
	/** Pixels, known after an upload only. */
	readonly width?: number;
	readonly height?: number;
	readonly raw: unknown;
}

export const wireImage = z.pipe(
	z.looseObject({
		id: z.string(),
		timestamp: count,
		mediaName: text,
		imageName: text,
		image_name: text,
		mediaSourceType: text,
		imageType: text,
		image_type: text,
		url: text,
		width: count,
		height: count,
	}),
	z.transform(
		(raw): Image => ({
			imageId: raw.id,
			imageName: raw.mediaName ?? raw.imageName ?? raw.image_name ?? '',
			source: raw.mediaSourceType ?? raw.imageType ?? raw.image_type ?? '',
			...optional('link', raw.url),
			...optional('timestamp', isoDate(raw.timestamp)),
			...optional('width', raw.width),
			...optional('height', raw.height),
			raw,
		}),
	),
);

/** What most need to know of an image. */
export type ListedImage = Pick<Image, 'imageId' | 'imageName' | 'source' | 'link'>;

/**
 * An element of a list of images. A list can have a million, of which each takes four times as long to parse by `wireImage` as its
 * JSON does.
 */
export function readListedImage(element: unknown, index: number): ListedImage {
	const raw = (element ?? {}) as Readonly<Record<string, unknown>>;
	const { id, url } = raw;
	const name = raw.mediaName ?? raw.imageName ?? raw.image_name ?? '';
	const source = raw.mediaSourceType ?? raw.imageType ?? raw.image_type ?? '';
	if (typeof id !== 'string' || typeof name !== 'string' || typeof source !== 'string' || !isOptionalText(url))
		throw new UnexpectedElement(issueOf(wireImage, element, [index]));
	return { imageId: id, imageName: name, source, ...(typeof url === 'string' && { link: url }) };
}

const isOptionalText = (value: unknown) => value === undefined || value === null || typeof value === 'string';

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

/** The same, of a dataset whose images are taken out of it: it does not say how many there are. */
export const wireDatasetAlone = z.pipe(
	z.looseObject({
		...wireDatasetBase,
		media: z.nullish(z.array(z.unknown())),
		images: z.nullish(z.array(z.unknown())),
	}),
	z.transform((raw): DatasetSummary => ({ ...datasetBase(raw), imageCount: 0 })),
);

/** What the lists of images are called, which can be longer than any text. */
export const IMAGE_LISTS: ReadonlySet<string> = new Set(['media', 'images']);

/** The dataset, read without its images, with them. */
export function withImages(dataset: Dataset, images: readonly Image[]): Dataset {
	const raw = dataset.raw as Readonly<Record<string, unknown>>;
	const list = 'media' in raw ? 'media' : 'images';
	return { ...dataset, imageCount: images.length, images, raw: { ...raw, [list]: images.map((image) => image.raw) } };
}

export const wireDatasetSummary = z.pipe(
	z.looseObject({ ...wireDatasetBase, mediaCount: count, imagesCount: count }),
	z.transform((raw): DatasetSummary => ({ ...datasetBase(raw), imageCount: raw.mediaCount ?? raw.imagesCount ?? 0 })),
);

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
