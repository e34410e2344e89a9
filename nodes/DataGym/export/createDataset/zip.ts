import { makeZip } from 'client-zip';
import { paced } from '@datagym/shared/turns';

export interface ZipEntry {
	readonly name: string;
	readonly input: AsyncIterable<Uint8Array> | Uint8Array;
}

const END_LENGTH = 22;
const END_SIGNATURE = 0x06054b50;
const ZIP64_END_SIGNATURE = 0x06064b50;
const ZIP64_LOCATOR_SIGNATURE = 0x07064b50;
const ZIP64_VERSION = 45;
const MOST_ENTRIES = 0xffff;
const LARGEST_OFFSET = 0xffffffff;

/** A ZIP in chunks, made while it is read. Nothing is compressed, since images are already; ZIP64 where it is needed. */
export async function* zipOf(entries: AsyncIterable<ZipEntry>): AsyncGenerator<Uint8Array> {
	let count = 0;
	const names = new Names();
	const counted = async function* () {
		for await (const { name, input } of entries) {
			count++;
			yield { name: names.encoded(name), input };
		}
	};
	let length = 0;
	let last: Uint8Array | undefined;
	// The list of the files, at the end, comes in one piece for each.
	for await (const chunk of paced(chunksOf(makeZip(counted(), { buffersAreUTF8: true })))) {
		if (last !== undefined) yield last;
		last = chunk;
		length += chunk.length;
	}
	if (last === undefined) return;
	yield* zip64End(last, count, length - last.length);
	yield last;
}

/** Of UTF-8; a character takes three bytes at most of one of JavaScript's. */
const [NAMES_LENGTH, MOST_BYTES_A_UNIT] = [1 << 16, 3];
const ENCODER = new TextEncoder();

/**
 * The names of the files, which client-zip keeps for its list at the end: as parts of a few long arrays. As arrays of their own, they
 * take 200 bytes more each.
 */
class Names {
	private room = new Uint8Array();

	encoded(name: string): Uint8Array {
		const most = MOST_BYTES_A_UNIT * name.length;
		if (this.room.length < most) this.room = new Uint8Array(Math.max(NAMES_LENGTH, most));
		const { written } = ENCODER.encodeInto(name, this.room);
		const encoded = this.room.subarray(0, written);
		this.room = this.room.subarray(written);
		return encoded;
	}
}

/**
 * The ZIP64 end record and its locator. client-zip 2.5 writes them for large archives, but not for those of many small
 * files, whose count then does not fit into the old record. Source: PKWARE's APPNOTE, 4.3.14 to 4.3.16.
 */
function* zip64End(end: Uint8Array, count: number, position: number): Generator<Uint8Array> {
	const old = new DataView(end.buffer, end.byteOffset, end.length);
	if (end.length !== END_LENGTH || old.getUint32(0, true) !== END_SIGNATURE || count < MOST_ENTRIES) return;
	const directoryLength = old.getUint32(12, true);
	const directoryOffset = old.getUint32(16, true);
	if (directoryOffset === LARGEST_OFFSET) return;
	const record = new DataView(new ArrayBuffer(76));
	record.setUint32(0, ZIP64_END_SIGNATURE, true);
	record.setBigUint64(4, 44n, true);
	record.setUint16(12, ZIP64_VERSION, true);
	record.setUint16(14, ZIP64_VERSION, true);
	record.setBigUint64(24, BigInt(count), true);
	record.setBigUint64(32, BigInt(count), true);
	record.setBigUint64(40, BigInt(directoryLength), true);
	record.setBigUint64(48, BigInt(directoryOffset), true);
	record.setUint32(56, ZIP64_LOCATOR_SIGNATURE, true);
	record.setBigUint64(64, BigInt(position), true);
	record.setUint32(72, 1, true);
	yield new Uint8Array(record.buffer);
}

/** By its reader, since not every type of a web stream is iterable. */
async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
	const reader = stream.getReader();
	try {
		for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
	} finally {
		await reader.cancel();
	}
}
