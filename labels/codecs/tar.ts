import { createTarPacker, type TarPackController } from 'modern-tar';

/** A file of a tar archive: its path and its bytes. */
export interface TarFile {
	readonly name: string;
	readonly bytes: Uint8Array;
}

/** The same archive for the same files, whenever it is written. */
const NO_TIME = new Date(0);

/**
 * An archive in chunks, made while it is read. Paths that the old header has no place for stand in an extended one (pax). The bytes
 * of files are given on as they are.
 */
export async function* tarOf(files: AsyncIterable<TarFile>): AsyncGenerator<Uint8Array> {
	const { readable, controller } = createTarPacker();
	const packing = pack(files, controller).catch((error: unknown) => controller.error(error));
	const reader = readable.getReader();
	try {
		for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
		await packing;
	} finally {
		// Ends the files, too, if nobody reads on.
		await reader.cancel();
	}
}

async function pack(files: AsyncIterable<TarFile>, controller: TarPackController): Promise<void> {
	for await (const { name, bytes } of files) {
		const entry = controller.add({ name, size: bytes.length, mtime: NO_TIME }).getWriter();
		await entry.write(bytes);
		await entry.close();
	}
	controller.finalize();
}
