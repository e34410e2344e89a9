import {
	detectFormat,
	isMaskFile,
	isParquet,
	openAnswer,
	type ReadableFormat,
	readImageHeader,
	readParquet,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { type BinaryFile, binaryFile, firstBytes } from '../../binaryFile';
import type { ItemInput } from '../../runner/itemInput';
import type { Run } from '../../runner/runContext';
import { bytesOf, cocoIn, mayBeLargeCoco } from './cocoStream';
import { binaryPropertyName } from '../fields';
import type { groundTruthBinaryField } from '../formatFields';

/** A field that names a binary field of the item. */
type BinaryField = typeof binaryPropertyName | typeof groundTruthBinaryField;

const FIRST_BYTES = 64;

/**
 * What the file of predictions holds, as formats read it: a text, parsed JSON, the rows of a table, the bytes of a mask, or the place of an
 * image in its folders.
 *
 * @throws InputError if it is not what the chosen format is, or an image whose place says nothing.
 */
export async function valueOfFile(run: Run, item: ItemInput, format: ReadableFormat | undefined): Promise<unknown> {
	const file = fileOf(run, item, binaryPropertyName);
	const input = format?.reads.input;
	if (input === 'text') return textOf(await file.read());
	if (input === 'bytes') return await file.read();
	const start = (await file.size()) === 0 ? new Uint8Array() : await firstBytes(file, FIRST_BYTES);
	if (isParquet(start)) return await tableIn(file);
	if (format === undefined && isMaskFile(start)) return await file.read();
	if (readImageHeader(start).verdict !== 'unknown' && (format === undefined || format.reads.readsPaths === true))
		return placeOf(item, file, format);
	if ((format === undefined || format.key === 'coco') && mayBeLargeCoco(start, await file.size())) {
		const large = await cocoIn(bytesOf(await file.open()));
		if (large !== undefined) return large;
	}
	const text = textOf(await file.read());
	// YOLO's label file of an image without labels; another empty file is one that is missing.
	if (format === undefined && text.trim() === '' && file.fileName.endsWith('.txt')) return [];
	return input === 'json' && !isSeriesOfJson(text) ? await jsonIn(text, file) : text;
}

/** @throws InputError if the file is not JSON. */
export async function jsonFile(run: Run, item: ItemInput, field: BinaryField): Promise<unknown> {
	const file = fileOf(run, item, field);
	return await jsonIn(textOf(await file.read()), file);
}

export function textOf(bytes: Uint8Array): string {
	const isWide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
	return new TextDecoder(isWide ? (bytes[0] === 0xff ? 'utf-16le' : 'utf-16be') : 'utf-8').decode(bytes);
}

function fileOf({ n8n }: Run, item: ItemInput, field: BinaryField): BinaryFile {
	return binaryFile(n8n, item, item.requiredText(field), field.displayName);
}

/** Whether a text that is no JSON holds several values, as the lines of a metadata.jsonl or the rows of a metadata.csv. */
function isSeriesOfJson(text: string): boolean {
	const [first = []] = openAnswer(text).levels;
	return first.length > 1 && !isJson(text);
}

export function isJson(text: string): boolean {
	try {
		JSON.parse(text);
		return true;
	} catch {
		return false;
	}
}

async function jsonIn(text: string, { field }: BinaryFile): Promise<unknown> {
	return await Promise.resolve(text)
		.then((json): unknown => JSON.parse(json))
		.catch((error: unknown) => {
			const reason = error instanceof Error ? error.message : 'It cannot be parsed';
			throw new InputError(
				`The file in the binary field "${field}" is not valid JSON`,
				`${reason}. Use the complete, unchanged file.`,
			);
		});
}

async function tableIn(file: BinaryFile): Promise<unknown> {
	const rows = await readParquet(await file.read());
	if (typeof rows !== 'string') return rows;
	throw new InputError(`The file "${file.fileName}" in the binary field "${file.field}" cannot be read`, rows);
}

/** Where the file of an image is, if the item's JSON does not say more. */
function placeOf({ data: { json, binary } }: ItemInput, file: BinaryFile, format: ReadableFormat | undefined): unknown {
	const { field, fileName } = file;
	const place = { fileName, directory: binary?.[field]?.directory };
	const known = [json, place].find((each) => detectFormat(openAnswer(each)).kind === 'format');
	if (known !== undefined || format !== undefined) return known ?? place;
	throw new InputError(
		`The file "${fileName}" in the binary field "${field}" is an image, not a file of predictions`,
		`Enter in "${binaryPropertyName.displayName}" the field with the predictions. An image is read only as a mask of class IDs, or by the folder of its class, such as "train/cat/a.jpg".`,
	);
}
