import { hasImageEnding } from '../dataset/fileNames';
import type { LabelClass, LabeledImage } from '../model';
import { readingError, type LabelProblem } from '../parsing/problem';
import { isList, isRecord, shown, textOf, type JsonRecord } from '../parsing/record';
import { isValueOfFolder } from './shared/classFolders';
import { classifiedImage } from './shared/predictions';

/**
 * Reads the classes of whole images from the folders that they are in: paths such as `train/cat/a.jpg`, one in a line, each as a text or in the fields of
 * an item that n8n makes of a file (`directory` or `folder` with `fileName`, `path`, S3's `Key`). Where folders are named after
 * answers that no folder can be named, the answers of the classes are found. Takes anything, never throws; paths are like `[3]`.
 */
export function readClassFolders(
	value: unknown,
	classes: readonly LabelClass[] | undefined,
): { readonly images: LabeledImage[]; readonly problems: LabelProblem[] } {
	const problems: LabelProblem[] = [];
	const lines = typeof value === 'string' ? value.split('\n').filter((line) => line.trim() !== '') : value;
	const images = (isList(lines) ? lines : [lines]).flatMap((file, index): LabeledImage[] => {
		const [imageName, folder] = segmentsOf(file).reverse();
		if (imageName === undefined || folder === undefined || !hasImageEnding(imageName)) {
			const message = `The path of an image must have the folder of its class, but is ${shown(isRecord(file) ? pathIn(file) : file)}. Provide paths such as "train/cat/a.jpg".`;
			problems.push(readingError('no-image', `[${index}]`, message));
			return [];
		}
		const imageId = isRecord(file) ? (textOf(file.imageId) ?? '') : '';
		return [classifiedImage({ imageId, imageName }, [answerOf(folder, classes)]).image];
	});
	return { images, problems };
}

/** Whether all are paths of images in a class of a split, which no other list of files is. */
export function areClassFolders(value: unknown): boolean {
	const files = isList(value) ? value : [value];
	return files.length > 0 && files.every((file) => (typeof file === 'string' || isFile(file)) && isInClass(file));
}

const SPLITS: ReadonlySet<string> = new Set(['train', 'val', 'valid', 'validation', 'test']);
/** Folders of detection datasets, which lie beside each other in those of the splits. */
const NO_CLASSES: ReadonlySet<string> = new Set(['images', 'labels', 'masks', 'annotations', 'labeltxt', 'jpegimages']);

function isInClass(file: unknown): boolean {
	const [name = '', folder = '', split = ''] = segmentsOf(file).reverse();
	return hasImageEnding(name) && SPLITS.has(split.toLowerCase()) && !NO_CLASSES.has(folder.toLowerCase());
}

/** What nodes of n8n say of a file; an item with anything else can be about something else. */
const FILE_KEYS: ReadonlySet<string> = new Set(
	'fileName filename name directory folder path filePath mimeType fileType fileExtension extension fileSize size id imageId Key Size ETag LastModified StorageClass Owner ChecksumAlgorithm ChecksumType'.split(
		' ',
	),
);

function isFile(value: unknown): value is JsonRecord {
	return isRecord(value) && Object.keys(value).every((key) => FILE_KEYS.has(key));
}

function segmentsOf(file: unknown): string[] {
	const path = typeof file === 'string' ? file.trim() : isRecord(file) ? pathIn(file) : undefined;
	return (path ?? '').split(/[\\/]/).filter((segment) => segment !== '' && segment !== '.');
}

/** The longest path of the fields that have one. */
function pathIn(file: JsonRecord): string | undefined {
	const name = textOf(file.fileName) ?? textOf(file.filename) ?? textOf(file.name);
	const folder = textOf(file.directory) ?? textOf(file.folder);
	const paths = [textOf(file.path), textOf(file.filePath), textOf(file.Key)].filter((path) => path !== undefined);
	const path = paths.find(hasImageEnding);
	if (path !== undefined || name === undefined) return path;
	return folder === undefined ? name : `${folder}/${name}`;
}

/** The answer that the folder stands for, if one alone is written so. */
function answerOf(folder: string, classes: readonly LabelClass[] | undefined): string {
	const options = new Set(
		(classes ?? []).flatMap(({ options: values = [], parents }) => (parents?.length === 0 ? values : [])),
	);
	if (options.has(folder)) return folder;
	const [only, ...others] = [...options].filter((option) => isValueOfFolder(option, folder));
	return only === undefined || others.length > 0 ? folder : only;
}
