import { Inflate } from 'fflate/browser';
import { Bytes } from '../chunkedBytes';
import { crc32 } from '../crc32';
import { ZipError, type ZipEntry } from './directory';

/** A file of an archive, whose content can be read until the next one is asked for. */
export interface ZipFile<Entry extends ZipEntry> {
	readonly entry: Entry;
	/** @throws ZipError if it is not as the directory says. What is not read of it is skipped. */
	readonly content: AsyncIterable<Uint8Array>;
}

const LOCAL_HEADER = 0x04034b50;
const LOCAL_LENGTH = 30;
/** Bytes that are inflated at once: at most a thousand times as many come out. */
const SLICE = 16_384;

/**
 * The files one after the other, from one reading of the archive: n8n's store gives no parts of a file.
 *
 * @param entries in the order of their bytes.
 */
export async function* zipContents<Entry extends ZipEntry>(
	archive: AsyncIterable<Uint8Array>,
	entries: readonly Entry[],
): AsyncGenerator<ZipFile<Entry>> {
	const reader = new ArchiveReader(archive);
	try {
		for (const entry of entries) {
			await reader.goTo(entry.offset);
			await reader.skipLocalHeader();
			yield { entry, content: contentOf(reader, entry) };
		}
	} finally {
		await reader.close();
	}
}

class ArchiveReader {
	private position = 0;
	private readonly chunks: AsyncIterator<Uint8Array>;
	private readonly bytes: Bytes;

	constructor(archive: AsyncIterable<Uint8Array>) {
		this.chunks = archive[Symbol.asyncIterator]();
		this.bytes = new Bytes(this.chunks);
	}

	/** @throws ZipError if it lies behind: files of archives that want to exhaust readers share their bytes. */
	async goTo(offset: number): Promise<void> {
		if (offset < this.position) throw new ZipError('is damaged: files in it overlap');
		for await (const piece of this.pieces(offset - this.position)) void piece;
		if (this.position < offset) throw new ZipError('ends before its last file');
	}

	async skipLocalHeader(): Promise<void> {
		const header = await this.bytes.take(LOCAL_LENGTH);
		this.position += header.length;
		const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
		if (header.length < LOCAL_LENGTH || view.getUint32(0, true) !== LOCAL_HEADER)
			throw new ZipError('is damaged: a file is not where the list of files says');
		await this.goTo(this.position + view.getUint16(26, true) + view.getUint16(28, true));
	}

	async *pieces(count: number): AsyncGenerator<Uint8Array> {
		for await (const piece of this.bytes.rest(count)) {
			this.position += piece.length;
			yield piece;
		}
	}

	async close(): Promise<void> {
		await this.chunks.return?.();
	}
}

async function* contentOf(
	reader: ArchiveReader,
	{ name, method, size, compressedSize, crc }: ZipEntry,
): AsyncGenerator<Uint8Array> {
	let length = 0;
	let checksum = 0;
	let compressed = 0;
	const whole = (part: Uint8Array) => {
		length += part.length;
		if (length > size) throw new ZipError(`is damaged: the file "${name}" is longer than it says`, true);
		checksum = crc32(part, checksum);
		return part;
	};
	const count = async function* () {
		for await (const piece of reader.pieces(compressedSize)) {
			compressed += piece.length;
			yield piece;
		}
	};
	for await (const part of method === 0 ? count() : inflated(count(), name)) yield whole(part);
	if (compressed < compressedSize) throw new ZipError(`ends within the file "${name}"`);
	if (length !== size || checksum !== crc) throw new ZipError(`is damaged: the file "${name}" is not whole`, true);
}

async function* inflated(pieces: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
	const parts: Uint8Array[] = [];
	const stream = new Inflate((part) => parts.push(part));
	for await (const piece of pieces)
		for (let from = 0; from < piece.length; from += SLICE) {
			const isGood = pushed(stream, piece.subarray(from, from + SLICE));
			if (!isGood) throw new ZipError(`is damaged: the file "${name}" cannot be unpacked`, true);
			yield* parts.splice(0).filter((part) => part.length > 0);
		}
}

/** Whether the bytes are those of a deflated file. */
function pushed(stream: Inflate, bytes: Uint8Array): boolean {
	try {
		stream.push(bytes);
		return true;
	} catch {
		return false;
	}
}
