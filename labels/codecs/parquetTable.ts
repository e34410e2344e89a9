import { parquetMetadata } from 'hyparquet/src/metadata.js';
import { parquetReadObjects } from 'hyparquet/src/read.js';

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
