import type { TarContent } from './tarFile';

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
