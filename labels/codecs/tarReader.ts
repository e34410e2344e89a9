import { createTarDecoder } from 'modern-tar';
import { type TarContent, TarError } from './tarFile';
import { ZipError } from './zip/directory';

/** The same as `tarContents`, with the library in it. */
export async function* filesOfTar(archive: AsyncIterable<Uint8Array>): AsyncGenerator<TarContent> {
	const chunks = archive[Symbol.asyncIterator]();
	const source = new ReadableStream<Uint8Array>({
		async pull(controller) {
			const { value, done } = await chunks.next();
			if (done === true) controller.close();
			else controller.enqueue(value);
		},
		async cancel() {
			await chunks.return?.();
		},
	});
	const reader = source.pipeThrough(createTarDecoder({ strict: true })).getReader();
	try {
		for (let next = await partOf(reader); !next.done; next = await partOf(reader)) {
			const { header, body } = next.value;
			const content = piecesOf(body);
			if (header.type === 'file') yield { name: header.name, size: header.size, content };
			// What nobody has read of it is skipped.
			await content.return();
			if (!body.locked) await body.cancel();
		}
	} finally {
		await reader.cancel().catch(() => undefined);
	}
}

async function* piecesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
	const reader = body.getReader();
	try {
		for (let part = await partOf(reader); !part.done; part = await partOf(reader)) yield part.value;
	} finally {
		await reader.cancel().catch(() => undefined);
	}
}

async function partOf<Part>(
	reader: ReadableStreamDefaultReader<Part>,
): Promise<Awaited<ReturnType<ReadableStreamDefaultReader<Part>['read']>>> {
	return await reader.read().catch((error: unknown) => {
		// The tar can lie in a ZIP, which has faults of its own.
		if (error instanceof ZipError) throw error;
		throw new TarError(error instanceof Error ? error.message : 'It is damaged.');
	});
}
