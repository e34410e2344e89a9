import type { INodeExecutionData } from 'n8n-workflow';
import { READABLE_FORMATS } from '@datagym/labels';
import { projectId as projectIdField } from '../../fields';
import type { ItemInput } from '../../runner/itemInput';
import type { Run } from '../../runner/runContext';
import { hasSeveralFiles } from '../answers/severalFiles';
import { format as formatField } from '../fields';
import { imageReference } from '../formatFields';
import type { NamedImage } from './imageNames';
import { looksLikeId, nameTexts, textIn } from './itemNames';
import { MOST_SEARCHES } from './taskSearch';

/** Images with their names, and with their IDs where an item tells them, by project. */
type Expected = ReadonlyMap<string, readonly NamedImage[]>;

const KEY = 'expected images';
const NONE: Expected = new Map();

/**
 * Notes which images the items seem to be about, before anything is read, so that a few of them can be searched for: the tasks of all images
 * are 0.4 kB each. Where the items say too little, or turn out to be about others, all are read.
 */
export async function expectImages(items: readonly ItemInput[], run: Run): Promise<void> {
	await run.once(KEY, async () => await Promise.resolve(items.length > MOST_ITEMS ? NONE : expectedOf(items)));
}

/** Many items can be about one image: n8n makes an item of each box in a list. */
const MOST_ITEMS = 1000;

/** @returns undefined if it is not known. */
export async function expectedImages(run: Run, projectId: string): Promise<readonly NamedImage[] | undefined> {
	return (await run.once(KEY, async () => await Promise.resolve(NONE))).get(projectId);
}

function expectedOf(items: readonly ItemInput[]): Expected {
	const projects = new Map<string, Map<string, NamedImage>>();
	for (const item of items) {
		const expected = expectedIn(item);
		if (expected === undefined) return NONE;
		const { projectId, image } = expected;
		const images = projects.get(projectId) ?? new Map<string, NamedImage>();
		const key = image.imageId === '' ? `name ${image.imageName}` : image.imageId;
		images.set(key, image);
		if (images.size > MOST_SEARCHES) return NONE;
		projects.set(projectId, images);
	}
	return new Map([...projects].map(([projectId, images]) => [projectId, [...images.values()]]));
}

/** As `imageOfItem` and `identify` look for the image, but without a list to look in. */
function expectedIn(item: ItemInput): { readonly projectId: string; readonly image: NamedImage } | undefined {
	try {
		const key = item.raw(formatField);
		const format = READABLE_FORMATS.find((known) => known.key === key);
		if (format !== undefined && !format.reads.parameters.includes('image')) return undefined;
		if (hasSeveralFiles(item)) return undefined;
		const image = imageAmong([item.data, ...item.ancestors], item.text(imageReference));
		return image && { projectId: item.id(projectIdField), image };
	} catch {
		// A wrong parameter is told where it is read for the work itself.
		return undefined;
	}
}

/** The image that the field names, or else the nearest of the sources. */
function imageAmong(sources: readonly INodeExecutionData[], reference: string): NamedImage | undefined {
	const isSource = (each: INodeExecutionData) =>
		reference === '' ? idIn(each) !== '' || nameTexts(each).length > 0 : idIn(each) === reference;
	const source = sources.find(isSource);
	if (source === undefined && looksLikeId(reference)) return undefined;
	const imageId = source === undefined ? '' : idIn(source);
	const names = sources.flatMap((each) =>
		each === source || (imageId !== '' && idIn(each) === imageId) ? nameTexts(each) : [],
	);
	const [imageName = imageId === '' ? reference : ''] = names;
	const isSearchable = imageName !== '' && (imageId !== '' || isWholeName(imageName));
	return isSearchable ? { imageId, imageName } : undefined;
}

/** Whether the image that is meant has all words of the name: not of a path, and not of one that an upload has shortened. */
function isWholeName(imageName: string): boolean {
	return !/[\\/]/.test(imageName) && imageName.length <= LONGEST_NAME;
}

const LONGEST_NAME = 200;

function idIn({ json: { imageId } }: INodeExecutionData): string {
	return textIn(imageId)[0] ?? '';
}
