/**
 * Reads a table of Apache Parquet as far as the formats write one: plain, uncompressed pages of version 1, no missing values.
 * Written from parquet.thrift and Encodings.md of github.com/apache/parquet-format, without the package's writer.
 */
export function readParquetTable(file: Uint8Array): Record<string, unknown>[] {
	const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
	const marks = [file.subarray(0, 4), file.subarray(-4)].map((mark) => Buffer.from(mark).toString('latin1'));
	if (marks.join() !== 'PAR1,PAR1') throw new Error(`No Parquet: ${marks.join()}`);
	const footerStart = file.length - 8 - view.getInt32(file.length - 8, true);
	const footer = new ThriftReader(view, footerStart).structure();
	const rowCount = Number(footer[3]);
	const rows = Array.from({ length: rowCount }, (): Record<string, unknown> => ({}));
	for (const rowGroup of listOf(footer[4])) {
		for (const chunk of listOf(structureOf(rowGroup)[1])) {
			const metadata = structureOf(structureOf(chunk)[3]);
			const path = listOf(metadata[3]).map(String);
			const names = path.filter((_, index) => path[index] !== 'list' && path[index - 1] !== 'list');
			valuesOf(view, metadata, path.filter((part) => part === 'list').length).forEach((value, row) =>
				place(rows[row]!, names, value),
			);
		}
	}
	return rows;
}

type Thrift = number | string | Thrift[] | ThriftStructure;
interface ThriftStructure {
	[field: number]: Thrift;
}

const structureOf = (value: Thrift | undefined): ThriftStructure =>
	typeof value === 'object' && !Array.isArray(value) ? value : {};
const listOf = (value: Thrift | undefined): Thrift[] => (Array.isArray(value) ? value : []);

class ThriftReader {
	constructor(
		private readonly view: DataView,
		public position: number,
	) {}

	structure(): ThriftStructure {
		const fields: ThriftStructure = {};
		for (let id = 0, head = this.byte(); head !== 0; head = this.byte()) {
			id += head >> 4;
			fields[id] = this.value(head & 15);
		}
		return fields;
	}

	varint(): number {
		let value = 0;
		for (let factor = 1, byte = 0x80; byte >= 0x80; factor *= 0x80) {
			byte = this.byte();
			value += (byte & 0x7f) * factor;
		}
		return value;
	}

	private value(type: number): Thrift {
		if (type === 5 || type === 6) return this.varint() / 2;
		if (type === 8) return this.text(this.varint());
		if (type === 12) return this.structure();
		if (type !== 9) throw new Error(`Unexpected type ${type}`);
		const head = this.byte();
		const length = head >> 4 === 15 ? this.varint() : head >> 4;
		return Array.from({ length }, () => this.value(head & 15));
	}

	text(length: number): string {
		this.position += length;
		return Buffer.from(this.view.buffer, this.view.byteOffset + this.position - length, length).toString('utf8');
	}

	byte(): number {
		return this.view.getUint8(this.position++);
	}
}

/** A value of each row of a column, whose only page is read. */
function valuesOf(view: DataView, metadata: ThriftStructure, lists: number): unknown[] {
	const reader = new ThriftReader(view, Number(metadata[9]));
	const header = structureOf(reader.structure()[5]);
	const count = Number(header[1]);
	const levels = () => (lists === 0 ? Array.from({ length: count }, () => 0) : readLevels(view, reader, count));
	const [repetitions, definitions] = [levels(), levels()];
	const rows: unknown[] = [];
	let open: unknown[][] = [];
	repetitions.forEach((repetition, index) => {
		const depth = definitions[index] ?? 0;
		const leaf = depth === lists ? readLeaf(view, reader, Number(metadata[1])) : undefined;
		if (lists === 0) return rows.push(leaf);
		open = open.slice(0, repetition);
		for (let level = open.length; level <= Math.min(depth, lists - 1); level++) {
			const list: unknown[] = [];
			(level === 0 ? rows : open[level - 1]!).push(list);
			open.push(list);
		}
		if (depth === lists) open[lists - 1]!.push(leaf);
		return undefined;
	});
	return rows;
}

/** Runs only: an even varint is twice the length of a run. */
function readLevels(view: DataView, reader: ThriftReader, count: number): number[] {
	const end = reader.position + 4 + view.getInt32(reader.position, true);
	reader.position += 4;
	const levels: number[] = [];
	while (reader.position < end) {
		const run = reader.varint();
		if (run % 2 === 1) throw new Error('Bit-packed levels are not expected');
		const level = reader.byte();
		levels.push(...Array.from({ length: run / 2 }, () => level));
	}
	if (levels.length !== count) throw new Error(`${levels.length} levels instead of ${count}`);
	return levels;
}

function readLeaf(view: DataView, reader: ThriftReader, type: number): number | string {
	if (type === 6) {
		reader.position += 4;
		return reader.text(view.getInt32(reader.position - 4, true));
	}
	reader.position += 8;
	if (type === 2) return Number(view.getBigInt64(reader.position - 8, true));
	return view.getFloat64(reader.position - 8, true);
}

function place(row: Record<string, unknown>, [name = '', ...rest]: string[], value: unknown): void {
	if (rest.length === 0) row[name] = value;
	else {
		const inner = (row[name] ??= {});
		if (typeof inner === 'object' && inner !== null) place(inner as Record<string, unknown>, rest, value);
	}
}
