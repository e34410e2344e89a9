import { isList, isRecord, type JsonRecord } from '../parsing/record';
import type { ImageTable } from './parquetTable';

export type { ImageTable, RowGroup } from './parquetTable';

/** A few bytes of a file can claim any number. */
const MOST_ROWS = 1_000_000;

/** Whether bytes begin as those of a table of Apache Parquet do. */
export function isParquet(bytes: Uint8Array): boolean {
	return bytes.length >= 12 && [0x50, 0x41, 0x52, 0x31].every((byte, index) => bytes[index] === byte); // "PAR1"
}

/**
 * The rows of a table of Apache Parquet, uncompressed or with Snappy, as JSON would have them: whole numbers of 64 bits are numbers. The
 * reader is loaded when the first table is read.
 *
 * @returns a sentence that says why there are no rows, for anything that is none, damaged, packed otherwise or too large.
 */
export async function readParquet(bytes: Uint8Array): Promise<readonly unknown[] | string> {
	const { rowsOfParquet } = await import('./parquetTable');
	try {
		const rows = await rowsOfParquet(bytes, MOST_ROWS);
		return rows?.map(asJson) ?? `The table has more than ${MOST_ROWS.toLocaleString('en')} rows. Split it.`;
	} catch (error) {
		const reason = error instanceof Error ? error.message : 'unknown error';
		return `The Parquet file cannot be read (${reason}). Provide the complete file, uncompressed or compressed with Snappy.`;
	}
}

/**
 * The plan of a table with images in a column, whose rows can be read group by group; undefined for another table, or one whose footer
 * cannot be read.
 *
 * @param tail the last bytes of the file, with all of the footer.
 * @param size of the file.
 */
export async function readImageTable(tail: Uint8Array, size: number): Promise<ImageTable | undefined> {
	const { imageTableOf } = await import('./parquetTable');
	try {
		return imageTableOf(tail, size);
	} catch {
		return undefined;
	}
}

/** A value of a table as JSON has it; files inside of the table stay bytes. */
export function asJson(value: unknown): unknown {
	if (typeof value === 'bigint') return Number(value);
	if (isList(value)) return value.map(asJson);
	if (!isRecord(value) || value instanceof Uint8Array || value instanceof Date) return value;
	const record: JsonRecord = {};
	for (const [key, inner] of Object.entries(value)) record[key] = asJson(inner);
	return record;
}
