import { makeZip } from 'client-zip';
import type { IBinaryData } from 'n8n-workflow';
import type { DatasetFile } from '../../../../../labels/dataset/datasetFile';
import { byteStreamOf } from '../../../../byteSource';
import type { Output } from '../../../operation';
import type { Run } from '../../../run';

const FILES_AHEAD = 6;
const ENCODER = new TextEncoder();

/** A file of a dataset as bytes that are made or fetched while they are read. */
interface Entry {
	readonly name: string;
	readonly input: AsyncIterable<Uint8Array> | Uint8Array;
}

/** Streams all files into one ZIP in n8n's binary store. Nothing is compressed, since images are already; ZIP64 where it is needed. */
export async function deliverArchive(run: Run, files: Iterable<DatasetFile>, fileName: string): Promise<IBinaryData> {
	const archive = makeZip(entriesOf(run, files), { buffersAreUTF8: true });
	return await run.n8n.helpers.prepareBinaryData(byteStreamOf(archive), fileName, 'application/zip');
}

/** While one file is written, the next images are asked for; their bytes wait in the connections. */
async function* entriesOf(run: Run, files: Iterable<DatasetFile>): AsyncGenerator<Entry> {
	const ahead: Array<Promise<Entry>> = [];
	for (const file of files) {
		const entry = contentOf(run, file).then((input): Entry => ({ name: file.path, input }));
		// Whoever takes the entry from the queue meets the error; until then it must not count as unhandled.
		entry.catch(() => undefined);
		ahead.push(entry);
		const next = ahead.length > FILES_AHEAD ? ahead.shift() : undefined;
		if (next !== undefined) yield await next;
	}
	for (const entry of ahead) yield await entry;
}

async function contentOf({ api }: Run, file: DatasetFile): Promise<Entry['input']> {
	if ('bytes' in file) return file.bytes;
	if ('text' in file) return encoded(file.text);
	return (await api.downloadImage(file.image.imageId)).stream;
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
	png: 'image/png',
	txt: 'text/plain',
	xml: 'application/xml',
	yaml: 'application/yaml',
};

/** An item for each file, for nodes that store files: `path` says where in the dataset it belongs. */
export async function deliverFiles(run: Run, files: Iterable<DatasetFile>, binaryField: string): Promise<readonly Output[]> {
	const outputs: Promise<Output>[] = [];
	for (const file of files) outputs.push(run.limit(async () => await deliverFile(run, file, binaryField)));
	return await Promise.all(outputs);
}

async function deliverFile(run: Run, file: DatasetFile, binaryField: string): Promise<Output> {
	const folders = file.path.split('/');
	const fileName = folders.pop() ?? file.path;
	const mimeType = MIME_TYPES[fileName.split('.').pop()?.toLowerCase() ?? ''] ?? 'application/octet-stream';
	const content = await contentOf(run, file);
	const data = content instanceof Uint8Array ? Buffer.from(content) : byteStreamOf(content);
	const binary = await run.n8n.helpers.prepareBinaryData(data, fileName, mimeType);
	const image = 'image' in file ? { imageId: file.image.imageId } : {};
	return { json: { path: file.path, folder: folders.join('/'), fileName, ...image }, binary: { [binaryField]: binary } };
}
