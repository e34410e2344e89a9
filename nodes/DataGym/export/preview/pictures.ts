import { isDataGymError } from '@datagym/client';
import { type LabeledImage, type Picture, readImageHeader, type ShownImage } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { ProjectImageFiles } from '../../imageOrigins';
import type { Run } from '../../runner/runContext';

/** Each image with its file, which is fetched when it is asked for and not kept. */
export async function* withPictures(
	run: Run,
	projectId: string,
	images: readonly LabeledImage[],
	reportBroken: (image: LabeledImage, reason: string) => void,
): AsyncGenerator<ShownImage> {
	const files = await ProjectImageFiles.of(run, projectId);
	for (const [index, image] of images.entries()) {
		if (run.isCanceled)
			throw new InputError(
				'The execution was canceled',
				`${index} of ${images.length} images had been fetched. Run the workflow again.`,
			);
		const picture = await fetchPicture(files, image.imageId);
		if (picture.kind === 'broken') reportBroken(image, picture.reason);
		yield { image, picture };
	}
}

async function fetchPicture(files: ProjectImageFiles, imageId: string): Promise<Picture> {
	return await fetchBytes(files, imageId).then(pictureOf, (error: unknown): Picture => {
		if (isServerTrouble(error)) throw error;
		return {
			kind: 'broken',
			reason: isDataGymError(error) ? `${error.message}.` : 'The connection was lost while fetching it.',
		};
	});
}

async function fetchBytes(files: ProjectImageFiles, imageId: string): Promise<Buffer> {
	const { stream } = await files.open(imageId);
	const chunks: Buffer[] = [];
	for await (const chunk of stream) chunks.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)));
	return Buffer.concat(chunks);
}

/** Whether the other images would fail in the same way. What a link returns is about its image only, such as 403 once it has expired. */
function isServerTrouble(error: unknown): boolean {
	if (!isDataGymError(error) || error.failure.kind === 'link') return false;
	return error.failure.kind === 'unreachable' || error.status === 401 || error.status === 403;
}

function pictureOf(bytes: Buffer): Picture {
	const header = readImageHeader(bytes, true);
	if (header.verdict === 'unknown') return { kind: 'broken', reason: 'The file is neither a JPEG nor a PNG.' };
	if (header.verdict !== 'image') return { kind: 'broken', reason: 'The file is damaged.' };
	const { format, displayedWidth: width, displayedHeight: height, orientation } = header;
	return { kind: 'picture', mimeType: `image/${format}`, base64: base64Of(bytes), width, height, orientation };
}

/** A multiple of 3, so that the pieces can be written one after the other. */
const PIECE = 3 * 65_536;

function* base64Of(bytes: Buffer): Generator<string> {
	for (let start = 0; start < bytes.length; start += PIECE) yield bytes.toString('base64', start, start + PIECE);
}
