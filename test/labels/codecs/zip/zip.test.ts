import { zipSync } from 'fflate';
import { zipContents } from '@datagym/labels/codecs/zip/contents';
import { isZip, readZipDirectory, readZipEnd, type ZipEntry } from '@datagym/labels/codecs/zip/directory';
import { zipOf } from '@datagym/nodes/DataGym/export/createDataset/zip';

/** Archives of fflate and client-zip are read; damaged and hostile ones are refused with a sentence (PKWARE's APPNOTE). */

const bytes = (text: string) => new TextEncoder().encode(text);

async function* chunked(archive: Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
	for (let at = 0; at < archive.length; at += size) yield await Promise.resolve(archive.subarray(at, at + size));
}

function directoryOf(archive: Uint8Array): readonly ZipEntry[] {
	const end = readZipEnd(archive, archive.length);
	return readZipDirectory(archive.subarray(end.offset, end.offset + end.length), end.count);
}

async function unpacked(
	archive: Uint8Array,
	entries = directoryOf(archive),
	size = 7,
): Promise<Record<string, string>> {
	const files: Record<string, string> = {};
	for await (const { entry, content } of zipContents(chunked(archive, size), entries)) {
		const parts: Uint8Array[] = [];
		for await (const part of content) parts.push(part);
		files[entry.name] = Buffer.concat(parts).toString();
	}
	return files;
}

async function clientZip(files: Record<string, string>): Promise<Uint8Array> {
	const entries = async function* () {
		for (const [name, text] of Object.entries(files)) yield await Promise.resolve({ name, input: bytes(text) });
	};
	const parts: Uint8Array[] = [];
	for await (const part of zipOf(entries())) parts.push(part);
	return Buffer.concat(parts);
}

const FILES = { 'a.txt': 'first', 'b/ü.txt': 'second '.repeat(5000), 'empty.txt': '' };
const packed = (level: 0 | 6) =>
	zipSync(Object.fromEntries(Object.entries(FILES).map(([name, text]) => [name, bytes(text)])), { level });

test.each([
	['stored files', async () => await Promise.resolve(packed(0))],
	['deflated files', async () => await Promise.resolve(packed(6))],
	['files whose sizes stand behind them, as in our own archives', async () => await clientZip(FILES)],
])('reads %s', async (_, make) => {
	const archive = await make();
	expect(isZip(archive)).toBe(true);
	expect(await unpacked(archive)).toEqual(FILES);
});

test('reads some files of an archive, and a part of a file', async () => {
	const archive = packed(6);
	const entries = directoryOf(archive).filter(({ name }) => name !== 'a.txt');
	const seen: string[] = [];
	for await (const { entry, content } of zipContents(chunked(archive), entries)) {
		if (entry.size > 0)
			for await (const part of content) {
				seen.push(Buffer.from(part).toString().slice(0, 6));
				break;
			}
		seen.push(entry.name);
	}
	expect(seen).toEqual(['second', 'b/ü.txt', 'empty.txt']);
});

test('lists names of any length and script under which the files are', async () => {
	const names = Array.from({ length: 4000 }, (_, index) => `${'日本/😀ü'.repeat(index % 9)}${index}.txt`);
	names.push(`${'長'.repeat(21_000)}.txt`, 'last.txt');
	const files = Object.fromEntries(names.map((name, index) => [name, `${index}`]));
	const archive = await clientZip(files);
	expect(directoryOf(archive).map(({ name }) => name)).toEqual(names);
	expect(await unpacked(archive, undefined, 1 << 16)).toEqual(files);
});

test('reads the ZIP64 list of more than 65,535 files', async () => {
	const names = Array.from({ length: 70_000 }, (_, index) => `${index}.txt`);
	const archive = await clientZip(Object.fromEntries(names.map((name) => [name, 'x'])));
	const entries = directoryOf(archive);
	expect(entries.map(({ name }) => name)).toEqual(names);
	expect(await unpacked(archive, entries.slice(-2), 65_536)).toEqual({ '69998.txt': 'x', '69999.txt': 'x' });
});

/** The archive with another number at a place of the first entry of the central directory. */
function withNumber(archive: Uint8Array, place: number, value: number): Uint8Array {
	const copy = archive.slice();
	const { offset } = readZipEnd(copy, copy.length);
	new DataView(copy.buffer).setUint32(offset + place, value, true);
	return copy;
}

describe('refuses', () => {
	test.each([
		['what is no ZIP', () => readZipEnd(bytes('hello'.repeat(20)), 100), 'no list of its files'],
		['a list that is cut off', () => readZipDirectory(packed(0).subarray(0, 0), 3), 'ends after 0 of 3'],
		[
			'more files than can be read',
			() => {
				const end = new Uint8Array(98);
				const view = new DataView(end.buffer);
				view.setUint32(0, 0x06064b50, true);
				view.setBigUint64(32, 5_000_000n, true);
				view.setUint32(56, 0x07064b50, true);
				view.setUint32(76, 0x06054b50, true);
				view.setUint16(86, 0xffff, true);
				readZipEnd(end, end.length);
			},
			'has 5000000 files',
		],
	])('%s', (_, read, message) => {
		expect(read).toThrow(message);
	});

	test.each([
		['a file that is longer than it says', withNumber(packed(6), 24, 2), '"a.txt" is longer than it says'],
		['a file that is shorter than it says', withNumber(packed(6), 24, 50), '"a.txt" is not whole'],
		['a file with another checksum', withNumber(packed(0), 16, 1), '"a.txt" is not whole'],
		['a list of places outside of the archive', withNumber(packed(0), 42, 1_000_000), 'ends before its last file'],
		['a place where no file is', withNumber(packed(0), 42, 3), 'not where the list of files says'],
	])('%s', async (_, archive, message) => {
		await expect(unpacked(archive)).rejects.toThrow(message);
	});

	test('files that share their bytes, which exhaust readers', async () => {
		const archive = packed(0);
		const [first] = directoryOf(archive);
		await expect(unpacked(archive, [first!, { ...first!, name: 'again' }])).rejects.toThrow('files in it overlap');
	});

	test('an archive that ends within a file', async () => {
		const archive = packed(0);
		await expect(unpacked(archive.subarray(0, 2000), directoryOf(archive))).rejects.toThrow(
			'ends within the file "b/ü.txt"',
		);
	});
});
