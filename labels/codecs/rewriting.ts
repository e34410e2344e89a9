import { Bytes } from './chunkedBytes';

/** By the first bytes of a file. */
type Format = 'jpeg' | 'png' | 'other';

/**
 * A file rewritten while it comes, chunk by chunk. `rewrite` gets it from its first byte on. The chunks are closed at the end, also
 * if nobody wants the rest.
 */
export async function* rewritten(
	chunks: AsyncIterable<Uint8Array>,
	rewrite: (bytes: Bytes, format: Format) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
	const iterator = chunks[Symbol.asyncIterator]();
	try {
		const bytes = new Bytes(iterator);
		yield* rewrite(bytes, formatOf(await bytes.peek(8)));
	} finally {
		await iterator.return?.();
	}
}

/** "PNG" stands behind the first byte of PNG's signature. */
function formatOf(start: Uint8Array): Format {
	if (start[0] === 0xff && start[1] === 0xd8) return 'jpeg';
	return start[1] === 0x50 && start[2] === 0x4e && start[3] === 0x47 ? 'png' : 'other';
}
