import { header, type Headers } from './http';

/**
 * JSON is UTF-8 (RFC 8259), whatever a proxy writes into Content-Type; only where the bytes are none, the charset named there
 * counts. A byte order mark is left out.
 */
export function decoderFor(headers: Headers): (bytes: Uint8Array) => string {
	const strict = new TextDecoder('utf-8', { fatal: true });
	return (bytes) => {
		try {
			return strict.decode(bytes);
		} catch {
			return (namedDecoder(headers) ?? new TextDecoder()).decode(bytes);
		}
	};
}

/** The bytes of a text as UTF-8, if it is UTF-16, whose bytes cannot be told apart one by one. */
export async function* withoutUtf16(chunks: AsyncIterable<Buffer>, headers: Headers): AsyncGenerator<Buffer> {
	let decoder: Decoder | undefined;
	let start: Buffer | undefined = Buffer.of();
	for await (const next of chunks) {
		let chunk = next;
		if (start !== undefined) {
			chunk = Buffer.concat([start, next]);
			start = chunk.length < 2 ? chunk : undefined;
			if (start !== undefined) continue;
			decoder = utf16DecoderFor(chunk, headers);
		}
		yield decoder === undefined ? chunk : Buffer.from(decoder.decode(chunk, { stream: true }));
	}
	if (start !== undefined && start.length > 0) yield start;
}

type Decoder = InstanceType<typeof TextDecoder>;

function utf16DecoderFor(start: Buffer, headers: Headers): Decoder | undefined {
	if (start[0] === 0xff && start[1] === 0xfe) return new TextDecoder('utf-16le');
	if (start[0] === 0xfe && start[1] === 0xff) return new TextDecoder('utf-16be');
	// ASCII that is called UTF-16, such as a proxy's page, has no zero bytes.
	const named = start.subarray(0, 2).includes(0) ? namedDecoder(headers) : undefined;
	return named?.encoding.startsWith('utf-16') === true ? named : undefined;
}

function namedDecoder(headers: Headers): Decoder | undefined {
	const name = /charset="?([\w.:-]+)/i.exec(header(headers, 'content-type'))?.[1];
	try {
		// Without an order of bytes or a mark, UTF-16 is big-endian (RFC 2781).
		return new TextDecoder(name?.toLowerCase() === 'utf-16' ? 'utf-16be' : name);
	} catch {
		return undefined;
	}
}
