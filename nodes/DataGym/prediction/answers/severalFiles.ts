import type { IBinaryData } from 'n8n-workflow';
import pLimit from 'p-limit';
import { detectFormat, isMaskFile, openAnswer, readClassNames, readImageHeader, stemOf } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { fileInStore, firstBytes } from '../../binaryFile';
import type { ItemInput } from '../../runner/itemInput';
import type { Run } from '../../runner/runContext';
import { textOf } from './answerFile';
import { binaryPropertyName, predictionsFrom } from '../fields';

/** An archive has thousands, and the system does not let all of them be open. */
export const FILES_AT_ONCE = 16;
/** In *Input Binary Field*, all files of the item. */
const ALL = '*';
/** Lists of class names, as trainers have them beside the labels. */
const CLASS_LISTS = /^(data\.ya?ml|classes\.txt|obj\.names)$/i;
/** What datasets have beside labels: lists of images and classes, settings and reports; Label Studio's notes, Ultralytics' caches. */
const NO_LABELS =
	/^(data\.ya?ml|classes\.txt|obj\.(names|data)|labelmap\.txt|label_config\.xml|(train|val|valid|trainval|test)\.txt|dataset_report\.json|notes\.json|[^.]{1,99}\.cache)$/i;
/** What people and systems add to any archive, such as Roboflow's README.dataset.txt and macOS's ._a.txt. */
const OF_ARCHIVES = /^(\.|(readme|license)(\.|$)|thumbs\.db$|desktop\.ini$)/i;
/** The folder of photographs in datasets, of which a PNG can look like a mask. */
const PHOTOGRAPHS = /(^|[\\/])(images|JPEGImages)([\\/]|$)/i;

/**
 * The item once for each of its files of predictions, with that file, its image and lists of class names only, if *Input Binary Field* has
 * several names or all files; n8n's Compression node makes one item of an archive. Otherwise the item itself.
 *
 * @throws InputError if none of all files can be predictions.
 */
export async function filesOf(item: ItemInput, run: Run): Promise<readonly ItemInput[]> {
	if (!hasSeveralFiles(item)) return [item];
	const text = item.requiredText(binaryPropertyName);
	const files = Object.entries(item.data.binary ?? {});
	const fields = text === ALL ? await predictionsAmong(files, run) : item.list(binaryPropertyName);
	if (fields.length === 0)
		throw new InputError(
			'The item has no files with predictions',
			files.length === 0
				? 'Add a node before this one that reads or downloads the files.'
				: `Enter their names in "${binaryPropertyName.displayName}": the files of the item are images or lists.`,
		);
	const byStem = filesByStem(files);
	const lists = files.filter(([, { fileName = '' }]) => CLASS_LISTS.test(fileName));
	return fields.map((field) => {
		const file = item.data.binary?.[field];
		const own: readonly NamedFile[] = file === undefined ? [] : [[field, file]];
		const sameNames = own.flatMap(([, { fileName = '' }]) => byStem.get(stemOf(fileName)) ?? []);
		// The file of predictions is the first, since the image is named after it.
		const binary = Object.fromEntries([...own, ...sameNames, ...lists]);
		return item.withValue(binaryPropertyName, field, { ...item.data, binary });
	});
}

/** Whether the item has several files of predictions, which are about several images. */
export function hasSeveralFiles(item: ItemInput): boolean {
	if (item.choice(predictionsFrom) !== 'file') return false;
	const text = item.requiredText(binaryPropertyName);
	return text === ALL || text.includes(',');
}

/** An image and its predictions have the same name but for what follows the last dot. */
function filesByStem(files: readonly NamedFile[]): ReadonlyMap<string, readonly NamedFile[]> {
	const byStem = new Map<string, NamedFile[]>();
	for (const file of files) {
		const stem = stemOf(file[1].fileName ?? '');
		if (stem === '') continue;
		const others = byStem.get(stem);
		if (others === undefined) byStem.set(stem, [file]);
		else others.push(file);
	}
	return byStem;
}

/** With the name of its field. */
type NamedFile = readonly [field: string, file: IBinaryData];

/** Class names by class ID from a list among the item's files; none if it has no such file. */
export async function namesBeside(item: ItemInput, run: Run): Promise<readonly string[]> {
	for (const [field, file] of Object.entries(item.data.binary ?? {})) {
		if (!CLASS_LISTS.test(file.fileName ?? '')) continue;
		const read = async () => readClassNames(textOf(await fileInStore(run.n8n, file, field).read()));
		const names = file.id === undefined ? await read() : await run.once(`class names ${file.id}`, read);
		if (names !== undefined && names.length > 0) return names;
	}
	return [];
}

async function predictionsAmong(files: readonly NamedFile[], run: Run): Promise<readonly string[]> {
	const limit = pLimit(FILES_AT_ONCE);
	const found = await Promise.all(
		files.map(
			async ([field, file]) => await limit(async () => ((await isPrediction(field, file, run)) ? [field] : [])),
		),
	);
	return found.flat();
}

const FIRST_BYTES = 64;

async function isPrediction(field: string, file: IBinaryData, { n8n }: Run): Promise<boolean> {
	const { fileName = '', directory = '' } = file;
	if (NO_LABELS.test(fileName) || OF_ARCHIVES.test(fileName)) return false;
	const stored = fileInStore(n8n, file, field);
	const start = (await stored.size()) === 0 ? new Uint8Array() : await firstBytes(stored, FIRST_BYTES);
	if (readImageHeader(start).verdict === 'unknown') return true;
	if (isMaskFile(start)) return !PHOTOGRAPHS.test(directory);
	return detectFormat(openAnswer({ fileName, directory })).kind === 'format';
}
