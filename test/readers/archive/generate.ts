import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetFile } from '@datagym/labels/dataset/datasetFile';
import { archiveOf } from '@datagym/nodes/DataGym/export/createDataset/deliver';

/** Makes archives past the limits of the old ZIP format, for Python's readers: `tsx generate.ts FOLDER`. */

const MANY = 70_000;
const MEBIBYTE = 1024 * 1024;
const LARGE_MEBIBYTES = 4 * 1024 + 100;

function* manyFiles(): Generator<DatasetFile> {
	for (let index = 0; index < MANY; index++)
		yield { path: `labels/train/bild_${index}_größe.txt`, text: [`${index}\n`] };
}

/** Over 4 GiB in one file of nothing but zeros, and a small one behind it. */
function* largeFile(): Generator<DatasetFile> {
	yield { path: 'large.bin', text: zeros() };
	yield { path: 'behind.txt', text: ['behind\n'] };
}

function* zeros(): Generator<string> {
	const mebibyte = '\0'.repeat(MEBIBYTE);
	for (let index = 0; index < LARGE_MEBIBYTES; index++) yield mebibyte;
}

const noImages = { fetch: () => Promise.reject(new Error('These archives have no images.')) };

/** Leaves holes where there are zeros only, so that the large archive takes no place on the disk. */
async function writeSparse(file: FileHandle, chunks: AsyncIterable<Uint8Array>): Promise<void> {
	const zeros = Buffer.alloc(4 * MEBIBYTE);
	let position = 0;
	for await (const chunk of chunks) {
		if (!zeros.subarray(0, chunk.length).equals(chunk)) await file.write(chunk, 0, chunk.length, position);
		position += chunk.length;
	}
	await file.truncate(position);
}

async function write(path: string, files: Iterable<DatasetFile>): Promise<void> {
	const file = await open(path, 'w');
	await writeSparse(file, archiveOf(files, noImages));
	await file.close();
}

async function main(folder: string): Promise<void> {
	await write(join(folder, 'many.zip'), manyFiles());
	await write(join(folder, 'large.zip'), largeFile());
}

void main(process.argv[2] ?? '.');
