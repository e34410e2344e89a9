import { parquetReadObjects } from 'hyparquet';

/** The rows of a table of Apache Parquet; whole numbers of 64 bits as numbers. */
export async function readParquetTable(file: Uint8Array): Promise<Record<string, unknown>[]> {
	const rows = await parquetReadObjects({ file: new Uint8Array(file).buffer });
	return rows.map((row) => asNumbers(row) as Record<string, unknown>);
}

function asNumbers(value: unknown): unknown {
	if (typeof value === 'bigint') return Number(value);
	if (Array.isArray(value)) return value.map(asNumbers);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asNumbers(inner)]));
}
