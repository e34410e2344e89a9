import type { INodeExecutionData } from 'n8n-workflow';
import { imageNameFor, unicodeImageNameFor } from '@datagym/client';
import { hasImageEnding } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import type { ItemInput } from '../../runner/itemInput';
import { linkTexts, nameTexts, textIn } from './itemNames';
import { identify, type NamedImage, type Places, reference } from './projectImages';

/**
 * The image that an item is about when *Image* is empty: by the item's own fields and files, or else by those of the items that it was
 * made from, the nearest first. What names an image exactly goes before what only resembles a name.
 *
 * @throws InputError if nothing names an image of the project, or a name resembles several.
 */
export function imageOfItem(item: ItemInput, places: Places): NamedImage {
	const sources = [item.data, ...item.ancestors];
	const exact = firstExact(sources, places);
	if (exact !== undefined) {
		refuseOtherImage(exact.image, item, places);
		return exact.image;
	}
	const named = sources.flatMap((source) => namesIn(source, places));
	const links = sources.flatMap((source) => linksIn(source, places));
	const own = new Set(nameTexts(item.data));
	// Further up, there are also names of other files, such as of the table that the images are listed in.
	const names = [...named, ...links].filter(({ imageName }) => own.has(imageName) || hasImageEnding(imageName));
	const similar = names.find(({ imageName }) => places.images.similar(imageName, places.dataset).length > 0);
	if (similar !== undefined) return identify(similar, places);
	const [first] = named;
	if (first !== undefined) return identify(first, places, false);
	throw new InputError(
		'"Image" is empty',
		'Enter the ID or file name of the image: neither the item nor those before it contain an "imageId", "imageName" or image file.',
	);
}

/** @throws InputError if a Merge has put the answer about one image beside another one, such as by position behind an empty answer. */
function refuseOtherImage({ imageId, imageName }: NamedImage, { origins }: ItemInput, places: Places): void {
	const images = origins.ofParts.flatMap((source) => firstExact([source], places)?.image ?? []);
	const other = images.find((image) => image.imageId !== imageId);
	if (other === undefined) return;
	throw new InputError(
		`The item is about the image "${imageName || imageId}", but a part of it is of another image, "${other.imageName || other.imageId}"`,
		'Remove the Merge node: n8n knows which image a response is about. Or let it combine by a field that both have, instead of by position.',
	);
}

/** Whether the item itself seems to say which image it is about. */
export function namesImage({ data }: ItemInput): boolean {
	return data.json.imageId !== undefined || nameTexts(data).length > 0 || linkTexts(data).length > 0;
}

/** The image that the item itself names exactly; undefined if it names none of the project. */
export function ownImage(item: ItemInput, places: Places): NamedImage | undefined {
	return firstExact([item.data], places)?.image;
}

/** The image that the items name exactly that this one was made from. */
export function inheritedImage(item: ItemInput, places: Places): NamedImage | undefined {
	return firstExact(item.ancestors, places)?.image;
}

/** Those of the items that this one was made from that name exactly the image, the nearest first. */
export function ancestorsAbout(item: ItemInput, imageId: string, places: Places): readonly INodeExecutionData[] {
	const isAbout = (source: INodeExecutionData) =>
		isFileOf(source, imageId, places) || firstExact([source], places)?.image.imageId === imageId;
	return item.ancestors.filter((source) => mayBeAbout(source, imageId, places) && isAbout(source));
}

/** Whether the item can be about the image, as far as that is known without looking for others. */
function mayBeAbout(source: INodeExecutionData, imageId: string, { images }: Places): boolean {
	const ids = textIn(source.json.imageId);
	return ids.includes(imageId) || images.mayBeNamed(imageId, [...ids, ...nameTexts(source), ...linkTexts(source)]);
}

/**
 * Whether an item that knows no ID is called like the image, or like a file that was uploaded as it: of an item's own image that needs no
 * look at others, which can have the same name in another dataset.
 */
function isFileOf(source: INodeExecutionData, imageId: string, { images }: Places): boolean {
	const [name] = nameTexts(source);
	const stored = images.task(imageId)?.imageName;
	if (name === undefined || stored === undefined || textIn(source.json.imageId).length > 0) return false;
	return [name, imageNameFor(name), unicodeImageNameFor(name)].includes(stored);
}

interface Match {
	readonly image: NamedImage;
	readonly source: INodeExecutionData;
}

function firstExact(sources: readonly INodeExecutionData[], places: Places): Match | undefined {
	for (const read of [namesIn, linksIn]) {
		for (const source of sources) {
			for (const named of read(source, places)) {
				const image = exactly(named, places);
				if (image !== undefined) return { image, source };
			}
		}
	}
	return undefined;
}

function exactly({ imageId, imageName }: NamedImage, { images, dataset }: Places): NamedImage | undefined {
	if (imageId !== '')
		return images.knows(imageId) === false
			? undefined
			: { imageId, imageName: imageName || (images.task(imageId)?.imageName ?? '') };
	const [found, ...others] = images.named(imageName, dataset);
	return others.length === 0 ? found : undefined;
}

/** The ID goes first, and stands alone if the project does not have it: the names beside it are those of another project's image. */
function namesIn(source: INodeExecutionData, places: Places): readonly NamedImage[] {
	const id = textIn(source.json.imageId).map((text) => reference(text, places));
	if (isElsewhere(source, places)) return id;
	return [...id, ...nameTexts(source).map((imageName) => ({ imageId: '', imageName }))];
}

function isElsewhere({ json }: INodeExecutionData, places: Places): boolean {
	return textIn(json.imageId).some((text) => {
		const { imageId } = reference(text, places);
		return imageId !== '' && places.images.knows(imageId) === false;
	});
}

function linksIn(source: INodeExecutionData, places: Places): readonly NamedImage[] {
	return isElsewhere(source, places) ? [] : linkTexts(source).map((imageName) => ({ imageId: '', imageName }));
}
