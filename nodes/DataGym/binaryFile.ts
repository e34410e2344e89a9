import { BINARY_ENCODING, type IBinaryData, type IExecuteFunctions } from 'n8n-workflow';
import type { ByteStream } from '../../client';
import { readImageHeader } from '../../labels/imageHeader';
import { InputError } from '../nodeErrors';
import type { ItemInput } from './itemInput';

/** A file in an item's binary field: its size and bytes without reading it whole. */
export interface BinaryFile {
	readonly field: string;
	readonly fileName: string;
	/** Bytes, where n8n knows them. */
	readonly size?: number;
	/** A new reading from the beginning, each time. */
	readonly open: () => Promise<Buffer | ByteStream>;
}

/** The binary fields that are named in the node's field, separated by commas. */
export async function binaryFilesOf(n8n: IExecuteFunctions, item: ItemInput): Promise<readonly BinaryFile[]> {
	const names = item.requiredText('binaryPropertyName', 'Input Binary Field');
	const fields = names.split(',').map((name) => name.trim()).filter((name) => name !== '');
	return await Promise.all(fields.map(async (field) => await binaryFile(n8n, item, field)));
}

async function binaryFile(n8n: IExecuteFunctions, item: ItemInput, field: string): Promise<BinaryFile> {
	const data = item.data.binary?.[field];
	if (data === undefined) {
		const present = Object.keys(item.data.binary ?? {});
		throw new InputError(
			`The item has no binary field “${field}”`,
			present.length === 0
				? 'The item has no binary data at all: put a node that reads or downloads the file before this one.'
				: `Enter the name of a field that it has into “Input Binary Field”: ${present.join(', ')}.`,
		);
	}
	return await fileInStore(n8n, data, field);
}

/** @param field what the file is called in messages. */
export async function fileInStore(n8n: IExecuteFunctions, data: IBinaryData, field: string): Promise<BinaryFile> {
	const size = await sizeOf(n8n, data);
	if (size === 0) throw new InputError(`The file in the binary field “${field}” is empty`, 'Check the node that made the file.');
	const fileName = data.fileName ?? (data.fileExtension ? `${field}.${data.fileExtension}` : field);
	return { field, fileName, size, open: async () => await open(n8n, data) };
}

/** From n8n's binary store as a stream; only data that n8n holds in memory already comes as a buffer. */
async function open(n8n: IExecuteFunctions, data: IBinaryData): Promise<Buffer | ByteStream> {
	return data.id === undefined ? Buffer.from(data.data, BINARY_ENCODING) : await n8n.helpers.getBinaryStream(data.id);
}

async function sizeOf(n8n: IExecuteFunctions, data: IBinaryData): Promise<number | undefined> {
	if (data.id === undefined) return Buffer.byteLength(data.data, BINARY_ENCODING);
	return (await n8n.helpers.getBinaryMetadata(data.id)).fileSize;
}

/** A JPEG or PNG by its bytes, since the server looks at nothing else. Reads the first bytes only. */
export async function checkIsImage(file: BinaryFile): Promise<void> {
	const start = await firstBytes(file);
	if (start.length === 0) throw new InputError(`The file in the binary field “${file.field}” is empty`, 'Check the node that made the file.');
	if (readImageHeader(start).verdict !== 'unknown') return;
	throw new InputError(
		`The file “${file.fileName}” in the binary field “${file.field}” is ${describe(start)}, and DataGym takes JPEG and PNG only`,
		'Convert it before this node, for example with Edit Image.',
	);
}

async function firstBytes(file: BinaryFile): Promise<Uint8Array> {
	const content = await file.open();
	if (Buffer.isBuffer(content)) return content.subarray(0, 32);
	for await (const chunk of content) {
		content.destroy();
		return Buffer.isBuffer(chunk) ? chunk.subarray(0, 32) : Buffer.from(String(chunk));
	}
	return new Uint8Array();
}

const SIGNATURES: ReadonlyArray<readonly [string, string]> = [
	['GIF8', 'a GIF'],
	['BM', 'a BMP'],
	['RIFF', 'a WebP or another RIFF file'],
	['II*\u0000', 'a TIFF'],
	['MM\u0000*', 'a TIFF'],
	['%PDF', 'a PDF'],
	['PK', 'a ZIP archive'],
	['<svg', 'an SVG'],
	['<', 'a web page or XML'],
	['{', 'JSON'],
];

function describe(start: Uint8Array): string {
	const text = Buffer.from(start).toString('latin1');
	if (text.slice(4, 12) === 'ftypheic' || text.slice(4, 12) === 'ftypavif') return 'a HEIC or AVIF';
	return SIGNATURES.find(([signature]) => text.startsWith(signature))?.[1] ?? 'of an unknown type';
}
