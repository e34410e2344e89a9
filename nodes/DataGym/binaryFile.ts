import { BINARY_ENCODING, type IBinaryData, type IExecuteFunctions } from 'n8n-workflow';
import type { ByteStream } from '@datagym/client';
import { readImageHeader, withoutMetadata } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { describeType } from '@datagym/shared/fileType';
import type { ItemInput } from './runner/itemInput';

/** A file in an item's binary field: its size and bytes without reading it whole. */
export interface BinaryFile {
	/** What the file is called in messages. */
	readonly field: string;
	readonly fileName: string;
	/** Bytes as the item says, without a look into the store. */
	readonly toldSize?: number | undefined;
	/** Bytes, where n8n knows them. */
	readonly size: () => Promise<number | undefined>;
	/** A new reading from the beginning, each time; of a file in n8n's store, in chunks of so many bytes. */
	readonly open: (chunkSize?: number) => Promise<Buffer | ByteStream>;
	/** All of it. */
	readonly read: () => Promise<Buffer>;
}

/** Up to so many bytes a file is read as a whole: less work than a stream, and bounded by the requests at once. */
const SMALL_FILE = 2 ** 20;

/** @param names of the binary fields, separated by commas. */
export function binaryFilesOf(n8n: IExecuteFunctions, item: ItemInput, names: string): readonly BinaryFile[] {
	const fields = names
		.split(',')
		.map((name) => name.trim())
		.filter((name) => name !== '');
	return fields.map((name) => binaryFile(n8n, item, name));
}

export function binaryFile(
	n8n: IExecuteFunctions,
	item: ItemInput,
	field: string,
	label = 'Input Binary Field',
): BinaryFile {
	const data = item.data.binary?.[field];
	if (data !== undefined) return fileInStore(n8n, data, field);
	const present = Object.keys(item.data.binary ?? {});
	throw new InputError(
		`The item has no binary field "${field}"`,
		present.length === 0
			? 'The item has no binary data. Add a node before this one that reads or downloads the file.'
			: `Set "${label}" to one of: ${present.join(', ')}.`,
	);
}

export function fileInStore(n8n: IExecuteFunctions, data: IBinaryData, field: string): BinaryFile {
	return {
		field,
		fileName: data.fileName ?? (data.fileExtension ? `${field}.${data.fileExtension}` : field),
		toldSize: data.bytes,
		size: async () => await sizeOf(n8n, data),
		open: async (chunkSize) => await open(n8n, data, chunkSize),
		read: async () => await n8n.helpers.getBinaryDataBuffer(0, data),
	};
}

/** The same file, of which the bytes are read only once if it is small. Let go of it soon. */
export async function heldIfSmall(file: BinaryFile): Promise<BinaryFile> {
	const size = file.toldSize ?? (await file.size());
	if (size === undefined || size > SMALL_FILE) return file;
	const held = await file.read();
	return { ...file, size: async () => held.length, open: async () => held };
}

/**
 * The JPEG or PNG without what it says beside its pixels. It is read once more to know its size, unless n8n holds it in memory,
 * since the upload tells it first and a copy in n8n's store would have to be deleted again.
 */
export async function fileWithoutMetadata(file: BinaryFile): Promise<BinaryFile> {
	const content = await file.open();
	if (Buffer.isBuffer(content)) {
		const parts: Uint8Array[] = [];
		for await (const part of withoutMetadata(inOnePiece(content))) parts.push(part);
		const bytes = Buffer.concat(parts);
		return { ...file, size: async () => bytes.length, open: async () => bytes };
	}
	let size = 0;
	for await (const part of withoutMetadata(content)) size += part.length;
	return {
		...file,
		size: async () => size,
		open: async (chunkSize) => {
			const stream = await file.open(chunkSize);
			return Buffer.isBuffer(stream) ? stream : stream.compose<ByteStream>(withoutMetadata);
		},
	};
}

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
	yield await Promise.resolve(bytes);
}

/** From n8n's binary store as a stream; only data that n8n holds in memory already comes as a buffer. */
async function open(n8n: IExecuteFunctions, data: IBinaryData, chunkSize?: number): Promise<Buffer | ByteStream> {
	return data.id === undefined
		? Buffer.from(data.data, BINARY_ENCODING)
		: await n8n.helpers.getBinaryStream(data.id, chunkSize);
}

async function sizeOf(n8n: IExecuteFunctions, data: IBinaryData): Promise<number | undefined> {
	if (data.id === undefined) return Buffer.byteLength(data.data, BINARY_ENCODING);
	return (await n8n.helpers.getBinaryMetadata(data.id)).fileSize;
}

/** A JPEG or PNG by its bytes, since the server looks at nothing else. Reads the first bytes only. */
export async function checkIsImage(file: BinaryFile): Promise<void> {
	const start = (await file.size()) === 0 ? new Uint8Array() : await firstBytes(file, 32);
	if (start.length === 0)
		throw new InputError(
			`The file in the binary field "${file.field}" is empty`,
			'Check the node that created the file.',
		);
	if (readImageHeader(start).verdict !== 'unknown') return;
	throw new InputError(
		`The file "${file.fileName}" in the binary field "${file.field}" is ${describeType(start)}, but must be JPEG or PNG`,
		'Convert it before this node, e.g. with Edit Image.',
	);
}

/** At most so many bytes from the beginning; the rest is not read. */
export async function firstBytes(file: Pick<BinaryFile, 'open'>, count: number): Promise<Uint8Array> {
	const content = await file.open(Math.min(count, SMALL_FILE));
	if (Buffer.isBuffer(content)) return content.subarray(0, count);
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of content) {
		const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
		chunks.push(bytes);
		length += bytes.length;
		if (length >= count) break;
	}
	return Buffer.concat(chunks).subarray(0, count);
}
