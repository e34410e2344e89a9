import type { INodeExecutionData } from 'n8n-workflow';
import { isDataGymError } from '@datagym/client';
import { type ImageSize, type LabeledImage, readImageHeader, sizeIn } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { LINKED, openImage, originIn } from '@datagym/shared/imageFile';
import { fileInStore, firstBytes, type BinaryFile } from '../../binaryFile';
import { findOrigin, hintsAbout } from '../../imageOrigins';
import type { ItemInput } from '../../runner/itemInput';
import type { Run } from '../../runner/runContext';
import { detailsOf } from '../../taskDetails';
import { imageHeight, imageSizes, imageWidth } from '../fields';
import type { ProjectImages } from './projectImages';

/** Metadata in front of the size rarely takes more. */
const HEADER_BYTES = 256 * 1024;

/** The image as the model saw it: its size, if it is known, and how its coordinates become those of the displayed image. */
export interface SeenImage extends Pick<LabeledImage, 'width' | 'height' | 'storedSize'> {
	/** The EXIF orientation that is still to be applied. */
	readonly orientation?: number;
	/** The size in which DataGym has the image, if the model saw a smaller or larger copy. */
	readonly originalSize?: ImageSize;
}

export interface SizeRequest {
	readonly imageId: string;
	/** The size that comes with the predictions. */
	readonly own?: ImageSize | undefined;
	/** The size that DataGym has, of the file as stored. */
	readonly storedSize?: ImageSize | undefined;
	/** Whether the item is about this image alone, so that an image file in it is this one. */
	readonly isOnly: boolean;
	/** Items of earlier nodes about this image: HTTP Request leaves out the file that it was given. */
	readonly origins: () => readonly INodeExecutionData[];
	/** Whether the model saw the pixels as the file stores them. */
	readonly isStored: boolean;
}

/**
 * What is known of the image that the model saw. The size is to find labels outside of it, which DataGym accepts, and for
 * formats of fractions: from the predictions, or the item's image file, or, if the user wants that request, from the server.
 *
 * @throws InputError if the model saw the image as stored, and no file tells how it is to be turned.
 */
export async function imageSize(
	run: Run,
	item: ItemInput,
	images: ProjectImages,
	{ imageId, own, storedSize, isOnly, isStored, origins }: SizeRequest,
): Promise<SeenImage> {
	const { options } = item;
	const given = sizeIn({ width: options.number(imageWidth), height: options.number(imageHeight) });
	const source = options.choice(imageSizes);
	if (isStored) {
		const { value: file } = await headersInItems(run, item, isOnly, origins).next();
		const header = file ?? (await headerOfServer(run, item, images, imageId));
		if (header === undefined) throw unknownOrientation(imageId);
		const { width, height, orientation } = header;
		return { ...(given ?? own ?? { width, height }), orientation };
	}
	const known = source === 'off' ? given : (given ?? own);
	if (known !== undefined || source === 'off') return { ...known };
	const headers = headersInItems(run, item, isOnly, origins);
	const { value: header } = await headers.next();
	const stored = storedSize ?? storedSizeIn(origins(), imageId);
	if (header === undefined) return source === 'server' ? await sizeOfServer(run, images, imageId) : eitherWay(stored);
	const size = displayed(header);
	const original = await originalSize(header, headers, stored, async () => await sizeOfServer(run, images, imageId));
	if (isSameSize(original, size)) return size;
	if (!isSameShape(original, size)) throw anotherShape(size, original);
	return { ...size, originalSize: original };
}

type KnownHeader = Extract<ReturnType<typeof readImageHeader>, { verdict: 'image' }>;

function displayed({ displayedWidth: width, displayedHeight: height }: KnownHeader): ImageSize {
	return { width, height };
}

/**
 * The size of the image in DataGym as displayed: nodes such as Edit Image make the file smaller for the model, or cut it. It is that of the
 * file that has the size that DataGym says, or else this size; if DataGym has not said it and the files differ, it is asked for.
 */
async function originalSize(
	seen: KnownHeader,
	others: AsyncIterable<KnownHeader>,
	stored: ImageSize | undefined,
	ask: () => Promise<SeenImage>,
): Promise<ImageSize> {
	if (stored !== undefined && isOfSize(seen, stored)) return displayed(seen);
	let farthest = seen;
	for await (const header of others) {
		if (stored !== undefined && isOfSize(header, stored)) return displayed(header);
		farthest = header;
	}
	if (stored === undefined && isSameSize(displayed(farthest), displayed(seen))) return displayed(seen);
	const { storedSize = stored, ...size } = stored === undefined ? await ask() : {};
	return sizeIn(size) ?? (storedSize === undefined ? displayed(farthest) : likeness(storedSize, displayed(seen)));
}

/** A stored size of unknown orientation as it is like the other size, if it is in one. */
function likeness({ width, height }: ImageSize, other: ImageSize): ImageSize {
	const turned = { width: height, height: width };
	return isSameShape(turned, other) ? turned : { width, height };
}

function isOfSize({ displayedWidth, displayedHeight }: KnownHeader, { width, height }: ImageSize): boolean {
	const isStraight = displayedWidth === width && displayedHeight === height;
	return isStraight || (displayedWidth === height && displayedHeight === width);
}

const isSameSize = (one: ImageSize, other: ImageSize) => one.width === other.width && one.height === other.height;

/** But for rounding; what is cut or stretched is of another shape. */
function isSameShape(original: ImageSize, { width, height }: ImageSize): boolean {
	return (
		Math.abs((width * original.height) / original.width - height) <= 1 ||
		Math.abs((height * original.width) / original.height - width) <= 1
	);
}

function anotherShape(seen: ImageSize, original: ImageSize): InputError {
	return new InputError(
		`The file that came with the predictions has ${seen.width} × ${seen.height} pixels, but the image has ${original.width} × ${original.height}`,
		'Give the model the whole image as it is, or in its proportions. If the file is not what the model saw, enter "Image Width" and "Image Height" in the options.',
	);
}

function unknownOrientation(imageId: string): InputError {
	return new InputError(
		`The EXIF orientation of the image ${imageId} is unknown, because its file cannot be read`,
		'Add the image file to the item, or set "EXIF Orientation" to "As Displayed".',
	);
}

/** Of the first JPEG or PNG of the item, then of the items before it: a model's answer often comes along with its image. */
async function* headersInItems(
	run: Run,
	{ data }: ItemInput,
	isOnly: boolean,
	origins: SizeRequest['origins'],
): AsyncGenerator<KnownHeader, undefined> {
	const read = new Set<string>();
	for (const source of [...(isOnly ? [data] : []), ...origins()]) {
		const found = await headerInFiles(run, source, read);
		if (found !== undefined) yield found;
	}
	return undefined;
}

/** @param read files that are known: most nodes pass on the same one. */
async function headerInFiles(
	{ n8n }: Run,
	{ binary = {} }: INodeExecutionData,
	read: Set<string>,
): Promise<KnownHeader | undefined> {
	for (const [field, data] of Object.entries(binary)) {
		const file = data.id ?? data.data;
		if (read.has(file)) continue;
		read.add(file);
		const header = await headerIn(fileInStore(n8n, data, field));
		if (header !== undefined) return header;
	}
	return undefined;
}

/** The size that DataGym has of the file as stored, where an earlier node has put it. */
function storedSizeIn(origins: readonly INodeExecutionData[], imageId: string): ImageSize | undefined {
	const sizes = origins.map(({ json }) => (json.imageId === imageId ? sizeIn(json) : undefined));
	return sizes.find((size) => size !== undefined);
}

/** Of the file as DataGym shows it: a linked one comes from its own link, without an orientation. */
async function headerOfServer(
	run: Run,
	item: ItemInput,
	images: ProjectImages,
	imageId: string,
): Promise<KnownHeader | undefined> {
	const { projectId, taskId } = images.task(imageId) ?? {};
	return await run.limit(async () => {
		const origin = await findOrigin(run, imageId, { projectId, ...hintsAbout(item, imageId), imageId, taskId });
		return await headerIn({ open: async () => (await openImage(run.api, imageId, origin)).stream });
	});
}

/**
 * Task details have the size of the file as stored, but not of linked images. It is the displayed one of squares; the files of
 * others tell how they are displayed.
 */
async function sizeOfServer(run: Run, images: ProjectImages, imageId: string): Promise<SeenImage> {
	const task = images.task(imageId);
	if (task === undefined) return {};
	const details = await run.limit(async () => await detailsOf(run, task));
	const storedSize = sizeIn(details.media);
	if (storedSize !== undefined && isSquare(storedSize)) return storedSize;
	const origin = originIn(details);
	if (origin.source === LINKED && storedSize !== undefined) return storedSize;
	const header = await run
		.limit(async () => await headerIn({ open: async () => (await openImage(run.api, imageId, origin)).stream }))
		.catch((error: unknown) => {
			// An import does not wait for the host of a link: without the size, less can be checked.
			if (isDataGymError(error) && error.failure.kind === 'link') return undefined;
			throw error;
		});
	return header === undefined ? eitherWay(storedSize) : displayed(header);
}

function eitherWay(storedSize: ImageSize | undefined): SeenImage {
	return storedSize === undefined || isSquare(storedSize) ? { ...storedSize } : { storedSize };
}

const isSquare = ({ width, height }: ImageSize) => width === height;

async function headerIn(file: Pick<BinaryFile, 'open'>): Promise<KnownHeader | undefined> {
	const header = readImageHeader(await firstBytes(file, HEADER_BYTES), true);
	return header.verdict === 'image' ? header : undefined;
}
