import { type LabeledImage, type LabelProblem, storedImage } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import type { ItemInput } from '../runner/itemInput';
import type { Run } from '../runner/run';
import { format as formatField, imageReference } from './fields';
import { FORMAT_CHOICES, type PredictionFormatName } from './formatChoices';
import { PREDICTION_FORMATS } from './formats';
import { identify, reference, type Places } from './identify';
import { imageSize, type KnownSize } from './imageSize';
import { readInput } from './input';
import { imageSizes, orientation as orientationField, searchedDataset } from './options';
import { DatasetImages, type NamedImage, type ProjectImages } from './projectImages';
import {
	describeProblem,
	isAboutOneLabel,
	sizeIn,
	type FileFormat,
	type ImageFormat,
	type Reading,
	type ReadImage,
	type ReadingContext,
} from './reading';
import { orRejection, type Rejection } from './rejection';

/** One image with its labels in pixels as stored, and with DataGym's ID. */
export interface FoundImage extends ReadImage {
	/** Whether its labels are taken as they are, or as a model's answer. */
	readonly isAsIs: boolean;
}

interface Search extends ReadingContext {
	readonly formatName: PredictionFormatName;
	readonly places: Places;
	readonly isDisplayed: boolean;
	readonly isAsIs: boolean;
}

export interface FoundImages {
	readonly found: readonly (FoundImage | Rejection)[];
	readonly unread: readonly LabelProblem[];
	readonly isAsIs: boolean;
}

/** Reads what one item gives, and finds each of its images in the project. */
export async function findImages(item: ItemInput, images: ProjectImages, run: Run): Promise<FoundImages> {
	const formatName = item.choice(formatField);
	const format = PREDICTION_FORMATS[formatName];
	const isAsIs = format.kind === 'file' && format.isStrict === true;
	const orientation = item.options.choice(orientationField);
	const search: Search = {
		run,
		item,
		images,
		formatName,
		isAsIs,
		isDisplayed: orientation === 'displayed' || (orientation !== 'stored' && format.isDisplayed === true),
		places: {
			images,
			dataset: await chosenDataset(item, run),
			idField:
				format.kind === 'image'
					? 'the image’s ID in DataGym'
					: isAsIs
						? '“internal_media_ID”'
						: 'a format that carries DataGym’s image IDs',
		},
	};
	const value = await readInput(run, item, format.isText === true);
	return format.kind === 'file' ? await findSeveral(format, value, search) : await findOne(format, value, search);
}

async function chosenDataset(item: ItemInput, run: Run): Promise<DatasetImages | undefined> {
	const datasetId = item.options.optionalId(searchedDataset);
	if (datasetId === undefined) return undefined;
	return await run.share(`dataset images ${datasetId}`, async () => await DatasetImages.of(run, datasetId));
}

async function findOne(format: ImageFormat, value: unknown, search: Search): Promise<FoundImages> {
	const { item, places, isDisplayed, isAsIs, formatName } = search;
	const text = item.text(imageReference);
	if (text === '')
		throw new InputError(
			'“Image” is empty',
			'Enter the ID or the file name of the image that the predictions are about, or check the expression in it.',
		);
	const image = identify(reference(text, places), places);
	// A box itself has a width and a height, too.
	const { width, height, imageWidth, imageHeight } = item.data.json;
	const own = sizeIn(
		formatName === 'plainBoxes'
			? { imageWidth, imageHeight }
			: { width: imageWidth ?? width, height: imageHeight ?? height },
	);
	const size = await imageSize(search.run, item, search.images, {
		imageId: image.imageId,
		own,
		isOnly: true,
		isDisplayed,
	});
	const reading = format.read(value, { ...image, ...asSeen(size, isDisplayed) }, search);
	const unread = refuseUnreadable(reading, formatName);
	return {
		found: reading.images.map((each) => ({ ...each, image: asStored(each.image, size, search), isAsIs })),
		unread,
		isAsIs,
	};
}

async function findSeveral(format: FileFormat, value: unknown, search: Search): Promise<FoundImages> {
	const { isAsIs, formatName } = search;
	const reading = await format.read(value, search);
	const unread = refuseUnreadable(reading, formatName);
	if (reading.images.length === 0)
		throw new InputError('The predictions hold no image', 'Give the labels of at least one image.');
	const isOnly = reading.images.length === 1;
	const found = await Promise.all(
		reading.images.map(
			async (each, index) =>
				await orRejection(each.image, async () => ({
					...each,
					image: await findAmongSeveral(each.image, index, isOnly, search),
					isAsIs,
				})),
		),
	);
	return { found, unread, isAsIs };
}

async function findAmongSeveral(
	image: LabeledImage,
	index: number,
	isOnly: boolean,
	search: Search,
): Promise<LabeledImage> {
	const { run, item, images, places, isDisplayed, isAsIs } = search;
	const { imageId, imageName } = image;
	if (imageId === '' && imageName === '') throw unnamed(index, isAsIs);
	const named: NamedImage = isAsIs || imageId !== '' ? { imageId, imageName } : reference(imageName, places);
	const identified = identify(named, places);
	const size = await imageSize(run, item, images, {
		imageId: identified.imageId,
		own: sizeIn(image),
		isOnly,
		isDisplayed,
	});
	return asStored({ ...withoutSize(image), ...identified, ...asSeen(size, isDisplayed) }, size, search);
}

function unnamed(index: number, isAsIs: boolean): InputError {
	if (!isAsIs)
		return new InputError(
			`Image ${index + 1} of the predictions has no name`,
			'Give each image the file name that it has in DataGym.',
		);
	return new InputError(
		`Prediction ${index + 1} names no image`,
		'Give “internal_media_ID” (the image ID in DataGym) or “external_media_ID” (the file name).',
	);
}

/** Width and height as the model saw them. */
function asSeen(size: KnownSize | undefined, isDisplayed: boolean): { width?: number; height?: number } {
	if (size === undefined) return {};
	const isTurned = isDisplayed && size.orientation >= 5;
	return isTurned ? { width: size.height, height: size.width } : { width: size.width, height: size.height };
}

function withoutSize({ imageId, imageName, objects, classifications }: LabeledImage): LabeledImage {
	return { imageId, imageName, objects, classifications };
}

function asStored(image: LabeledImage, size: KnownSize | undefined, { item, isDisplayed }: Search): LabeledImage {
	if (size !== undefined) return storedImage(image, isDisplayed ? size.orientation : 1);
	if (item.options.choice(imageSizes) !== 'off') return image;
	return withoutSize(image);
}

/** Throws for what is wrong with the whole; what is wrong with single labels loses only them, unless no label is left. */
function refuseUnreadable({ images, problems }: Reading, formatName: PredictionFormatName): readonly LabelProblem[] {
	const errors = problems.filter(({ severity }) => severity === 'error');
	const isNothingLeft = errors.length > 0 && images.every(({ image }) => image.objects.length === 0);
	const fault = errors.find((problem) => !isAboutOneLabel(problem)) ?? (isNothingLeft ? errors[0] : undefined);
	if (fault === undefined) return errors;
	const name = FORMAT_CHOICES.find(({ value }) => value === formatName)?.name ?? formatName;
	const remedy =
		fault.reason === 'no-size'
			? 'Enter “Image Width” and “Image Height” in the options, put the image’s file into the item, or set “Image Size From” to “Item or Server”.'
			: `Check that “Format” is right: it is “${name}”.`;
	throw new InputError(`The predictions cannot be read as ${name}: ${describeProblem(fault)}`, remedy);
}
