import {
	joined,
	PassingImages,
	pathIn,
	readZipDirectory,
	readZipEnd,
	ZIP_END_LENGTH,
	zipContents,
	type ZipEntry,
	ZipError,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import type { BinaryFile } from '../../binaryFile';
import type { FileSource, SourceFile } from './fileSource';

/** Bytes that are read from n8n's store at once. */
const CHUNK = 2 ** 20;
/** The end of an archive that is kept: it holds the list of some 80,000 files, and a longer list is read once more. */
const TAIL = 8 * 2 ** 20;
const LONGEST_DIRECTORY = 64 * 2 ** 20;
/** Photographs do not get smaller in an archive; what does is made to exhaust its readers. */
const LARGEST_RATIO = 200;
const SMALL = 2 ** 20;

type PlacedEntry = ZipEntry & SourceFile;

/**
 * The files of a ZIP. n8n's store reads a file from its beginning only, so each visit reads the archive once more, up to the last file that
 * is wanted.
 *
 * @throws InputError if it is no whole ZIP, or too large a list of files.
 */
export async function openArchive(file: BinaryFile): Promise<FileSource> {
	const name = `archive "${file.fileName}"`;
	return await asInputError(name, async () => {
		const notes: string[] = [];
		const images = new PassingImages();
		const files = placed(await readEntries(file, images), notes);
		const entryOf = new Map(files.map((entry) => [entry.path, entry]));
		return {
			name,
			files,
			notes,
			headerOf: (path) => {
				const entry = entryOf.get(path);
				return entry?.size === entry?.compressedSize ? images.at(entry?.offset ?? -1) : undefined;
			},
			visit: async (wanted, use) =>
				await asInputError(name, async () => {
					const entries = wanted.flatMap(({ path }) => entryOf.get(path) ?? []).sort((a, b) => a.offset - b.offset);
					if (entries.length === 0) return;
					for await (const { entry, content } of zipContents(bytesOf(file), entries)) await use(entry, content);
				}),
		};
	});
}

async function asInputError<Value>(name: string, work: () => Promise<Value>): Promise<Value> {
	return await work().catch((error: unknown) => {
		if (!(error instanceof ZipError)) throw error;
		throw damaged({ name }, error);
	});
}

/** What is wrong with an archive, for the user. */
export function damaged({ name }: Pick<FileSource, 'name'>, { message }: ZipError): InputError {
	return new InputError(`The ${name} ${message}`, 'Create or download the archive again.');
}

async function* bytesOf(file: BinaryFile): AsyncGenerator<Uint8Array> {
	const content = await file.open(CHUNK);
	if (Buffer.isBuffer(content)) yield content;
	else for await (const chunk of content) yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
}

async function readEntries(file: BinaryFile, images: PassingImages): Promise<readonly ZipEntry[]> {
	const { tail, size } = await tailOf(file, images);
	const end = readZipEnd(tail, size);
	if (end.length > LONGEST_DIRECTORY) throw new ZipError('has too long a list of files. Divide it');
	const start = size - tail.length;
	const directory =
		end.offset >= start
			? tail.subarray(end.offset - start, end.offset - start + end.length)
			: await rangeOf(file, end.offset, end.length);
	return readZipDirectory(directory, end.count);
}

async function tailOf(
	file: BinaryFile,
	images: PassingImages,
): Promise<{ readonly tail: Uint8Array; readonly size: number }> {
	const kept: Uint8Array[] = [];
	let held = 0;
	let size = 0;
	for await (const chunk of bytesOf(file)) {
		images.push(chunk);
		kept.push(chunk);
		held += chunk.length;
		size += chunk.length;
		for (let first = kept[0]; first !== undefined && held - first.length >= Math.max(TAIL, ZIP_END_LENGTH); ) {
			held -= first.length;
			kept.shift();
			first = kept[0];
		}
	}
	return { tail: joined(...kept), size };
}

async function rangeOf(file: BinaryFile, offset: number, length: number): Promise<Uint8Array> {
	const parts: Uint8Array[] = [];
	let position = 0;
	for await (const chunk of bytesOf(file)) {
		const part = chunk.subarray(Math.max(0, offset - position), Math.max(0, offset + length - position));
		if (part.length > 0) parts.push(part);
		position += chunk.length;
		if (position >= offset + length) break;
	}
	return joined(...parts);
}

/** The entries that are files of the dataset, each with a path of its own. */
function placed(entries: readonly ZipEntry[], notes: string[]): readonly PlacedEntry[] {
	const paths = new Set<string>();
	return entries.flatMap((entry): PlacedEntry[] => {
		const path = pathIn(entry.name);
		const isFolder = entry.name.endsWith('/') || entry.name.endsWith('\\');
		if (path === undefined && isFolder) return [];
		const fault = path === undefined ? 'its name leads out of the archive' : faultOf(entry, paths.has(path));
		if (path === undefined || fault !== undefined) {
			notes.push(`The file "${entry.name.slice(0, 200)}" was skipped: ${fault ?? 'it has no name'}.`);
			return [];
		}
		paths.add(path);
		return [{ ...entry, path }];
	});
}

function faultOf({ method, isEncrypted, size, compressedSize }: ZipEntry, isRepeated: boolean): string | undefined {
	if (isRepeated) return 'another file has the same name';
	if (isEncrypted) return 'it is encrypted';
	if (method !== 0 && method !== 8) return `its compression (method ${method}) cannot be read`;
	if (size > SMALL && size > compressedSize * LARGEST_RATIO) return 'it would unpack to far more than it is';
	return undefined;
}
