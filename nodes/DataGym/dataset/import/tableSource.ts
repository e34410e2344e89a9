import {
	type ImageTable,
	type ImageHeader,
	joined,
	metadataOfRow,
	nameOf,
	readImageHeader,
	readImageTable,
	type RowGroup,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import type { FileSource, SourceFile } from './fileSource';

/** The end of a table that is kept: the footer takes some kilobytes for each thousand images. */
const TAIL = 16 * 2 ** 20;
/** Rows that lie together, which are held at once. */
const LARGEST_GROUP = 512 * 2 ** 20;

/** A table with images inside, as the files that it stands for. */
interface OpenTable {
	readonly table: ImageTable;
	/** By row; undefined for a row without an image. */
	readonly images: ReadonlyArray<SourceFile | undefined>;
	readonly headers: ReadonlyMap<string, Extract<ImageHeader, { verdict: 'image' }>>;
	/** The other columns, as the metadata file of an image folder. */
	readonly metadata: SourceFile;
	readonly lines: Buffer;
}

/**
 * The same files, with tables of Hugging Face that have their images inside replaced by an image folder for each: `data/train.parquet`
 * becomes `data/train/0.jpg` and so on, and `data/train/metadata.jsonl`. A table is read group by group of its rows, once for its
 * plan, once for its labels, and once for its images.
 *
 * @throws InputError if rows cannot be read.
 */
export async function withImageTables(source: FileSource): Promise<FileSource> {
	const tables = new Map<string, OpenTable>();
	for (const file of source.files) {
		if (!/\.parquet$/i.test(file.path)) continue;
		const table = await planOf(source, file);
		const opened = table && (await openTable(source, file, table));
		if (opened !== undefined) tables.set(file.path, opened);
	}
	if (tables.size === 0) return source;
	const opened = [...tables];
	const headers = new Map(opened.flatMap(([, table]) => [...table.headers]));
	return {
		name: source.name,
		notes: source.notes,
		files: [
			...source.files.filter(({ path }) => !tables.has(path)),
			...opened.flatMap(([, { images, metadata }]) => [...images.flatMap((image) => image ?? []), metadata]),
		],
		headerOf: (path) => headers.get(path) ?? source.headerOf(path),
		async visit(files, use) {
			const wanted = new Set(files.map(({ path }) => path));
			await source.visit(
				files.filter(({ path }) => !headers.has(path)),
				use,
			);
			for (const [path, { table, images, metadata, lines }] of opened) {
				if (wanted.has(metadata.path)) await use(metadata, inOnePiece(lines));
				if (!images.some((image) => image !== undefined && wanted.has(image.path))) continue;
				await eachRow(source, path, table, async (row, number) => {
					const image = images[number];
					const bytes = bytesIn(row[table.imageColumn]);
					if (image !== undefined && bytes !== undefined && wanted.has(image.path)) await use(image, inOnePiece(bytes));
				});
			}
		},
	};
}

async function planOf(source: FileSource, file: SourceFile): Promise<ImageTable | undefined> {
	const kept: Uint8Array[] = [];
	let [held, size] = [0, 0];
	await source.visit([file], async (_, content) => {
		for await (const part of content) {
			kept.push(part);
			held += part.length;
			size += part.length;
			for (let first = kept[0]; first !== undefined && held - first.length >= TAIL; first = kept[0]) {
				held -= first.length;
				kept.shift();
			}
		}
	});
	return await readImageTable(joined(...kept), size);
}

/** Undefined if the images lie elsewhere, so that the table is one of labels. */
async function openTable(source: FileSource, { path }: SourceFile, table: ImageTable): Promise<OpenTable | undefined> {
	const folder = path.replace(/\.parquet$/i, '');
	const images: Array<SourceFile | undefined> = [];
	const headers = new Map<string, Extract<ImageHeader, { verdict: 'image' }>>();
	const taken = new Set<string>();
	const lines: string[] = [];
	await eachRow(source, path, table, async (row, number) => {
		const bytes = bytesIn(row[table.imageColumn]);
		const name = bytes && fileNameOf(row[table.imageColumn], number, bytes, taken);
		images[number] = name === undefined ? undefined : { path: `${folder}/${name}`, size: bytes?.length };
		if (name === undefined || bytes === undefined) return await Promise.resolve();
		const header = readImageHeader(bytes, true);
		if (header.verdict === 'image') headers.set(`${folder}/${name}`, header);
		lines.push(`${JSON.stringify(metadataOfRow(row, table.features, name))}\n`);
	});
	if (lines.length === 0) return undefined;
	const metadata = Buffer.from(lines.join(''));
	return {
		table,
		images,
		headers,
		metadata: { path: `${folder}/metadata.jsonl`, size: metadata.length },
		lines: metadata,
	};
}

type Row = Readonly<Record<string, unknown>>;

/** Holds the bytes of one group of rows at a time. */
async function eachRow(
	source: FileSource,
	path: string,
	{ groups, rowsOf }: ImageTable,
	use: (row: Row, number: number) => Promise<void>,
): Promise<void> {
	const file = source.files.find((each) => each.path === path);
	if (file === undefined) return;
	await source.visit([file], async (_, content) => {
		const pieces = new Pieces(content);
		try {
			for (const group of groups) {
				const bytes = await pieces.between(group, path);
				const rows = await rowsOf(group, bytes).catch((error: unknown) => {
					throw unreadable(path, error);
				});
				for (const [index, row] of rows.entries()) await use(row, group.firstRow + index);
			}
		} finally {
			await pieces.close();
		}
	});
}

function unreadable(path: string, error: unknown): InputError {
	const reason = error instanceof Error ? error.message : 'unknown error';
	return new InputError(
		`The table "${path}" cannot be read (${reason})`,
		'Provide the complete Parquet file, uncompressed or compressed with Snappy.',
	);
}

/** Parts of a file that is read once, from the beginning. */
class Pieces {
	private readonly chunks: AsyncIterator<Uint8Array>;
	private held: Uint8Array[] = [];
	private start = 0;
	private end = 0;

	constructor(content: AsyncIterable<Uint8Array>) {
		this.chunks = content[Symbol.asyncIterator]();
	}

	/** @throws InputError if there are too many bytes, or fewer than that. */
	async between({ from, to }: RowGroup, path: string): Promise<Uint8Array> {
		if (to - from > LARGEST_GROUP)
			throw new InputError(
				`The table "${path}" has more than ${LARGEST_GROUP / 2 ** 20} MB in one group of rows`,
				'Write it again with fewer rows in a group (the option "batch_size" of to_parquet).',
			);
		this.drop(from);
		while (this.end < to) {
			const { value, done } = await this.chunks.next();
			if (done === true) break;
			this.held.push(value);
			this.end += value.length;
			this.drop(from);
		}
		const bytes = joined(...this.held);
		this.held = [bytes];
		return bytes.subarray(from - this.start, to - this.start);
	}

	async close(): Promise<void> {
		await this.chunks.return?.();
	}

	private drop(from: number): void {
		for (let [first] = this.held; first !== undefined && this.start + first.length <= from; [first] = this.held) {
			this.start += first.length;
			this.held.shift();
		}
	}
}

/** The file's own name, or else the number of its row; each name once. */
function fileNameOf(image: unknown, row: number, bytes: Uint8Array, taken: Set<string>): string {
	const path = typeof image === 'object' && image !== null && 'path' in image ? image.path : undefined;
	const extension = bytes[0] === 0x89 ? 'png' : 'jpg';
	const own = typeof path === 'string' ? nameOf(path.replaceAll('\\', '/')) : '';
	const wanted = /\.[a-z0-9]+$/i.test(own) ? own : `${own === '' ? row : own}.${extension}`;
	const name = taken.has(wanted.toLowerCase()) ? `${row}_${wanted}` : wanted;
	taken.add(name.toLowerCase());
	return name;
}

function bytesIn(image: unknown): Uint8Array | undefined {
	const bytes = typeof image === 'object' && image !== null && 'bytes' in image ? image.bytes : undefined;
	return bytes instanceof Uint8Array && bytes.length > 0 ? bytes : undefined;
}

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
	yield await Promise.resolve(bytes);
}
