import { type LabeledImage, type Picture, readImageHeader, type ShownImage } from '@datagym/labels';
import { PictureError, withPicture } from '@datagym/pixels';
import { InputError } from '@datagym/shared/errors';
import { giveWay } from '@datagym/shared/turns';
import { imageBytes } from '../../imageBytes';
import { ProjectImageFiles } from '../../imageOrigins';
import type { Run } from '../../runner/runContext';
import { PictureBudget } from './pictureBudget';

/** What is embedded of an image's file. */
export type ImageFiles = 'reduced' | 'original';

/** Each image of a page with its picture, which is fetched when it is asked for and not kept. */
export async function* withPictures(
	run: Run,
	projectId: string,
	images: readonly LabeledImage[],
	imageFiles: ImageFiles,
	reportBroken: (image: LabeledImage, reason: string) => void,
): AsyncGenerator<ShownImage> {
	const files = await ProjectImageFiles.of(run, projectId);
	const budget = imageFiles === 'reduced' ? new PictureBudget(images) : undefined;
	for (const [index, image] of images.entries()) {
		if (run.isCanceled)
			throw new InputError(
				'The execution was canceled',
				`${index} of ${images.length} images had been fetched. Run the workflow again.`,
			);
		const picture = await fetchPicture(files, image.imageId, budget);
		if (picture.kind === 'broken') reportBroken(image, picture.reason);
		yield { image, picture };
	}
}

async function fetchPicture(
	files: ProjectImageFiles,
	imageId: string,
	budget: PictureBudget | undefined,
): Promise<Picture> {
	const file = await imageBytes(files, imageId);
	if ('bytes' in file) return await pictureOf(file.bytes, budget);
	budget?.spend(0);
	return { kind: 'broken', reason: file.problem };
}

async function pictureOf(bytes: Buffer, budget: PictureBudget | undefined): Promise<Picture> {
	const header = readImageHeader(bytes, true);
	if (header.verdict !== 'image') {
		budget?.spend(0);
		const reason = header.verdict === 'unknown' ? 'The file is neither a JPEG nor a PNG.' : 'The file is damaged.';
		return { kind: 'broken', reason };
	}
	const { format, displayedWidth: width, displayedHeight: height, orientation } = header;
	const embedded =
		budget === undefined || budget.hasRoomFor(bytes.length, { width, height })
			? { bytes, mimeType: `image/${format}` as const }
			: await reduced(bytes, budget);
	budget?.spend('bytes' in embedded ? embedded.bytes.length : 0);
	if ('reason' in embedded) return { kind: 'broken', reason: embedded.reason, size: { width, height } };
	return { kind: 'picture', mimeType: embedded.mimeType, base64: base64Of(embedded.bytes), width, height, orientation };
}

/** A smaller picture, or why there is none: what is not read here, a browser may still show. */
async function reduced(
	bytes: Buffer,
	budget: PictureBudget,
): Promise<{ bytes: Buffer; mimeType: 'image/jpeg' | 'image/png' } | { reason: string }> {
	const picture = await withPicture(bytes, async (opened) => await budget.reduce(opened), giveWay).catch(
		(error: unknown) => {
			if (error instanceof PictureError) return error;
			throw error;
		},
	);
	if (picture instanceof PictureError) return { reason: `${picture.message} Try setting "Image Files" to "Original".` };
	return { bytes: Buffer.from(picture.bytes), mimeType: picture.mimeType };
}

/** A multiple of 3, so that the pieces can be written one after the other. */
const PIECE = 3 * 65_536;

function* base64Of(bytes: Buffer): Generator<string> {
	for (let start = 0; start < bytes.length; start += PIECE) yield bytes.toString('base64', start, start + PIECE);
}
