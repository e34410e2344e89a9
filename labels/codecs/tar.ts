import { packTar } from 'modern-tar';

/** A file of a tar archive: its path and its bytes. */
export interface TarFile {
	readonly name: string;
	readonly bytes: Uint8Array<ArrayBufferLike>;
}

/** Two blocks of zeros end an archive. Source: POSIX.1-2024, pax, "ustar Interchange Format". */
const END_LENGTH = 1024;
const END = new Uint8Array(END_LENGTH);

/** The same archive for the same files, whenever it is written. */
const NO_TIME = new Date(0);

/**
 * An archive in chunks, each with the files that came together, made while it is read. Paths that the old header has no place for
 * stand in an extended one (pax).
 */
export async function* tarOf(files: AsyncIterable<readonly TarFile[]>): AsyncGenerator<Uint8Array> {
	for await (const together of files) {
		const entries = together.map(({ name, bytes }) => ({
			header: { name, size: bytes.length, mtime: NO_TIME },
			body: bytes,
		}));
		yield (await packTar(entries)).subarray(0, -END_LENGTH);
	}
	yield END;
}
