import type { ImageHeader } from '@datagym/labels';

/** One file of a dataset. */
export interface SourceFile {
	/** In the dataset, with `/`, never out of it; different for each file. */
	readonly path: string;
	/** Bytes, where they are known. */
	readonly size: number | undefined;
}

/** An image of the dataset, as far as its first bytes tell it. */
export interface DatasetImage extends SourceFile {
	readonly header: Extract<ImageHeader, { verdict: 'image' }>;
}

type UseFile = (file: SourceFile, content: AsyncIterable<Uint8Array>) => Promise<void>;

/** The files of a dataset, wherever they come from. */
export interface FileSource {
	/** What it is in messages: `archive "cars.zip"`. */
	readonly name: string;
	readonly files: readonly SourceFile[];
	/** What was left out of the files, each as a sentence. */
	readonly notes: readonly string[];
	/** The header of an image, where it is known without reading the file. */
	readonly headerOf: (path: string) => DatasetImage['header'] | undefined;
	/** Reads the files one after the other, in any order. What is not read of a file is skipped. */
	readonly visit: (files: readonly SourceFile[], use: UseFile) => Promise<void>;
}

/**
 * All of a file, which can be a part of a larger chunk.
 *
 * @returns undefined if it is longer; the rest is not read then.
 */
export async function wholeOf(content: AsyncIterable<Uint8Array>, longest: number): Promise<Buffer | undefined> {
	const parts: Uint8Array[] = [];
	let length = 0;
	for await (const part of content) {
		length += part.length;
		if (length > longest) return undefined;
		parts.push(part);
	}
	const [only] = parts;
	// Most files lie in one chunk of their archive, where copies would double what has to be collected.
	if (parts.length === 1 && only !== undefined) return Buffer.from(only.buffer, only.byteOffset, only.byteLength);
	return Buffer.concat(parts);
}
