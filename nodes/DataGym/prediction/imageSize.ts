import { type ImageSize, readImageHeader, sizeIn } from '@datagym/labels';
import { binaryFile, firstBytes, type BinaryFile } from '../binaryFile';
import type { ItemInput } from '../runner/itemInput';
import type { Run } from '../runner/run';
import { imageHeight, imageSizes, imageWidth } from './fields';
import type { ProjectImages } from './projectImages';

/** Metadata in front of the size rarely takes more. */
const HEADER_BYTES = 256 * 1024;

/** Size in pixels as stored, and the EXIF orientation where the file was seen and matters. */
export interface KnownSize extends ImageSize {
	readonly orientation: number;
}

export interface SizeRequest {
	readonly imageId: string;
	/** The size that comes with the predictions. */
	readonly own?: ImageSize | undefined;
	/** Whether the item is about this image alone, so that an image file in it is this one. */
	readonly isOnly: boolean;
	/** Whether coordinates refer to the image as it is displayed. */
	readonly isDisplayed: boolean;
}

/**
 * The size of the image, to tell labels outside of it, which DataGym accepts, and for formats of fractions: from the
 * predictions, or the item's image file, or, if the user wants that request, from the server.
 */
export async function imageSize(
	run: Run,
	item: ItemInput,
	images: ProjectImages,
	{ imageId, own, isOnly, isDisplayed }: SizeRequest,
): Promise<KnownSize | undefined> {
	const { options } = item;
	const given = sizeIn({ width: options.number(imageWidth), height: options.number(imageHeight) });
	const source = options.choice(imageSizes);
	if (source === 'off') return upright(given);
	const file = isOnly && (isDisplayed || (given ?? own) === undefined) ? await sizeOfFile(run, item) : undefined;
	// Its orientation is what no size tells.
	if (isDisplayed && file !== undefined) return file;
	const known = upright(given ?? own ?? file);
	if (known !== undefined || source !== 'server') return known;
	return isDisplayed ? await sizeOfStoredFile(run, imageId) : await sizeOfTask(run, images, imageId);
}

function upright(size: ImageSize | undefined): KnownSize | undefined {
	return size && { width: size.width, height: size.height, orientation: 1 };
}

/** Of the item's first JPEG or PNG: a model's answer often comes along with its image. */
async function sizeOfFile({ n8n }: Run, item: ItemInput): Promise<KnownSize | undefined> {
	for (const field of Object.keys(item.data.binary ?? {})) {
		const size = await sizeInHeader(binaryFile(n8n, item, field));
		if (size !== undefined) return size;
	}
	return undefined;
}

/** Task details do not tell the orientation, the file does. */
async function sizeOfStoredFile({ api, limit }: Run, imageId: string): Promise<KnownSize | undefined> {
	return await limit(async () => await sizeInHeader({ open: async () => (await api.downloadImage(imageId)).stream }));
}

async function sizeOfTask({ api, limit }: Run, images: ProjectImages, imageId: string): Promise<KnownSize | undefined> {
	const task = images.task(imageId);
	if (task === undefined) return undefined;
	const { media } = await limit(async () => await api.getTask(task.taskId));
	return upright(sizeIn(media));
}

async function sizeInHeader(file: Pick<BinaryFile, 'open'>): Promise<KnownSize | undefined> {
	const header = readImageHeader(await firstBytes(file, HEADER_BYTES));
	return header.verdict === 'image'
		? { width: header.width, height: header.height, orientation: header.orientation }
		: undefined;
}
