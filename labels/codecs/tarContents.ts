/** A file of a tar archive, whose content can be read until the next one is asked for. */
export interface TarContent {
	/** As the archive has it; not safe as a path. */
	readonly name: string;
	readonly size: number;
	readonly content: AsyncIterable<Uint8Array>;
}

/** What is wrong with a tar archive, as a sentence. */
export class TarError extends Error {
	override readonly name = 'TarError';
}

/**
 * The files of a tar archive, one after the other, also with long names (pax, GNU). Links, folders and devices are left out. The reader
 * is loaded when the first archive is read.
 *
 * @throws TarError if it is no whole tar.
 */
export async function* tarContents(archive: AsyncIterable<Uint8Array>): AsyncGenerator<TarContent> {
	const { filesOfTar } = await import('./tarReader');
	yield* filesOfTar(archive);
}
