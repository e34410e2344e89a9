import type { IBinaryData } from 'n8n-workflow';
import {
	type DatasetContainer,
	type DatasetFile,
	joined,
	type LabeledImage,
	withoutOrientation,
} from '@datagym/labels';
import { byteStreamOf, type ByteStream } from '@datagym/client';
import { ProjectImageFiles } from '../../imageOrigins';
import type { Output } from '../../runner/operation';
import type { Run } from '../../runner/runContext';
import type { DatasetParameters } from './parameters';
import { uprightFile } from './uprightFile';
import { zipOf, type ZipEntry } from './zip';

const FILES_AHEAD = 6;
const ENCODER = new TextEncoder();

/** Asks for an image's file. */
type FetchImage = (image: LabeledImage) => Promise<AsyncIterable<Uint8Array> & Partial<Pick<ByteStream, 'destroy'>>>;

/** Which images of which project, and how their files are written. */
type Source = Pick<DatasetParameters, 'projectId' | 'turnsPixels'>;

/**
 * What lies on the stored pixels shall lie there in every reader. So the orientation is removed from these files, and from
 * those that browsers show as stored, in which other programs may find one where no browser looks.
 */
const fetchFrom =
	(run: Run, { projectId, turnsPixels }: Source): FetchImage =>
	async (image) => {
		const { stream } = await (await ProjectImageFiles.of(run, projectId)).open(image.imageId);
		const { orientation } = image;
		const isTurned = turnsPixels && orientation !== undefined && orientation !== 1;
		if (orientation !== 1 && !isTurned) return stream;
		const chunks = isTurned ? uprightFile(stream, image) : withoutOrientation(stream);
		return { [Symbol.asyncIterator]: () => chunks, destroy: (error) => stream.destroy(error) };
	};

/** Streams all files into one ZIP in n8n's binary store. */
export async function deliverArchive(
	run: Run,
	source: Source,
	files: Iterable<DatasetFile>,
	fileName: string,
): Promise<IBinaryData> {
	return await run.n8n.helpers.prepareBinaryData(
		byteStreamOf(archiveOf(files, fetchFrom(run, source))),
		fileName,
		'application/zip',
	);
}

/** A ZIP in chunks, made while it is read. */
export function archiveOf(files: Iterable<DatasetFile>, fetchImage: FetchImage): AsyncIterable<Uint8Array> {
	return zipOf(entriesOf(files, fetchImage));
}

/** While one file is read, the next images are asked for; their bytes wait in the connections. */
async function* entriesOf(files: Iterable<DatasetFile>, fetchImage: FetchImage): AsyncGenerator<AheadEntry> {
	const ahead: Array<Promise<AheadEntry>> = [];
	try {
		for (const file of files) {
			const entry = contentOf(file, fetchImage).then((input): AheadEntry => ({ name: file.path, input }));
			// Whoever takes the entry from the queue meets the error; until then it must not count as unhandled.
			entry.catch(() => undefined);
			ahead.push(entry);
			const next = ahead.length > FILES_AHEAD ? ahead.shift() : undefined;
			if (next !== undefined) yield await next;
		}
		for (let next = ahead.shift(); next !== undefined; next = ahead.shift()) yield await next;
	} finally {
		for (const entry of ahead) void entry.then(giveUp, () => undefined);
	}
}

interface AheadEntry extends ZipEntry {
	readonly input: Content;
}

type Content = Uint8Array | Awaited<ReturnType<FetchImage>>;

function giveUp({ input }: AheadEntry): void {
	if ('destroy' in input) input.destroy?.();
}

async function contentOf(file: DatasetFile, fetchImage: FetchImage): Promise<Content> {
	if ('bytes' in file) return file.bytes;
	if ('text' in file) return encoded(file.text);
	if ('parts' in file) return packed(file, fetchImage);
	return await fetchImage(file.image);
}

/** Nothing is fetched before the first chunk is asked for, and at most one image is held here. */
function packed({ parts, pack }: DatasetContainer, fetchImage: FetchImage): AsyncIterable<Uint8Array> {
	return pack(wholeFiles(parts.map(({ file }) => file)));

	async function* wholeFiles(files: readonly DatasetFile[]): AsyncGenerator<Uint8Array> {
		for await (const { input } of entriesOf(files, fetchImage)) yield await whole(input);
	}
}

async function whole(content: Content): Promise<Uint8Array> {
	if (content instanceof Uint8Array) return content;
	const chunks: Uint8Array[] = [];
	for await (const chunk of content) chunks.push(chunk);
	const [first] = chunks;
	return chunks.length === 1 && first !== undefined ? first : joined(...chunks);
}

async function* encoded(text: Iterable<string>): AsyncGenerator<Uint8Array> {
	for (const chunk of text) yield ENCODER.encode(chunk);
}

const MIME_TYPES: Readonly<Record<string, string>> = {
	csv: 'text/csv',
	jpeg: 'image/jpeg',
	jpg: 'image/jpeg',
	json: 'application/json',
	jsonl: 'application/jsonl',
	parquet: 'application/vnd.apache.parquet',
	png: 'image/png',
	tar: 'application/x-tar',
	txt: 'text/plain',
	xml: 'application/xml',
	yaml: 'application/yaml',
};

/** An item for each file, for nodes that store files: `path` says where in the dataset it belongs. */
export async function deliverFiles(
	run: Run,
	source: Source,
	files: Iterable<DatasetFile>,
	binaryField: string,
): Promise<readonly Output[]> {
	const outputs: Promise<Output>[] = [];
	let lastContainer: Promise<unknown> = Promise.resolve();
	for (const file of files) {
		const deliver = async () => await deliverFile(run, source, file, binaryField);
		// Containers ask for several images at once, and hold some of them: one after the other.
		const output = 'parts' in file ? lastContainer.then(deliver) : run.limit(deliver);
		if ('parts' in file) lastContainer = output;
		outputs.push(output);
	}
	return await Promise.all(outputs);
}

async function deliverFile(run: Run, source: Source, file: DatasetFile, binaryField: string): Promise<Output> {
	const folders = file.path.split('/');
	const fileName = folders.pop() ?? file.path;
	const mimeType = MIME_TYPES[fileName.split('.').pop()?.toLowerCase() ?? ''] ?? 'application/octet-stream';
	const content = await contentOf(file, fetchFrom(run, source));
	const data = content instanceof Uint8Array ? Buffer.from(content) : byteStreamOf(content);
	const binary = await run.n8n.helpers.prepareBinaryData(data, fileName, mimeType);
	const image = 'image' in file ? { imageId: file.image.imageId } : {};
	return {
		json: { path: file.path, folder: folders.join('/'), fileName, ...image },
		binary: { [binaryField]: binary },
	};
}
