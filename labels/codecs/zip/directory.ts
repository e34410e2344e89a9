import { crc32 } from '../crc32';

/** A file of a ZIP as its central directory tells it. */
export interface ZipEntry {
	/** As the archive has it, with `/`; not safe as a path. */
	readonly name: string;
	/** Bytes in the archive, and of the file. */
	readonly compressedSize: number;
	readonly size: number;
	readonly crc: number;
	/** 0 as it is, 8 deflated; others are not read. */
	readonly method: number;
	readonly isEncrypted: boolean;
	/** Where the local header begins, from the start of the archive. */
	readonly offset: number;
}

/** Where the central directory is. */
export interface ZipEnd {
	readonly count: number;
	readonly offset: number;
	readonly length: number;
}

/** What is wrong with an archive: a sentence that says what it is, to follow "The archive". */
export class ZipError extends Error {
	override readonly name = 'ZipError';

	constructor(
		message: string,
		/** Whether only one file is at fault, and the others can be read. */
		readonly isOfOneFile = false,
	) {
		super(message);
	}
}

/** The longest end of an archive with its comment, and the records of ZIP64 in front of it. */
export const ZIP_END_LENGTH = 22 + 0xffff + 76;
/** More are refused before anything is made of them. */
const MOST_ENTRIES = 200_000;
const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const ENTRY = 0x02014b50;
/** Bytes in front of each file, at least. */
const LOCAL_LENGTH = 30;
const UNKNOWN_16 = 0xffff;
const UNKNOWN_32 = 0xffffffff;

/** Whether bytes begin as those of a ZIP do, also of one without files. */
export function isZip(start: Uint8Array): boolean {
	const [p, k, third, fourth] = start;
	return p === 0x50 && k === 0x4b && ((third === 3 && fourth === 4) || (third === 5 && fourth === 6));
}

/**
 * Finds the central directory. Source: PKWARE's APPNOTE, 4.3.14 to 4.3.16.
 *
 * @param tail the last bytes of the archive, at least `ZIP_END_LENGTH` or all.
 * @param size of the archive.
 * @throws ZipError
 */
export function readZipEnd(tail: Uint8Array, size: number): ZipEnd {
	const view = viewOf(tail);
	const at = endIn(view);
	if (at === undefined) throw new ZipError('is incomplete or no ZIP: it has no list of its files');
	const start = size - tail.length;
	const count = view.getUint16(at + 10, true);
	const length = view.getUint32(at + 12, true);
	const offset = view.getUint32(at + 16, true);
	const isZip64 = count === UNKNOWN_16 || length === UNKNOWN_32 || offset === UNKNOWN_32;
	const end = isZip64 ? (readZip64End(view, at, start) ?? { count, length, offset }) : { count, length, offset };
	if (end.count > MOST_ENTRIES)
		throw new ZipError(`has ${end.count} files, and at most ${MOST_ENTRIES} can be read. Divide it`);
	if (end.offset + end.length > start + at)
		throw new ZipError('is damaged: the list of its files is not where it says');
	return end;
}

function endIn(view: DataView): number | undefined {
	for (let at = view.byteLength - 22; at >= 0; at--)
		if (view.getUint32(at, true) === END && at + 22 + view.getUint16(at + 20, true) <= view.byteLength) return at;
	return undefined;
}

function readZip64End(view: DataView, end: number, start: number): ZipEnd | undefined {
	const locator = end - 20;
	if (locator < 0 || view.getUint32(locator, true) !== LOCATOR64) return undefined;
	const at = Number(view.getBigUint64(locator + 8, true)) - start;
	if (at < 0 || at + 56 > view.byteLength || view.getUint32(at, true) !== END64)
		throw new ZipError('is damaged: its ZIP64 end is not where it says');
	return {
		count: Number(view.getBigUint64(at + 32, true)),
		length: Number(view.getBigUint64(at + 40, true)),
		offset: Number(view.getBigUint64(at + 48, true)),
	};
}

/**
 * The files in the order of their bytes, which none shares with another: files of archives that want to exhaust readers do. Source:
 * APPNOTE 4.3.12 and 4.5.3.
 *
 * @param bytes the central directory.
 * @throws ZipError
 */
export function readZipDirectory(bytes: Uint8Array, count: number): readonly ZipEntry[] {
	const view = viewOf(bytes);
	const entries: ZipEntry[] = [];
	let at = 0;
	while (entries.length < count) {
		if (at + 46 > bytes.length || view.getUint32(at, true) !== ENTRY)
			throw new ZipError(`is damaged: the list of its files ends after ${entries.length} of ${count}`);
		const nameLength = view.getUint16(at + 28, true);
		const extraLength = view.getUint16(at + 30, true);
		const next = at + 46 + nameLength + extraLength + view.getUint16(at + 32, true);
		if (next > bytes.length) throw new ZipError('is damaged: the list of its files is cut off');
		const extra = at + 46 + nameLength;
		entries.push(entryAt(view, at, bytes.subarray(at + 46, extra), bytes.subarray(extra, extra + extraLength)));
		at = next;
	}
	entries.sort((a, b) => a.offset - b.offset);
	entries.forEach(({ offset, compressedSize }, index) => {
		const next = entries[index + 1];
		if (next !== undefined && offset + LOCAL_LENGTH + compressedSize > next.offset)
			throw new ZipError('is damaged: files in it overlap');
	});
	return entries;
}

function entryAt(view: DataView, at: number, name: Uint8Array, extra: Uint8Array): ZipEntry {
	const flags = view.getUint16(at + 8, true);
	const [size, compressedSize, offset] = largeNumbers(extra, [
		view.getUint32(at + 24, true),
		view.getUint32(at + 20, true),
		view.getUint32(at + 42, true),
	]);
	return {
		name: unicodeName(name, extra) ?? textOf(name, view.getUint8(at + 5)),
		size,
		compressedSize,
		offset,
		crc: view.getUint32(at + 16, true),
		method: view.getUint16(at + 10, true),
		isEncrypted: (flags & 1) === 1,
	};
}

/** Those that do not fit into 32 bits stand in the extra field 1, in this order. */
function largeNumbers(extra: Uint8Array, numbers: readonly [number, number, number]): [number, number, number] {
	const view = viewOf(extra);
	for (let at = 0; at + 4 <= extra.length; at += 4 + view.getUint16(at + 2, true)) {
		if (view.getUint16(at, true) !== 1) continue;
		const end = Math.min(extra.length, at + 4 + view.getUint16(at + 2, true));
		let next = at + 4;
		const read = (number: number) => {
			if (number !== UNKNOWN_32 || next + 8 > end) return number;
			next += 8;
			return Number(view.getBigUint64(next - 8, true));
		};
		return [read(numbers[0]), read(numbers[1]), read(numbers[2])];
	}
	return [...numbers];
}

/** The name in UTF-8 that packers of Windows add, if it is of this name. Source: APPNOTE 4.6.9. */
function unicodeName(name: Uint8Array, extra: Uint8Array): string | undefined {
	const view = viewOf(extra);
	for (let at = 0; at + 9 <= extra.length; at += 4 + view.getUint16(at + 2, true)) {
		if (view.getUint16(at, true) !== 0x7075) continue;
		if (view.getUint32(at + 5, true) !== crc32(name)) return undefined;
		return new TextDecoder().decode(extra.subarray(at + 9, at + 4 + view.getUint16(at + 2, true)));
	}
	return undefined;
}

const UNIX = 3;

/** UTF-8, whether the archive says so or not, or else the characters of DOS and Windows, or Latin-1 on Unix (APPNOTE 4.4.2, D.1). */
function textOf(name: Uint8Array, system: number): string {
	try {
		return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(name);
	} catch {
		if (system === UNIX) return new TextDecoder('latin1').decode(name);
		return Array.from(name, (byte) => CP_437[byte - 128] ?? String.fromCharCode(byte)).join('');
	}
}

/** The upper half of code page 437. Source: unicode.org/Public/MAPPINGS/VENDORS/MICSFT/PC/CP437.TXT. */
const CP_437 =
	'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';

function viewOf(bytes: Uint8Array): DataView {
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
