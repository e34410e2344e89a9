import { PictureError } from './model';

/** How much is handed to the compressor at once. */
const PIECE = 64 * 1024;

/**
 * Inflates zlib data piece by piece; Node.js does it beside the event loop. `take` gets the bytes and says whether it wants
 * more, so that data that inflates without end costs nothing.
 *
 * @throws PictureError `damaged` if the data is none or ends too early.
 */
export async function inflate(parts: readonly Uint8Array[], take: (chunk: Uint8Array) => boolean): Promise<void> {
	const { readable, writable } = new DecompressionStream('deflate');
	const written = write(writable, pieces(parts));
	const reader = readable.getReader();
	try {
		for (let next = await reader.read(); !next.done; next = await reader.read()) {
			if (take(next.value)) continue;
			await reader.cancel();
			return;
		}
		await written;
	} catch (error) {
		await reader.cancel().catch(() => undefined);
		throw error instanceof PictureError
			? error
			: new PictureError('damaged', 'The compressed data in the PNG file is damaged. Upload it again.');
	} finally {
		// Canceling lets the writer fail, which says nothing new.
		void written.catch(() => undefined);
	}
}

/** Zlib data of the pieces. */
export async function deflate(chunks: Iterable<Uint8Array>): Promise<Uint8Array[]> {
	const { readable, writable } = new CompressionStream('deflate');
	const written = write(writable, chunks);
	const reader = readable.getReader();
	const parts: Uint8Array[] = [];
	for (let next = await reader.read(); !next.done; next = await reader.read()) parts.push(next.value);
	await written;
	return parts;
}

async function write(writable: WritableStream, chunks: Iterable<Uint8Array>): Promise<void> {
	const writer = writable.getWriter();
	for (const chunk of chunks) {
		await writer.ready;
		await writer.write(chunk);
	}
	await writer.close();
}

function* pieces(parts: readonly Uint8Array[]): Generator<Uint8Array> {
	for (const part of parts)
		for (let start = 0; start < part.length; start += PIECE) yield part.subarray(start, start + PIECE);
}
