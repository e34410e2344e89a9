import { type CardTexts, datasetCard, type DatasetFile, type Steps } from '@datagym/labels';
import { orientationPart } from './orientation';
import { type DatasetParameters, imageClassKey } from './parameters';
import type { Dataset } from './plan';
import { textOf } from './texts';
import { togetherReport } from './together';

const CARD_FILE = 'README.md';

/** The card, made when it is read: what the format could not hold is known then. */
export function* cardFiles(
	parameters: DatasetParameters,
	dataset: Dataset,
	projectName: string,
): Generator<DatasetFile> {
	const { card } = parameters;
	if (card === undefined) return;
	const texts = { ...card, name: card.name === '' ? projectName : card.name };
	yield { path: CARD_FILE, text: textOf(cardText(parameters, dataset, texts), (text) => [text]) };
}

function* cardText(parameters: DatasetParameters, dataset: Dataset, texts: CardTexts): Steps<string> {
	const { format, formatParameters, includesImages } = parameters;
	const { pictures, splitOf, classNamesOf, classes, report, changes } = dataset;
	return yield* datasetCard({
		texts,
		format,
		images: pictures,
		includesImages,
		splitOf,
		// Of crops, nobody knows before whether a split has any.
		hasFiles: (split) => format.writes.cutsImages !== true || changes.folders.has(split),
		classNamesOf,
		classIds: classes.mapping,
		isClassified: formatParameters.classificationKey !== '',
		hasImageClass: imageClassKey(formatParameters) !== '',
		hasKeypoints: formatParameters.keypoints.length > 0,
		making: yield* making(parameters, dataset),
		conversions: report.sorted(),
	});
}

function* making(parameters: DatasetParameters, dataset: Dataset): Steps<string[]> {
	const { images, tiles } = dataset;
	const together = yield* togetherReport(dataset);
	const { format, isExact, includesEmpty, isStratified, includesImages, shares, tiling } = parameters;
	const total = shares.train + shares.val + shares.test;
	const share = (name: string, value: number) =>
		total > 0 && value > 0 ? [`${name} ${Math.round((value / total) * 100)}%`] : [];
	const asked = [...share('train', shares.train), ...share('val', shares.val), ...share('test', shares.test)];
	const { orientation } = yield* orientationPart(parameters, images);
	return [
		`Labeled by people in DataGym, and exported by n8n-nodes-datagym as ${format.name}.`,
		isExact ? 'Coordinates are exact.' : 'Coordinates are in whole pixels.',
		`Finished images only${includesEmpty ? ', also those without labels' : ', and none without labels'}.`,
		...(asked.length > 0
			? [`Shares asked for: ${asked.join(', ')}${isStratified ? ', stratified by class' : ''}.`]
			: []),
		...(together === undefined ? [] : [`Images that belong together are in one split: ${together.groupCount} groups.`]),
		...(orientation !== undefined && orientation.imageCount > 0
			? [`${orientation.imageCount} photographs have an EXIF orientation: ${ORIENTATIONS[orientation.action]}.`]
			: []),
		...(tiles !== undefined && tiling !== undefined
			? [
					`${tiles.cutImages} of ${images.length} images are cut into tiles of ${tiling.size} pixels, which are counted as images here.`,
				]
			: []),
		...(format.writes.cutsImages === true
			? ['Each box is cut out as a picture of its own. Counted are the images and labels that they are from.']
			: []),
		...(includesImages ? [] : ['Without the image files.']),
	];
}

const ORIENTATIONS = {
	kept: 'it is kept, and labels fit the upright photographs',
	tagRemoved: 'it was removed, and labels fit the stored pixels',
	madeUpright: 'their pixels were turned upright',
} as const;
