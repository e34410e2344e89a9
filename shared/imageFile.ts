import {
	brokenLink,
	byteStreamOf,
	parseUrl,
	type ByteStream,
	type DataGymApi,
	type TaskDetails,
} from '@datagym/client';
import { isRecord, readImageHeader, withoutOrientation } from '@datagym/labels';
import { describeType } from './fileType';

/** Where the file of an image is, as the server's records say. */
export interface ImageOrigin {
	/** LOCAL, SHAREABLE_LINK or AWS_S3; empty if no record says it. */
	readonly source: string;
	/** Of a linked image, as far as it is known: only the details of a task have it. */
	readonly link?: string | undefined;
	/** Whether no project has the image, so that DataGym can skip no task of it. */
	readonly isUnused?: true;
}

export const LINKED = 'SHAREABLE_LINK';

export interface ImageFile {
	readonly stream: ByteStream;
	readonly contentType: string;
	/** Empty if neither the server nor the link says it. */
	readonly fileName: string;
}

/** The origin in the details of one of the image's tasks. */
export function originIn({ media }: Pick<TaskDetails, string>): ImageOrigin {
	if (!isRecord(media) || typeof media.mediaSourceType !== 'string') return { source: '' };
	return { source: media.mediaSourceType, ...(typeof media.url === 'string' ? { link: media.url } : {}) };
}

/**
 * Opens the file of an image as DataGym shows it. A linked image comes from its own link: DataGym would skip all its tasks if it
 * could not fetch the link at this moment (docs/contract.md#linked-images). As there, its pixels come as they are stored, without
 * an EXIF orientation, since people drew on them so.
 *
 * @throws DataGymError of the kind `link` if the image is linked and cannot be fetched; nothing has changed at the server then.
 */
export async function openImage(
	api: DataGymApi,
	imageId: string,
	{ source, link, isUnused }: ImageOrigin,
): Promise<ImageFile> {
	if (source !== LINKED || isUnused === true) return await api.images.download(imageId, source);
	if (link === undefined) throw unknownLink(imageId);
	const { stream } = await api.images.fetchLink(link, 'task');
	const { chunks, type } = await pictureOf(stream, link);
	return {
		stream: byteStreamOf(buffers(withoutOrientation(chunks)), () => stream.destroy()),
		contentType: type,
		fileName: nameForType(nameInLink(link), type),
	};
}

/** The whole file, for those who need all of it at once. */
export async function bytesOf({ stream }: ImageFile): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of stream) chunks.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)));
	return Buffer.concat(chunks);
}

function unknownLink(imageId: string) {
	return brokenLink(`of the image ${imageId}`, {
		what: 'is not known, so the image was not fetched',
		remedy:
			'DataGym would skip the tasks of the image if it could not fetch the link. Upload the file instead, or download the image once its task is finished.',
	});
}

interface CheckedPicture {
	readonly chunks: AsyncIterable<Uint8Array>;
	readonly type: 'image/jpeg' | 'image/png';
}

/** Enough for every signature. */
const START = 32;

/** The bytes that a link returns, unless the first of them show that it is no picture: then nothing more is read. */
export async function pictureOf(stream: ByteStream, link: string): Promise<CheckedPicture> {
	const iterator: AsyncIterator<Uint8Array> = stream[Symbol.asyncIterator]();
	const held: Uint8Array[] = [];
	let start = new Uint8Array();
	while (start.length < START) {
		const next = await iterator.next();
		if (next.done === true) break;
		held.push(next.value);
		start = Buffer.concat([start, next.value]);
	}
	if (readImageHeader(start).verdict === 'unknown') {
		await iterator.return?.();
		stream.destroy();
		throw brokenLink(link, {
			what: `returned a file that is ${describeType(start)}, but must be JPEG or PNG`,
			remedy: 'Use a link to a JPEG or PNG file.',
		});
	}
	return { chunks: chained(held, iterator), type: start[0] === 0xff ? 'image/jpeg' : 'image/png' };
}

/** As streams of Node.js give them. */
async function* buffers(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
	for await (const { buffer, byteOffset, byteLength } of chunks) yield Buffer.from(buffer, byteOffset, byteLength);
}

async function* chained(held: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
	try {
		yield* held;
		for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
	} finally {
		await rest.return?.();
	}
}

/** The last part of the link's path, decoded. */
export function nameInLink(link: string): string {
	const last = parseUrl(link)?.pathname.split('/').pop() ?? '';
	try {
		return decodeURIComponent(last);
	} catch {
		return last;
	}
}

/** A link can end in another type than it returns. */
function nameForType(name: string, type: CheckedPicture['type']): string {
	const isHonest = type === 'image/png' ? /\.png$/i.test(name) : /\.jpe?g$/i.test(name);
	const stem = name.replace(/\.(?:jpe?g|png)$/i, '');
	return isHonest || stem === '' ? name : `${stem}.${type === 'image/png' ? 'png' : 'jpg'}`;
}
