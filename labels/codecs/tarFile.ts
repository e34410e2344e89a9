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
