/** What a file of a dataset is, by its name and place. */
export type FileKind =
	/** JPEG or PNG, so an image or a mask. */
	| 'picture'
	/** Class names by class ID. */
	| 'classNames'
	/** Can hold labels. */
	| 'labels'
	/** An image that DataGym does not take. */
	| 'otherPicture'
	/** Nothing to import: lists of images, settings, reports, what systems leave behind. */
	| 'other';

const PICTURE = /\.(jpe?g|png)$/i;
const OTHER_PICTURE = /\.(bmp|gif|webp|tiff?|heic|avif|jp2)$/i;
const LABELS = /\.(json|jsonl|ndjson|txt|xml|csv|parquet)$/i;
const CLASS_NAMES = /^(data\.ya?ml|classes\.txt|_darknet\.labels|obj\.names)$/i;
const NO_LABELS =
	/^(obj\.data|labelmap\.txt|label_config\.xml|(train|val|valid|validation|trainval|test)\.txt|dataset_report\.json|dataset_infos?\.json|readme.*|licen[cs]e.*|notes\.json)$/i;
/** Of macOS, of version control and of editors. */
const HIDDEN = /(^|\/)(__MACOSX|\.[^/]+|Thumbs\.db|desktop\.ini)(\/|$)/i;
/** Of Pascal VOC: the names of the images of each split. */
const LISTS = /(^|\/)ImageSets\//i;

export function kindOfFile(path: string): FileKind {
	const name = nameOf(path);
	if (HIDDEN.test(path) || LISTS.test(path)) return 'other';
	if (PICTURE.test(name)) return 'picture';
	if (OTHER_PICTURE.test(name)) return 'otherPicture';
	if (CLASS_NAMES.test(name)) return 'classNames';
	return LABELS.test(name) && !NO_LABELS.test(name) ? 'labels' : 'other';
}

/** The part behind the last slash. */
export function nameOf(path: string): string {
	return path.slice(path.lastIndexOf('/') + 1);
}

export function folderOf(path: string): string {
	const end = path.lastIndexOf('/');
	return end === -1 ? '' : path.slice(0, end);
}

/**
 * A path inside the dataset, with `/`, of a name that an archive gives.
 *
 * @returns undefined if it leads out of the dataset, or is a folder.
 */
export function pathIn(name: string): string | undefined {
	const segments = name
		.replace(/\\/g, '/')
		.replace(/^[a-z]:/i, '')
		.split('/')
		.filter((segment) => segment !== '' && segment !== '.');
	const isFolder = /[\\/]$/.test(name);
	return isFolder || segments.length === 0 || segments.includes('..') ? undefined : segments.join('/');
}
