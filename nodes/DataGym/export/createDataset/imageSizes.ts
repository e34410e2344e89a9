import { isDataGymError } from '@datagym/client';
import { type ImageHeader, type LabeledImage, needsSizes, readImageHeader } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import type { Run } from '../../runner/run';
import type { Wishes } from './wishes';

/** More than this in front of a JPEG's size is not read. */
const MOST_HEADER_BYTES = 1024 * 1024;

/** An image that cannot be in the dataset, and why. */
export interface LeftOut {
	readonly imageId: string;
	readonly imageName: string;
	readonly reason: string;
}

export interface Sized {
	readonly images: readonly LabeledImage[];
	readonly leftOut: readonly LeftOut[];
}

/**
 * Reads the size and the EXIF orientation from the first bytes of each image's file, for formats that need them. The server
 * has no partial downloads, so the connection is closed as soon as enough has come.
 */
export async function withSizes(run: Run, images: readonly LabeledImage[], { format }: Wishes): Promise<Sized> {
	if (!needsSizes(format)) return { images, leftOut: [] };
	const leftOut: LeftOut[] = [];
	const sized = await Promise.all(
		images.map((image) =>
			run.limit(async (): Promise<LabeledImage | undefined> => {
				if (run.isCanceled) throw new InputError('The execution was canceled', 'Nothing was written.');
				const header = await readHeader(run, image.imageId);
				if (typeof header !== 'string')
					return { ...image, width: header.width, height: header.height, orientation: header.orientation };
				leftOut.push({ imageId: image.imageId, imageName: image.imageName, reason: header });
				return undefined;
			}),
		),
	);
	return { images: sized.filter((image) => image !== undefined), leftOut };
}

type KnownHeader = Extract<ImageHeader, { verdict: 'image' }>;

/** @returns the header, or a sentence on why it is not known. */
async function readHeader({ api }: Run, imageId: string): Promise<KnownHeader | string> {
	const answer = await api.downloadImage(imageId).catch((error: unknown) => {
		if (isDataGymError(error) && error.failure.kind === 'refused' && ![401, 403].includes(error.status ?? 0))
			return error;
		throw error;
	});
	if (isDataGymError(answer)) return answer.message;
	const chunks: Buffer[] = [];
	let length = 0;
	let wanted = 0;
	for await (const chunk of answer.stream) {
		const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
		chunks.push(bytes);
		length += bytes.length;
		if (length < wanted) continue;
		const header = readImageHeader(Buffer.concat(chunks));
		if (header.verdict === 'image') return header;
		if (header.verdict === 'unknown') return 'The file is neither a JPEG nor a PNG.';
		if (header.verdict === 'truncated' || length > MOST_HEADER_BYTES) break;
		wanted = header.bytesNeeded;
	}
	const last = readImageHeader(Buffer.concat(chunks), true);
	return last.verdict === 'image' ? last : 'The file is damaged before its size is told.';
}
