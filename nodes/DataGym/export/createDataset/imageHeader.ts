import { isDataGymError, type ByteStream, type DataGymError } from '@datagym/client';
import { type FileFacts, type ImageHeader, readImageHeader } from '@datagym/labels';
import type { ProjectImageFiles } from '../../imageOrigins';

/** A JPEG's size that stands behind more bytes than this is not read. */
const MAX_HEADER_BYTES = 1024 * 1024;

/** More than every signature has, since a stream may begin with less. */
const SIGNATURE_BYTES = 32;

type KnownHeader = Extract<ImageHeader, { verdict: 'image' }>;

/** An image's file, of which the beginning was read. It is read from its beginning on, once, or given up. */
export interface OpenedImage extends AsyncIterable<Uint8Array> {
	readonly facts: FileFacts;
	readonly destroy: () => void;
}

/**
 * Opens the file of an image and reads its size, EXIF orientation and type from the first bytes.
 *
 * @returns a sentence for users if the image itself cannot be read.
 * @throws DataGymError if the other images would fail in the same way.
 */
export async function openWithHeader(files: ProjectImageFiles, imageId: string): Promise<OpenedImage | string> {
	const answer = await files.open(imageId).catch((error: unknown) => {
		if (isDataGymError(error) && isOfImage(error)) return error;
		throw error;
	});
	if (isDataGymError(answer)) return answer.message;
	const { stream } = answer;
	const chunks = bytesOf(stream);
	const read: Buffer[] = [];
	const header = await headerOf(chunks, read);
	if (typeof header === 'string') {
		await chunks.return();
		return header;
	}
	const facts = {
		width: header.displayedWidth,
		height: header.displayedHeight,
		orientation: header.orientation,
		fileType: header.format,
	};
	const destroy = () => {
		stream.destroy();
		// Whatever a stream that is given up says.
		chunks.return().catch(() => undefined);
	};
	return { facts, destroy, [Symbol.asyncIterator]: () => both(read, chunks) };
}

/** The same without the rest of the file: the server has no partial downloads, so the connection is closed. */
export async function readFacts(files: ProjectImageFiles, imageId: string): Promise<FileFacts | string> {
	const opened = await openWithHeader(files, imageId);
	if (typeof opened === 'string') return opened;
	opened.destroy();
	return opened.facts;
}

/**
 * Whether the image itself cannot be read. A host of links that is away for a while is no reason to leave its images out, and
 * neither is a refusal after which DataGym has skipped an image's tasks.
 */
function isOfImage({ failure, status, isRetryable }: DataGymError): boolean {
	if (failure.kind === 'link') return !isRetryable;
	return failure.kind === 'refused' && ![400, 401, 403].includes(status ?? 0);
}

/** The header, or a sentence on why it is not known. What was read for it is put into `read`. */
async function headerOf(
	chunks: AsyncGenerator<Buffer, void, undefined>,
	read: Buffer[],
): Promise<KnownHeader | string> {
	let length = 0;
	let bytesNeeded = SIGNATURE_BYTES;
	for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
		read.push(next.value);
		length += next.value.length;
		if (length < bytesNeeded) continue;
		const header = readImageHeader(Buffer.concat(read));
		if (header.verdict === 'image') return header;
		if (header.verdict === 'unknown') return 'The file is neither a JPEG nor a PNG. Upload it in one of these formats.';
		if (header.verdict === 'truncated' || length > MAX_HEADER_BYTES) break;
		bytesNeeded = header.bytesNeeded;
	}
	const last = readImageHeader(Buffer.concat(read), true);
	return last.verdict === 'image' ? last : 'The file is damaged, so its size cannot be read. Upload it again.';
}

async function* bytesOf(stream: ByteStream): AsyncGenerator<Buffer, void, undefined> {
	for await (const chunk of stream) yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
}

async function* both(read: Buffer[], rest: AsyncGenerator<Buffer, void, undefined>): AsyncGenerator<Uint8Array> {
	try {
		for (let chunk = read.shift(); chunk !== undefined; chunk = read.shift()) yield chunk;
		yield* rest;
	} finally {
		await rest.return();
	}
}
