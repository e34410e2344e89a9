import { pathIn } from '@datagym/labels';
import type { BinaryFile } from '../../binaryFile';
import type { FileSource, SourceFile } from './fileSource';

interface PlacedFile extends SourceFile {
	readonly file: BinaryFile;
}

/** Files of items, as nodes such as Compression and Read/Write Files from Disk give them. */
export function filesOfItems(files: ReadonlyArray<{ readonly file: BinaryFile; readonly folder: string }>): FileSource {
	const notes: string[] = [];
	const byPath = new Map<string, PlacedFile>();
	for (const { file, folder } of files) {
		const path = pathIn(`${folder}/${file.fileName}`);
		if (path !== undefined && !byPath.has(path)) byPath.set(path, { path, size: file.toldSize, file });
		else notes.push(`The file "${file.fileName}" was skipped: another file has the same name, or it has none.`);
	}
	return {
		name: 'input files',
		files: [...byPath.values()],
		notes,
		headerOf: () => undefined,
		async visit(wanted, use) {
			for (const each of wanted) {
				const placed = byPath.get(each.path);
				if (placed !== undefined) await use(placed, bytesOf(placed.file));
			}
		},
	};
}

async function* bytesOf(file: BinaryFile): AsyncGenerator<Uint8Array> {
	const content = await file.open();
	if (Buffer.isBuffer(content)) yield content;
	else for await (const chunk of content) yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
}
