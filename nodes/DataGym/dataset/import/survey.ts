import {
	folderOf,
	type ImageHeader,
	ImagePaths,
	isMaskFile,
	kindOfFile,
	readClassNames,
	readImageHeader,
	ZipError,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { originalNames } from '../../prediction/images/originalNames';
import { textOf } from '../../prediction/answers/answerFile';
import { type DatasetImage, type FileSource, wholeOf } from './fileSource';

export interface FileNote {
	readonly file: string;
	readonly message: string;
}

/** What a dataset consists of; of its images only the sizes. */
export interface Survey {
	readonly images: ReadonlyMap<string, DatasetImage>;
	readonly paths: ImagePaths;
	/** Files that can hold labels, whole. */
	readonly labels: ReadonlyMap<string, Buffer>;
	/** Class names by class ID, by the path of the file that has them. */
	readonly classNames: ReadonlyMap<string, readonly string[]>;
	/** Files that are left out, and why. */
	readonly notes: readonly FileNote[];
}

/** Of all label files together, since they are held until the images are there. */
const MOST_LABEL_BYTES = 256 * 2 ** 20;
/** Metadata in front of the size rarely takes more. */
const HEADER_BYTES = 512 * 1024;
/** Up to the color type of a PNG. */
const MASK_BYTES = 33;
/** The folders of photographs in datasets, of which a PNG can look like a mask. */
const PHOTOGRAPHS = /(^|\/)(images|JPEGImages)(\/|$)/i;

/**
 * Reads the label files and, where they are not known, the beginnings of the images, in one reading of the dataset.
 *
 * @throws InputError if there are no images, or more labels than can be held.
 */
export async function surveyOf(source: FileSource): Promise<Survey> {
	const notes: FileNote[] = [];
	const kinds = new Map(source.files.map(({ path }) => [path, kindOfFile(path)]));
	const pictures = source.files.filter(({ path }) => kinds.get(path) === 'picture');
	const picturePaths = new ImagePaths(
		pictures.map(({ path }) => path),
		originalNames,
	);
	const images = new Map<string, DatasetImage>();
	const labels = new Map<string, Buffer>();
	const classNames = new Map<string, readonly string[]>();
	let held = 0;
	const hold = async (path: string, content: AsyncIterable<Uint8Array>) => {
		const bytes = await wholeOf(content, MOST_LABEL_BYTES - held);
		if (bytes === undefined) throw tooManyLabels(source, path);
		held += bytes.length;
		labels.set(path, bytes);
	};
	for (const { path } of source.files)
		if (kinds.get(path) === 'otherPicture') notes.push({ file: path, message: 'The file is not JPEG or PNG.' });
	const mayBeMask = (path: string) => picturePaths.hasOther(path) && !PHOTOGRAPHS.test(folderOf(path));
	const wanted = source.files.filter((file) => {
		const kind = kinds.get(file.path);
		if (kind !== 'picture') return kind === 'classNames' || kind === 'labels';
		const header = mayBeMask(file.path) ? undefined : source.headerOf(file.path);
		if (header !== undefined) images.set(file.path, { ...file, header });
		return header === undefined;
	});
	await source.visit(wanted, async (file, content) => {
		const { path } = file;
		await (async () => {
			if (kinds.get(path) === 'labels') return await hold(path, content);
			if (kinds.get(path) === 'classNames') {
				const text = await wholeOf(content, MOST_LABEL_BYTES);
				const names = text && readClassNames(textOf(text));
				if (names !== undefined) classNames.set(path, names);
				else notes.push({ file: path, message: 'The file has no class names that can be read.' });
				return;
			}
			const { header, mask } = await beginningOf(content, mayBeMask(path));
			if (mask !== undefined) await hold(path, mask);
			else if (header.verdict === 'image') images.set(path, { ...file, header });
			else notes.push({ file: path, message: 'The file is not a whole JPEG or PNG.' });
		})().catch((error: unknown) => {
			if (!(error instanceof ZipError && error.isOfOneFile)) throw error;
			notes.push({ file: path, message: `The ${source.name} ${error.message}.` });
		});
	});
	if (images.size === 0) throw noImages(source, notes);
	return { images, paths: new ImagePaths(images.keys(), originalNames), labels, classNames, notes };
}

interface Beginning {
	readonly header: ImageHeader;
	/** The whole file, if it is a mask. */
	readonly mask?: AsyncIterable<Uint8Array>;
}

async function beginningOf(content: AsyncIterable<Uint8Array>, mayBeMask: boolean): Promise<Beginning> {
	const chunks = content[Symbol.asyncIterator]();
	let bytes: Uint8Array = new Uint8Array();
	for (;;) {
		const { value, done } = await chunks.next();
		if (done !== true) bytes = bytes.length === 0 ? value : Buffer.concat([bytes, value]);
		if (done !== true && bytes.length < MASK_BYTES) continue;
		if (mayBeMask && isMaskFile(bytes)) return { header: readImageHeader(bytes, true), mask: again(bytes, chunks) };
		const header = readImageHeader(bytes, done === true || bytes.length > HEADER_BYTES);
		if (header.verdict === 'more') continue;
		await chunks.return?.();
		return { header };
	}
}

async function* again(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
	yield first;
	for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

function noImages({ name, notes: skipped }: FileSource, notes: readonly FileNote[]): InputError {
	const [first, ...others] = [...skipped, ...notes.map(({ file, message }) => `${file}: ${message}`)];
	const more = others.length === 0 ? '' : ` (and ${others.length} more files)`;
	const reason = first === undefined ? '' : `${first}${more} `;
	return new InputError(
		`There are no JPEG or PNG images in the ${name}`,
		`${reason}Provide the images together with their labels, in one ZIP archive or as files of the input items.`,
	);
}

function tooManyLabels({ name }: FileSource, path: string): InputError {
	return new InputError(
		`The ${name} has more than ${MOST_LABEL_BYTES / 2 ** 20} MB of label files, up to "${path}"`,
		'Divide the dataset into several archives.',
	);
}
