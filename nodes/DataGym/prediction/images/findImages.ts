import {
	type CoordinateUnit,
	displayedImage,
	hasValues,
	type LabeledImage,
	type LabelProblem,
	READABLE_FORMATS,
	type ReadableFormat,
	type ReadImage,
	reasonIn,
	resizedImage,
	sizeIn,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { giveWay } from '@datagym/shared/turns';
import pLimit from 'p-limit';
import type { ItemInput } from '../../runner/itemInput';
import type { Run } from '../../runner/runContext';
import {
	binaryPropertyName,
	format as formatField,
	imageSizes,
	predictionsFrom,
	orientation as orientationField,
	searchedDataset,
} from '../fields';
import { imageReference } from '../formatFields';
import { type GivenAnswer, onlyReading, possibleReadings, type Recognition } from '../answers/detection';
import { type InputContext, type PredictionsInput, readAnswer, readPredictions } from '../answers/formatInput';
import { imageSize, type SeenImage, type SizeRequest } from './imageSize';
import { ancestorsAbout, imageOfItem, inheritedImage, ownImage } from './itemImage';
import { DatasetImages, identify, type NamedImage, type Places, type ProjectImages, reference } from './projectImages';
import { describeProblem, orRejection, type Rejection } from '../preparing/report';

/** One image with its labels in pixels as DataGym displays it, and with DataGym's ID. */
export interface FoundImage extends ReadImage {
	/** Whether its labels are imported as they are, or prepared as a model's output. */
	readonly isStrict: boolean;
}

interface Search extends InputContext {
	readonly answer: GivenAnswer;
	/** Ways to read the answer, of which the size of its image can leave one. */
	readonly readings: readonly Recognition[];
	readonly isStrict: boolean;
	readonly places: Places;
	/** Whether coordinates refer to the pixels as the file stores them. */
	readonly isStored: boolean;
}

export interface FoundImages {
	readonly found: readonly (FoundImage | Rejection)[];
	readonly unread: readonly LabelProblem[];
	readonly format: ReadableFormat;
	/** The name of the format, if it was detected and not chosen. */
	readonly detected: string | undefined;
	readonly unit: CoordinateUnit;
	/** What the labels are called in messages, if they are not those of the field "Predictions". */
	readonly source?: string;
}

/** Reads the predictions of one item, and finds each of their images in the project. */
export async function findImages(item: ItemInput, images: ProjectImages, run: Run): Promise<FoundImages> {
	const context: InputContext = { run, item, images };
	const answer = await readAnswer(context, chosenFormat(item));
	const readings = possibleReadings(answer);
	const isAboutOneImage = readings.some(({ format }) => format.reads.parameters.includes('image'));
	const isStrict = readings.every(({ format }) => format.reads.isStrict);
	const search: Search = {
		...context,
		answer,
		readings,
		isStrict,
		isStored: item.options.choice(orientationField) === 'stored',
		places: {
			...(await searchPlaces(item, images, run)),
			idField: isAboutOneImage ? 'the image ID' : isStrict ? '"internal_media_ID"' : 'a format with image IDs',
		},
	};
	return isAboutOneImage ? await findOne(search) : await findSeveral(search);
}

/** Where the item's image is looked for. */
export async function searchPlaces(item: ItemInput, images: ProjectImages, run: Run): Promise<Places> {
	return { images, dataset: await chosenDataset(item, run), idField: 'the image ID' };
}

/** Undefined if the predictions tell. */
function chosenFormat(item: ItemInput): ReadableFormat | undefined {
	const key = item.choice(formatField);
	const format = READABLE_FORMATS.find((known) => known.key === key);
	if (format === undefined && key !== 'auto')
		throw new InputError(`Unknown format "${key}"`, 'Choose one of the formats in the list.');
	return format;
}

async function chosenDataset(item: ItemInput, run: Run): Promise<DatasetImages | undefined> {
	const datasetId = item.options.optionalId(searchedDataset);
	if (datasetId === undefined) return undefined;
	return await run.share(`dataset images ${datasetId}`, async (patient) => await DatasetImages.of(patient, datasetId));
}

async function findOne(search: Search): Promise<FoundImages> {
	const { run, item, images, answer, readings, places, isStored } = search;
	const isBox = readings.some(({ format }) => format.reads.parameters.includes('plainBoxFields'));
	const text = item.text(imageReference);
	const image = text === '' ? imageOfItem(item, places) : identify(reference(text, places), places);
	const seen = await imageSize(run, withoutPredictions(item), images, {
		imageId: image.imageId,
		...sizesInItem(item, isBox),
		isOnly: true,
		isStored,
		origins: () => ancestorsAbout(item, image.imageId, places),
	});
	const { storedSize } = seen;
	const seenImage = { ...image, ...sizeOf(seen), ...(storedSize !== undefined && { storedSize }) };
	const recognition = onlyReading(answer, readings, seenImage);
	const { format, detected } = recognition;
	const { isStrict } = format.reads;
	const reading = await readPredictions(recognition, seenImage, search);
	const unread = refuseUnreadable(reading, recognition);
	const found = reading.images
		.map((each) => inOriginalSize(each, seen, reading.unit))
		.map((each) => ({ ...each, image: asDisplayed(each.image, seen, search), isStrict }));
	return { found, unread, format, detected, unit: reading.unit };
}

/** The item without the file of predictions, which can be a mask: a PNG, but not the image. */
function withoutPredictions(item: ItemInput): ItemInput {
	const { binary = {} } = item.data;
	if (item.choice(predictionsFrom) !== 'file') return item;
	const field = item.text(binaryPropertyName);
	const others = Object.entries(binary).filter(([each]) => each !== field);
	return item.withValue(binaryPropertyName, field, { ...item.data, binary: Object.fromEntries(others) });
}

/** The labels on the image itself, if the model saw a smaller or larger copy. */
function inOriginalSize(each: ReadImage, { width, height, originalSize }: SeenImage, unit: CoordinateUnit): ReadImage {
	if (originalSize === undefined) return each;
	const image = resizedImage(each.image, originalSize);
	if (unit !== 'pixels') return { ...each, image };
	const message = `The coordinates are taken for those of the file of ${width} × ${height} pixels that came with the predictions, and scaled to the ${originalSize.width} × ${originalSize.height} pixels of the image. If the model saw the image itself, enter "Image Width" and "Image Height" in the options.`;
	return { image, problems: [...each.problems, { severity: 'warning', reason: 'resized', path: '', message }] };
}

/** Far more than the requests at once, of which a search needs one at most. */
export const SEARCHES_AT_ONCE = 64;

/** What was read is of a known format, but about no image: a table with its heading alone, as of a split in which nothing is labeled. */
export class NoImages extends InputError {
	constructor() {
		super('The predictions contain no images', 'Provide the labels of at least one image.');
	}
}

async function findSeveral(search: Search): Promise<FoundImages> {
	const recognition = onlyReading(search.answer, search.readings, { imageId: '', imageName: '' });
	const { format, detected } = recognition;
	const { isStrict } = format.reads;
	const reading = await readPredictions(recognition, undefined, search);
	const unread = refuseUnreadable(reading, recognition);
	if (reading.images.length === 0) throw new NoImages();
	const isOnly = reading.images.length === 1;
	const limit = pLimit(SEARCHES_AT_ONCE);
	const found = await Promise.all(
		reading.images.map(
			async (each, index) =>
				await limit(async () => {
					await giveWay();
					return await orRejection(each.image, async () => ({
						...each,
						image: await findAmongSeveral(each.image, index, isOnly, search),
						isStrict,
					}));
				}),
		),
	);
	return { found, unread, format, detected, unit: reading.unit };
}

async function findAmongSeveral(
	image: LabeledImage,
	index: number,
	isOnly: boolean,
	search: Search,
): Promise<LabeledImage> {
	const { run, item, images, places, isStored } = search;
	const identified = imageNamed(image, index, isOnly, search);
	const seen = await imageSize(run, withoutPredictions(item), images, {
		imageId: identified.imageId,
		own: sizeIn(image),
		isOnly,
		isStored,
		origins: () => ancestorsAbout(item, identified.imageId, places),
	});
	const size = seen.originalSize ?? sizeOf(seen);
	return asDisplayed({ ...withoutSize(image), ...identified, ...size }, seen, search);
}

/** Predictions about one image that they do not name can be about the item's. */
function imageNamed(
	{ imageId, imageName }: LabeledImage,
	index: number,
	isOnly: boolean,
	{ item, isStrict, places }: Search,
): NamedImage {
	if (imageId !== '' || imageName !== '')
		return identify(isStrict || imageId !== '' ? { imageId, imageName } : reference(imageName, places), places);
	const inherited = isOnly ? (ownImage(item, places) ?? inheritedImage(item, places)) : undefined;
	if (inherited === undefined) throw unnamed(index, isStrict);
	return inherited;
}

function unnamed(index: number, isStrict: boolean): InputError {
	if (!isStrict)
		return new InputError(
			`Image ${index + 1} of the predictions has no name`,
			'Add the file name that each image has in DataGym.',
		);
	return new InputError(
		`Prediction ${index + 1} does not name an image`,
		'Add "internal_media_ID" (the image ID) or "external_media_ID" (the file name).',
	);
}

/**
 * The image sizes that the item tells. Next to DataGym's ID, width and height are those of the file as stored, and an item
 * that is one plain box has those of the box.
 */
function sizesInItem({ data: { json } }: ItemInput, isBox: boolean): Pick<SizeRequest, 'own' | 'storedSize'> {
	const { width, height, imageWidth, imageHeight, imageId } = json;
	const isOfDataGym = imageId !== undefined;
	const own = sizeIn({ imageWidth, imageHeight });
	if (isBox || BOX_KEYS.some((key) => json[key] !== undefined)) return { own };
	return isOfDataGym ? { own, storedSize: sizeIn({ width, height }) } : { own: own ?? sizeIn({ width, height }) };
}

/** Beside these, width and height are those of a box: n8n makes an item of each box in a list. */
const BOX_KEYS = ['x', 'y', 'left', 'top', 'xmin', 'bbox', 'box'];

function sizeOf({ width, height }: SeenImage): { width?: number; height?: number } {
	return width === undefined || height === undefined ? {} : { width, height };
}

function withoutSize({ imageId, imageName, objects, classifications }: LabeledImage): LabeledImage {
	return { imageId, imageName, objects, classifications };
}

function asDisplayed(image: LabeledImage, seen: SeenImage, { item }: Search): LabeledImage {
	const { width, storedSize, orientation } = seen;
	if (orientation !== undefined) return displayedImage(image, orientation);
	if (width !== undefined) return image;
	if (storedSize !== undefined && image.width === undefined) return { ...withoutSize(image), storedSize };
	if (item.options.choice(imageSizes) !== 'off') return image;
	return withoutSize(image);
}

/** Throws for what is wrong with the whole; what is wrong with single labels skips only them, unless no label is left. */
function refuseUnreadable(
	{ images, problems, answer }: PredictionsInput,
	{ format: { name }, detected }: Recognition,
): readonly LabelProblem[] {
	const errors = problems.filter(({ severity }) => severity === 'error');
	const isNothingLeft =
		errors.length > 0 && images.every(({ image }) => image.objects.length === 0 && !hasValues(image.classifications));
	const fault = errors.find((problem) => !isAboutOneLabel(problem)) ?? (isNothingLeft ? errors[0] : undefined);
	if (fault === undefined) return errors;
	const remedy =
		fault.reason === 'no-size'
			? 'Enter "Image Width" and "Image Height" in the options, add the image file to the item, or set "Image Size From" to "Item or Server".'
			: detected !== undefined && fault.reason === 'unknown-class'
				? `Set "Format" to "${name}", and enter "Class Names", or leave them empty for the IDs of an exported dataset.`
				: `Check that the "Format" is really "${name}".`;
	const reason = reasonIn(answer);
	const words = reason === undefined ? '' : ` The model responded: ${reason}`;
	throw new InputError(`The predictions cannot be read as ${name}: ${describeProblem(fault)}${words}`, remedy);
}

/** Whether a problem is about one label (`[3]`, `line 3`, `shapes[3]`), which alone is skipped. */
function isAboutOneLabel({ reason, path }: LabelProblem): boolean {
	return (reason === 'unreadable' || reason === 'coordinates') && /\d/.test(path);
}
