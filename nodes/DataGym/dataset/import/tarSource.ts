import { pathIn, type TarContent, tarContents, TarError } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import type { FileSource, SourceFile } from './fileSource';

/** As many as of a ZIP. */
const MOST_FILES = 200_000;

/**
 * The same files, with tar archives (shards of WebDataset) replaced by what is in them: `train-000000.tar` becomes
 * `train-000000/street.jpg` and so on. A tar has no list of its files, so that it is read once more for that.
 *
 * @throws InputError if one is damaged, or has too many files.
 */
export async function withTars(source: FileSource): Promise<FileSource> {
	const tars = source.files.filter(({ path }) => /\.tar$/i.test(path));
	if (tars.length === 0) return source;
	const notes = [...source.notes];
	const taken = new Set(source.files.map(({ path }) => path));
	const filesOf = new Map<string, readonly SourceFile[]>();
	for (const tar of tars) {
		const files: SourceFile[] = [];
		await eachFile(source, tar, async ({ name, size }, path) => {
			if (path === undefined || taken.has(path)) {
				const fault = path === undefined ? 'its name leads out of the archive' : 'another file has the same name';
				notes.push(`The file "${name.slice(0, 200)}" of "${tar.path}" was skipped: ${fault}.`);
				return await Promise.resolve();
			}
			taken.add(path);
			files.push({ path, size });
			if (taken.size > MOST_FILES)
				throw new InputError(
					`The ${source.name} has more than ${MOST_FILES} files, up to "${path}"`,
					'Divide the dataset into several archives.',
				);
		});
		filesOf.set(tar.path, files);
	}
	return {
		name: source.name,
		notes,
		files: [...source.files.filter((file) => !tars.includes(file)), ...[...filesOf.values()].flat()],
		headerOf: source.headerOf,
		async visit(wanted, use) {
			const left = new Map(wanted.map((file) => [file.path, file]));
			const inTars = new Set([...filesOf.values()].flat().map(({ path }) => path));
			await source.visit(
				wanted.filter(({ path }) => !inTars.has(path)),
				use,
			);
			for (const tar of tars) {
				if (!filesOf.get(tar.path)?.some(({ path }) => left.has(path))) continue;
				await eachFile(source, tar, async ({ content }, path) => {
					const file = left.get(path ?? '');
					if (file === undefined) return;
					// Of two files with one name, the first one counts.
					left.delete(file.path);
					await use(file, content);
				});
			}
		},
	};
}

async function eachFile(
	source: FileSource,
	tar: SourceFile,
	use: (file: TarContent, path: string | undefined) => Promise<void>,
): Promise<void> {
	const folder = tar.path.replace(/\.tar$/i, '');
	const read = async (_: SourceFile, content: AsyncIterable<Uint8Array>) => {
		for await (const file of tarContents(content)) {
			const path = pathIn(file.name);
			await use(file, path === undefined ? undefined : `${folder}/${path}`);
		}
	};
	await source.visit([tar], read).catch((error: unknown) => {
		if (!(error instanceof TarError)) throw error;
		throw new InputError(
			`The archive "${tar.path}" cannot be read (${error.message})`,
			'Provide the complete tar file, not compressed.',
		);
	});
}
