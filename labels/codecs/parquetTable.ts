import { parquetMetadata, parquetSchema } from 'hyparquet/src/metadata.js';
import { parquetReadObjects } from 'hyparquet/src/read.js';
import { isRecord } from '../parsing/record';

/**
 * The rows of a table of Apache Parquet as hyparquet gives them; nothing for one of more rows.
 *
 * @throws Error if it cannot be read.
 */
export async function rowsOfParquet(bytes: Uint8Array, mostRows: number): Promise<readonly unknown[] | undefined> {
	const file = Uint8Array.from(bytes).buffer;
	const metadata = parquetMetadata(file);
	return metadata.num_rows > mostRows ? undefined : await parquetReadObjects({ file, metadata });
}

/** Rows that lie together in the file, and from where (inclusive) to where (exclusive) their bytes are. */
export interface RowGroup {
	readonly from: number;
	readonly to: number;
	readonly firstRow: number;
	readonly rows: number;
}

/** A table whose rows have images in a column, as the Hub of Hugging Face keeps datasets. */
export interface ImageTable {
	readonly imageColumn: string;
	/** In the order of their bytes. */
	readonly groups: readonly RowGroup[];
	/** What Hugging Face tells of the columns, by name; class names are in it. */
	readonly features: Readonly<Record<string, unknown>>;
	/** The rows of a group, from its bytes. @throws Error if they cannot be read. */
	readonly rowsOf: (group: RowGroup, bytes: Uint8Array) => Promise<ReadonlyArray<Readonly<Record<string, unknown>>>>;
}

/**
 * The plan of a table with images, from the end of its file.
 *
 * @param tail the last bytes, with all of the footer.
 * @param size of the file.
 * @returns undefined for a table without images.
 * @throws Error if the footer cannot be read.
 */
export function imageTableOf(tail: Uint8Array, size: number): ImageTable | undefined {
	const metadata = parquetMetadata(Uint8Array.from(tail).buffer);
	const columns = parquetSchema(metadata).children;
	const imageColumn = columns.find(({ children }) =>
		['bytes', 'path'].every((name) => children.some(({ element }) => element.name === name)),
	)?.element.name;
	if (imageColumn === undefined) return undefined;
	let firstRow = 0;
	const groups = metadata.row_groups.map((group): RowGroup => {
		const parts = group.columns.flatMap(({ meta_data: part }) => {
			if (part === undefined) return [];
			const from = Number(part.dictionary_page_offset ?? part.data_page_offset);
			return [{ from, to: from + Number(part.total_compressed_size) }];
		});
		const rows = Number(group.num_rows);
		const from = Math.min(size, ...parts.map((part) => part.from));
		const placed = { from, to: Math.max(from, ...parts.map(({ to }) => to)), firstRow, rows };
		firstRow += rows;
		return placed;
	});
	const told = metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value;
	return {
		imageColumn,
		groups,
		features: featuresIn(told),
		rowsOf: async ({ from, firstRow: rowStart, rows }, bytes) => {
			const slice = (start: number, end = size) => Uint8Array.from(bytes.subarray(start - from, end - from)).buffer;
			const file = { byteLength: size, slice };
			return await parquetReadObjects({ file, metadata, rowStart, rowEnd: rowStart + rows, utf8: false });
		},
	};
}

function featuresIn(text = ''): Readonly<Record<string, unknown>> {
	try {
		const told: unknown = JSON.parse(text);
		const info = isRecord(told) && isRecord(told.info) ? told.info : {};
		return isRecord(info.features) ? info.features : {};
	} catch {
		return {};
	}
}
