import type { IBinaryData } from 'n8n-workflow';
import {
	type BriefImage,
	type DatasetContainer,
	type DatasetFile,
	type FileSteps,
	joined,
	sourceIdOf,
	withoutOrientation,
} from '@datagym/labels';
import { byteStreamOf } from '@datagym/client';
import { giveWay, paced } from '@datagym/shared/turns';
import { ProjectImageFiles } from '../../imageOrigins';
import type { Output } from '../../runner/operation';
import type { Run } from '../../runner/runContext';
import type { LaterImages } from './laterImages';
import type { DatasetParameters } from './parameters';
import { isWhole, PartFiles } from './partFiles';
import { uprightFile } from './uprightFile';
import { zipOf, type ZipEntry } from './zip';

const FILES_AHEAD = 6;
/** Files that are stored at once, or wait for it, at least. */
const FILES_WAITING = 32;
const ENCODER = new TextEncoder();

interface ImageContent extends AsyncIterable<Uint8Array> {
	/** Gives up what it comes from. */
	readonly destroy?: () => void;
}

/** Asks for an image's file. */
export interface ImageSource {
	/** Nothing if the image turns out to be none, and is left out. */
	readonly fetch: (image: BriefImage) => Promise<ImageContent | undefined>;
	/** Whether what comes after the file may need what it tells, so that it must be open before. */
	readonly isRead?: (image: BriefImage) => boolean;
	/** Gives up what was opened and not asked for. */
	readonly close?: () => void;
}

/** Which images of which project, and how their files are written. */
interface Source extends Pick<DatasetParameters, 'projectId' | 'turnsPixels'> {
	readonly later?: LaterImages | undefined;
}

/**
 * What lies on the stored pixels shall lie there in every reader. So the orientation is removed from these files, and from
 * those that browsers show as stored, in which other programs may find one where no browser looks.
 */
function imagesOf(run: Run, { projectId, turnsPixels, later }: Source): ImageSource {
	const open = async (imageId: string) => (await (await ProjectImageFiles.of(run, projectId)).open(imageId)).stream;
	const parts = new PartFiles(open);
	const isRead = (image: BriefImage) => later?.has(sourceIdOf(image)) === true;
	const fetch = async (image: BriefImage): Promise<ImageContent | undefined> => {
		const { part } = image;
		if (part !== undefined && !isWhole(part)) return parts.of(image, part);
		const opened = isRead(image) ? await later?.open(sourceIdOf(image)) : undefined;
		if (opened === undefined && isRead(image)) return undefined;
		const stream = opened ?? (await open(sourceIdOf(image)));
		const orientation = image.orientation ?? opened?.facts.orientation;
		const isTurned = turnsPixels && orientation !== undefined && orientation !== 1;
		if (orientation !== 1 && !isTurned) return stream;
		const chunks = isTurned ? uprightFile(stream, image) : withoutOrientation(stream);
		return { [Symbol.asyncIterator]: () => chunks, destroy: () => void stream.destroy() };
	};
	return { fetch, isRead, close: () => later?.close() };
}

/** Streams all files into one ZIP in n8n's binary store. */
export async function deliverArchive(
	run: Run,
	source: Source,
	files: FileSteps,
	fileName: string,
): Promise<IBinaryData> {
	return await run.n8n.helpers.prepareBinaryData(
		byteStreamOf(archiveOf(files, imagesOf(run, source))),
		fileName,
		'application/zip',
	);
}

/** A ZIP in chunks, made while it is read. */
export function archiveOf(files: FileSteps, images: ImageSource): AsyncIterable<Uint8Array> {
	return zipOf(entriesOf(files, images));
}

/** While one file is read, the next images are asked for; their bytes wait in the connections. */
async function* entriesOf(files: FileSteps, images: ImageSource): AsyncGenerator<AheadEntry> {
	const ahead: Array<Promise<AheadEntry | undefined>> = [];
	try {
		for (const file of files) {
			await giveWay();
			if (file === undefined) continue;
			const entry = contentOf(file, images).then((input) => input && { name: file.path, input });
			// Whoever takes the entry from the queue meets the error; until then it must not count as unhandled.
			entry.catch(() => undefined);
			ahead.push(entry);
			if (isReadFirst(file, images)) await entry;
			const next = ahead.length > FILES_AHEAD ? await ahead.shift() : undefined;
			if (next !== undefined) yield next;
		}
		for (let next = ahead.shift(); next !== undefined; next = ahead.shift()) {
			const entry = await next;
			if (entry !== undefined) yield entry;
		}
	} finally {
		for (const entry of ahead) void entry.then(giveUp, () => undefined);
		images.close?.();
	}
}

function isReadFirst(file: DatasetFile, { isRead }: ImageSource): boolean {
	return 'image' in file && isRead?.(file.image) === true;
}

interface AheadEntry extends ZipEntry {
	readonly input: Content;
}

type Content = Uint8Array | ImageContent;

function giveUp(entry: AheadEntry | undefined): void {
	if (entry !== undefined && 'destroy' in entry.input) entry.input.destroy?.();
}

async function contentOf(file: DatasetFile, images: ImageSource): Promise<Content | undefined> {
	if ('bytes' in file) return file.bytes;
	if ('text' in file) return encoded(file.text);
	if ('parts' in file) return packed(file, images);
	return await images.fetch(file.image);
}

/** Nothing is fetched before the first chunk is asked for, and at most one image is held here. */
function packed({ parts, pack }: DatasetContainer, images: ImageSource): AsyncIterable<Uint8Array> {
	return pack(wholeFiles(parts.map(({ file }) => file)));

	async function* wholeFiles(files: readonly DatasetFile[]): AsyncGenerator<Uint8Array> {
		for await (const { input } of entriesOf(files, { fetch: images.fetch })) yield await whole(input);
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
	// A piece without characters is a step.
	for await (const chunk of paced(text)) if (chunk !== '') yield ENCODER.encode(chunk);
}

/** An item for each file, for nodes that store files: `path` says where in the dataset it belongs. */
export async function deliverFiles(
	run: Run,
	source: Source,
	files: FileSteps,
	binaryField: string,
): Promise<readonly Output[]> {
	const images = imagesOf(run, source);
	const outputs: Array<Promise<Output>> = [];
	const waiting = new Set<Promise<unknown>>();
	let lastContainer: Promise<unknown> = Promise.resolve();
	let isFailed = false;
	const add = (file: DatasetFile, opened: ImageContent | undefined) => {
		const deliver = async () => await deliverFile(run, images, file, opened, binaryField);
		// Containers ask for several images at once, and hold some of them: one after the other.
		const output = 'parts' in file ? lastContainer.then(deliver) : run.limit(deliver);
		if ('parts' in file) lastContainer = output;
		outputs.push(output);
		waiting.add(output);
		output.then(
			() => waiting.delete(output),
			() => (isFailed = true),
		);
	};
	try {
		for (const file of files) {
			await giveWay();
			if (file === undefined) continue;
			while (waiting.size >= Math.max(FILES_WAITING, 2 * run.api.atOnce) && !isFailed)
				await Promise.race(waiting).catch(() => undefined);
			// Nobody waits for the rest any more.
			if (isFailed) break;
			const opened = isReadFirst(file, images) && 'image' in file ? await images.fetch(file.image) : undefined;
			if (opened !== undefined || !isReadFirst(file, images)) add(file, opened);
		}
	} finally {
		images.close?.();
	}
	return await Promise.all(outputs);
}

/** @param opened the file's image, if it is open already. */
async function deliverFile(
	run: Run,
	images: ImageSource,
	file: DatasetFile,
	opened: ImageContent | undefined,
	binaryField: string,
): Promise<Output> {
	const folders = file.path.split('/');
	const fileName = folders.pop() ?? file.path;
	const mimeType = MIME_TYPES[fileName.split('.').pop()?.toLowerCase() ?? ''] ?? 'application/octet-stream';
	const content = opened ?? (await contentOf(file, images)) ?? new Uint8Array();
	const data = content instanceof Uint8Array ? Buffer.from(content) : byteStreamOf(content);
	const binary = await run.n8n.helpers.prepareBinaryData(data, fileName, mimeType);
	const image = 'image' in file ? { imageId: sourceIdOf(file.image) } : {};
	return {
		json: { path: file.path, folder: folders.join('/'), fileName, ...image },
		binary: { [binaryField]: binary },
	};
}

const MIME_TYPES: Readonly<Record<string, string>> = {
	csv: 'text/csv',
	jpeg: 'image/jpeg',
	jpg: 'image/jpeg',
	json: 'application/json',
	jsonl: 'application/jsonl',
	md: 'text/markdown',
	parquet: 'application/vnd.apache.parquet',
	png: 'image/png',
	tar: 'application/x-tar',
	txt: 'text/plain',
	xml: 'application/xml',
	yaml: 'application/yaml',
};
