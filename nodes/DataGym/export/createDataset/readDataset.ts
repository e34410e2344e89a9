import { isDataGymError, type DataGymError } from '@datagym/client';
import {
	compareTexts,
	hasImageEnding,
	type ImageHeader,
	type LabeledImage,
	readImageHeader,
	sorted,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { finish } from '@datagym/shared/turns';
import { type FinishedLabels, finishedLabels } from '../../finishedLabels';
import { ProjectImageFiles } from '../../imageOrigins';
import type { Run } from '../../runner/runContext';
import { type DatasetParameters, imageClassKey } from './parameters';

export interface ProjectLabels extends FinishedLabels {
	/** Numbers of images that the options exclude. */
	readonly excluded: { readonly skipped: number; readonly withoutLabels: number };
}

/** Reads the finished images that belong into the dataset, with their labels. */
export async function readProjectLabels(run: Run, parameters: DatasetParameters): Promise<ProjectLabels> {
	const { images, classes, problems } = await finishedLabels(run, {
		projectId: parameters.projectId,
		isExact: parameters.isExact,
		includesSkipped: parameters.includesSkipped,
		purpose: 'A training dataset cannot be created from a video project',
	});
	const done = images.filter(({ status }) => parameters.includesSkipped || status !== 'skipped');
	const included = done.filter(
		({ objects }) =>
			parameters.includesEmpty || objects.length > 0 || imageClassKey(parameters.formatParameters) !== '',
	);
	return {
		// The server gives images in no order; a dataset that is made again shall be the same.
		images: await finish(sorted(included, byNameThenId)),
		classes,
		problems,
		excluded: { skipped: images.length - done.length, withoutLabels: done.length - included.length },
	};
}

function byNameThenId(a: LabeledImage, b: LabeledImage): number {
	return compareTexts(a.imageName, b.imageName) || compareTexts(a.imageId, b.imageId);
}

/** A JPEG's size that stands behind more bytes than this is not read. */
const MAX_HEADER_BYTES = 1024 * 1024;

/** More than every signature has, since a stream may begin with less. */
const SIGNATURE_BYTES = 32;

/** An image that cannot be in the dataset, and why. */
export interface SkippedImage {
	readonly imageId: string;
	readonly imageName: string;
	readonly reason: string;
}

export interface Sized {
	readonly images: readonly LabeledImage[];
	readonly skipped: readonly SkippedImage[];
}

/**
 * Reads size, EXIF orientation and type from the first bytes of each image's file, for formats that need them, for labels that
 * are moved or cut, for photographs that are made upright, and for images that are to be included under a name that no trainer takes for an image. What the manifest knows
 * of a file is not read again, but for linked images that may have to be fetched again: a dead link is found before the first file is written. The server has no partial downloads, so the connection is closed as soon as enough has come.
 */
export async function withSizes(
	run: Run,
	images: readonly LabeledImage[],
	{ format: { writes }, frame, turnsPixels, tiling, projectId, includesImages, earlier }: DatasetParameters,
): Promise<Sized> {
	const isMoved = frame === 'stored' && writes.orientation !== 'none';
	// A file that holds several images, and crops whose boxes change, need images again that an earlier run has written.
	const mayBeReadAgain = writes.packsImages === true || writes.cutsImages === true;
	const needsHeaders = writes.needsSizes || isMoved || turnsPixels || tiling !== undefined;
	if (!needsHeaders && !includesImages) return { images, skipped: [] };
	const files = await ProjectImageFiles.of(run, projectId);
	const skipped: SkippedImage[] = [];
	let isFailed = false;
	const sized = await Promise.all(
		images.map((image) =>
			run.limit(async (): Promise<LabeledImage | undefined> => {
				const known = earlier?.images.get(image.imageId)?.file;
				const isKnown = known !== undefined && !(mayBeReadAgain && (await files.isLinked(image.imageId)));
				if (isKnown) return { ...image, ...known };
				// Nobody waits for the rest any more.
				if (isFailed) return undefined;
				if (run.isCanceled)
					throw new InputError('The execution was canceled', 'Nothing was written. Run the workflow again.');
				// A dead link is found before the first file is written.
				const isRead = needsHeaders || !hasImageEnding(image.imageName) || (await files.isLinked(image.imageId));
				if (!isRead) return image;
				const header = await readHeader(files, image.imageId).catch((error: unknown) => {
					isFailed = true;
					throw error;
				});
				if (typeof header !== 'string')
					return {
						...image,
						width: header.displayedWidth,
						height: header.displayedHeight,
						orientation: header.orientation,
						fileType: header.format,
					};
				skipped.push({ imageId: image.imageId, imageName: image.imageName, reason: header });
				return undefined;
			}),
		),
	);
	const [first] = skipped;
	if (first !== undefined && skipped.length === images.length && earlier === undefined)
		throw new InputError(
			`None of the ${images.length} images could be read, so no dataset was created: ${first.reason}`,
			`This is the reason for the image "${first.imageName}". Check that its file can be opened in DataGym.`,
		);
	return { images: sized.filter((image) => image !== undefined), skipped };
}

type KnownHeader = Extract<ImageHeader, { verdict: 'image' }>;

/**
 * Whether the image itself cannot be read. A host of links that is away for a while is no reason to leave its images out, and
 * neither is a refusal after which DataGym has skipped an image's tasks.
 */
function isOfImage({ failure, status, isRetryable }: DataGymError): boolean {
	if (failure.kind === 'link') return !isRetryable;
	return failure.kind === 'refused' && ![400, 401, 403].includes(status ?? 0);
}

/** Returns the header, or a sentence on why it is not known. */
async function readHeader(files: ProjectImageFiles, imageId: string): Promise<KnownHeader | string> {
	const answer = await files.open(imageId).catch((error: unknown) => {
		if (isDataGymError(error) && isOfImage(error)) return error;
		throw error;
	});
	if (isDataGymError(answer)) return answer.message;
	const chunks: Buffer[] = [];
	let length = 0;
	let bytesNeeded = SIGNATURE_BYTES;
	for await (const chunk of answer.stream) {
		const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
		chunks.push(bytes);
		length += bytes.length;
		if (length < bytesNeeded) continue;
		const header = readImageHeader(Buffer.concat(chunks));
		if (header.verdict === 'image') return header;
		if (header.verdict === 'unknown') return 'The file is neither a JPEG nor a PNG. Upload it in one of these formats.';
		if (header.verdict === 'truncated' || length > MAX_HEADER_BYTES) break;
		bytesNeeded = header.bytesNeeded;
	}
	const last = readImageHeader(Buffer.concat(chunks), true);
	return last.verdict === 'image' ? last : 'The file is damaged, so its size cannot be read. Upload it again.';
}
