import { GrowingBytes } from './growingBytes';
import { writeThrift, type ThriftValue } from './thrift';

/** A column of a table, or a group of columns. There is a value for each row, and none is missing. */
export type ParquetField = ParquetColumn | { readonly name: string; readonly fields: readonly ParquetField[] };

type ParquetColumn = { readonly name: string } & (
	| { readonly type: 'text'; readonly lists: number; readonly values: readonly Nested<string>[] }
	/** Whole numbers of 64 bits, or doubles. */
	| { readonly type: 'integer' | 'double'; readonly lists: number; readonly values: readonly Nested<number>[] }
);

/** A value in as many lists, one in the other, as the `lists` of its column say. */
type Nested<Value> = Value | readonly Nested<Value>[];

const MAGIC = new TextEncoder().encode('PAR1');
const TYPES = { integer: 2, double: 5, text: 6 };
const UTF8 = 0;
const LIST = 3;
const REQUIRED = 0;
const REPEATED = 2;
const PLAIN = 0;
const RLE = 3;

/**
 * Writes a table as Apache Parquet: its columns have types of their own, so that a table without rows, or with empty lists
 * only, has the same types as any other. One row group, plain values, nothing compressed.
 * Source: github.com/apache/parquet-format (README, Encodings.md, LogicalTypes.md, parquet.thrift).
 */
export function writeParquet(fields: readonly ParquetField[], rowCount: number): Uint8Array {
	const bytes = new GrowingBytes();
	bytes.append(MAGIC);
	const chunks = fields.flatMap((field) => writeChunks(field, [], bytes));
	const footer = writeThrift({
		fields: {
			1: { i32: 1 },
			2: { list: [group('schema', fields.length), ...fields.flatMap(schemaOf)] },
			3: { i64: rowCount },
			4: { list: rowCount === 0 ? [] : [rowGroup(chunks, bytes.length - MAGIC.length, rowCount)] },
			6: { text: 'n8n-nodes-datagym' },
		},
	});
	bytes.append(footer);
	bytes.int32(footer.length);
	bytes.append(MAGIC);
	return bytes.written();
}

function rowGroup(chunks: readonly ThriftValue[], byteCount: number, rowCount: number): ThriftValue {
	return { fields: { 1: { list: chunks }, 2: { i64: byteCount }, 3: { i64: rowCount } } };
}

function group(name: string, children: number, repetition = REQUIRED, convertedType?: number): ThriftValue {
	return {
		fields: {
			3: { i32: repetition },
			4: { text: name },
			5: { i32: children },
			6: convertedType === undefined ? undefined : { i32: convertedType },
		},
	};
}

/** The elements of the schema, a group before what is in it. */
function schemaOf(field: ParquetField): ThriftValue[] {
	if ('fields' in field) return [group(field.name, field.fields.length), ...field.fields.flatMap(schemaOf)];
	const { name, type, lists } = field;
	const leaf = (leafName: string): ThriftValue => ({
		fields: {
			1: { i32: TYPES[type] },
			3: { i32: REQUIRED },
			4: { text: leafName },
			6: type === 'text' ? { i32: UTF8 } : undefined,
		},
	});
	if (lists === 0) return [leaf(name)];
	const levels = Array.from({ length: lists }, (_, level) => [
		group(level === 0 ? name : 'element', 1, REQUIRED, LIST),
		group('list', 1, REPEATED),
	]);
	return [...levels.flat(), leaf('element')];
}

/** Writes the only page of each column, and returns the metadata of their column chunks. */
function writeChunks(field: ParquetField, parents: readonly string[], bytes: GrowingBytes): ThriftValue[] {
	const path = [...parents, field.name];
	if ('fields' in field) return field.fields.flatMap((each) => writeChunks(each, path, bytes));
	const start = bytes.length;
	const { page, valueCount } = pageOf(field);
	const header = { 1: { i32: valueCount }, 2: { i32: PLAIN }, 3: { i32: RLE }, 4: { i32: RLE } };
	const length = { i32: page.length };
	bytes.append(writeThrift({ fields: { 1: { i32: 0 }, 2: length, 3: length, 5: { fields: header } } }));
	bytes.append(page);
	const whole = [...path, ...Array.from({ length: field.lists }, () => ['list', 'element']).flat()];
	const size = { i64: bytes.length - start };
	const metadata: ThriftValue = {
		fields: {
			1: { i32: TYPES[field.type] },
			2: { list: [{ i32: PLAIN }, { i32: RLE }] },
			3: { list: whole.map((text) => ({ text })) },
			4: { i32: 0 },
			5: { i64: valueCount },
			6: size,
			7: size,
			9: { i64: start },
		},
	};
	return [{ fields: { 2: { i64: start }, 3: metadata } }];
}

/** Repetition and definition levels, then the values. `valueCount` counts empty lists, too. */
function pageOf(column: ParquetColumn): { readonly page: Uint8Array; readonly valueCount: number } {
	const repetitions: number[] = [];
	const definitions: number[] = [];
	const values = new GrowingBytes();
	const add = <Value>(value: Nested<Value>, depth: number, repetition: number, write: (leaf: Value) => void): void => {
		if (isNestedList(value) && value.length > 0) {
			value.forEach((each, index) => add(each, depth + 1, index === 0 ? repetition : depth + 1, write));
			return;
		}
		repetitions.push(repetition);
		definitions.push(depth);
		if (!isNestedList(value)) write(value);
	};
	if (column.type === 'text') for (const value of column.values) add(value, 0, 0, (text) => writeText(values, text));
	else {
		const write = (number: number) => (column.type === 'integer' ? values.int64(number) : values.double(number));
		for (const value of column.values) add(value, 0, 0, write);
	}
	const page = new GrowingBytes();
	if (column.lists > 0) for (const levels of [repetitions, definitions]) writeLevels(levels, page);
	page.append(values.written());
	return { page: page.written(), valueCount: definitions.length };
}

function isNestedList<Value>(value: Nested<Value>): value is readonly Nested<Value>[] {
	return Array.isArray(value);
}

function writeText(bytes: GrowingBytes, text: string): void {
	const encoded = new TextEncoder().encode(text);
	bytes.int32(encoded.length);
	bytes.append(encoded);
}

/** Runs of equal levels, each below 256: twice the length as a varint, then the level in a byte. Their bytes are counted before. */
function writeLevels(levels: readonly number[], page: GrowingBytes): void {
	const runs = new GrowingBytes();
	for (let start = 0; start < levels.length; ) {
		let end = start + 1;
		while (end < levels.length && levels[end] === levels[start]) end++;
		runs.varint((end - start) * 2);
		runs.byte(levels[start] ?? 0);
		start = end;
	}
	page.int32(runs.length);
	page.append(runs.written());
}
