import type { KeyValue, SchemaElement } from 'hyparquet';
import { ByteWriter, type ColumnSource, ParquetWriter } from 'hyparquet-writer';

type ParquetType = Pick<SchemaElement, 'type' | 'converted_type'>;

export const TEXT: ParquetType = { type: 'BYTE_ARRAY', converted_type: 'UTF8' };
export const BYTES: ParquetType = { type: 'BYTE_ARRAY' };
export const WHOLE_NUMBER: ParquetType = { type: 'INT64' };
export const NUMBER: ParquetType = { type: 'DOUBLE' };

/** Columns can be empty, as Arrow's can: `datasets` takes the features that a table declares for those of such columns only. */
const repetition_type = 'OPTIONAL';

export const column = (name: string, type: ParquetType): SchemaElement[] => [{ name, repetition_type, ...type }];

/** A column of objects, as their columns. */
export const struct = (name: string, columns: readonly SchemaElement[][]): SchemaElement[] => [
	{ name, repetition_type, num_children: columns.length },
	...columns.flat(),
];

/** A column of lists, as Parquet writes them: https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#lists. */
export const lists = (name: string, element: SchemaElement[]): SchemaElement[] => [
	{ name, repetition_type, converted_type: 'LIST', num_children: 1 },
	{ name: 'list', repetition_type: 'REPEATED', num_children: 1 },
	...element,
];

/** The columns of a table. */
export const table = (columns: readonly SchemaElement[][]): SchemaElement[] => [
	{ name: 'schema', num_children: columns.length },
	...columns.flat(),
];

/** Who wrote a table, in its footer. */
export const CREATED_BY = 'n8n-nodes-datagym';

/** Files of images are larger, so each gets a page of its own, which readers find by the page index. */
const PAGE_BYTES = 64 * 1024;

/** A table in chunks, made while it is read: each group of rows is written and given before the next one is asked for. */
export async function* parquetOf(
	schema: SchemaElement[],
	metadata: KeyValue[],
	groups: AsyncIterable<readonly ColumnSource[]>,
): AsyncGenerator<Uint8Array> {
	const writer = new ChunkWriter();
	const file = new ParquetWriter({ writer, schema, kvMetadata: metadata, createdBy: CREATED_BY });
	for await (const columns of groups) {
		await file.write({ columnData: [...columns], rowGroupSize: columns[0]?.data.length ?? 1, pageSize: PAGE_BYTES });
		yield* writer.taken();
	}
	await file.finish();
	yield* writer.taken();
}

/** Bytes to copy instead of giving them on as they are. */
const MOST_COPIED = 16 * 1024;

/** Gives pages on as they are, instead of copying them into one growing buffer. */
class ChunkWriter extends ByteWriter {
	private chunks: Uint8Array[] = [];

	override appendBytes(bytes: Uint8Array): void {
		if (bytes.length <= MOST_COPIED) {
			super.appendBytes(bytes);
			return;
		}
		this.cut();
		this.chunks.push(bytes);
		this.offset += bytes.length;
	}

	/** What was written since the last time. */
	taken(): readonly Uint8Array[] {
		this.cut();
		const { chunks } = this;
		this.chunks = [];
		return chunks;
	}

	private cut(): void {
		if (this.index > 0) this.chunks.push(this.getBytes().slice());
		this.index = 0;
	}
}
