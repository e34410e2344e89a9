import type { Task } from '../../../../client';
import type { ImageSize } from '../../../../labels/checkPrediction';
import { readImageHeader } from '../../../../labels/imageHeader';
import { binaryFile, firstBytes } from '../../binaryFile';
import type { ItemInput } from '../../itemInput';
import type { Run } from '../../run';

/** Metadata in front of the size rarely takes more. */
const HEADER_BYTES = 256 * 1024;

/**
 * The size of the image in pixels, to tell labels outside of it, which DataGym accepts. From the prediction's own width and
 * height, or the item's image file, or, if the user wants that request, from the task's details.
 */
export async function imageSize(run: Run, item: ItemInput, element: unknown, isOnly: boolean, task: Task | undefined): Promise<ImageSize | undefined> {
	if (item.option('imageSizes') === 'off') return undefined;
	const given = sizeIn(element) ?? (isOnly ? await sizeOfFile(run, item) : undefined);
	if (given !== undefined || item.option('imageSizes') !== 'server' || task === undefined) return given;
	const { media } = await run.limit(async () => await run.api.getTask(task.taskId));
	return sizeIn(media);
}

function sizeIn(value: unknown): ImageSize | undefined {
	if (typeof value !== 'object' || value === null) return undefined;
	const { width, height, imageWidth, imageHeight } = value as Record<string, unknown>;
	const size = { width: Number(imageWidth ?? width), height: Number(imageHeight ?? height) };
	return size.width > 0 && size.height > 0 ? size : undefined;
}

/** Of the item's first JPEG or PNG: a model's answer often comes along with its image. */
async function sizeOfFile({ n8n }: Run, item: ItemInput): Promise<ImageSize | undefined> {
	for (const field of Object.keys(item.data.binary ?? {})) {
		const header = readImageHeader(await firstBytes(binaryFile(n8n, item, field), HEADER_BYTES));
		if (header.verdict === 'image') return { width: header.width, height: header.height };
	}
	return undefined;
}
