import { datasetClasses } from '@datagym/labels/classes/datasetClasses';
import { datasetCard } from '@datagym/labels/dataset/card/datasetCard';
import { type Conversion, ConversionReport } from '@datagym/labels/dataset/conversionReport';
import type { DatasetFile } from '@datagym/labels/dataset/datasetFile';
import { fileNamesOf } from '@datagym/labels/dataset/fileNames';
import { type Split, splitOf } from '@datagym/labels/dataset/splits';
import { type CoordinateFrame, datasetFiles } from '@datagym/labels/formats/catalog';
import type { WritableFormat } from '@datagym/labels/formats/format';
import { eachObject, type LabeledImage } from '@datagym/labels/model';
import { atOnce } from '@datagym/labels/steps/steps';
import type { BriefImage } from '@datagym/labels/store/imageList';
import { EXCLUDED, KEYPOINTS, LABEL_CLASSES, NAMES } from './classes';
import { answer, BOW_TIE, BROKEN_LABELS, labelsOf } from './labels';

/** In pixels. */
const MINIMUM_CROP = 1;
const SHARES = { train: 6, val: 2, test: 2 };

/** An image whose size nobody knows, so that no format that needs sizes may have it. */
export const SIZELESS: LabeledImage = {
	imageId: 'f0000000-0000-4000-8000-000000000000',
	imageName: 'sizeless.jpg',
	objects: [
		{
			className: 'car',
			geometry: { type: 'rectangle', x: 1, y: 2, width: 3, height: 4 },
			classifications: {},
			children: [],
		},
	],
	classifications: {},
};

/**
 * The image of a file, whose size is given as it is stored, with what labelers drew in it, by its position in the dataset. They
 * drew on what DataGym displays.
 */
export function labeledImage(
	{ name, orientation, ...stored }: { name: string; width: number; height: number; orientation: number },
	index: number,
): LabeledImage {
	const size =
		orientation >= 5 ? { width: stored.height, height: stored.width } : { width: stored.width, height: stored.height };
	const scene = index % 11 === 10 ? undefined : index % 2 === 0 ? 'indoor' : 'outdoor';
	return {
		imageId: `${index.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`,
		imageName: name,
		...size,
		orientation,
		status: 'completed',
		objects: labelsOf(index, size),
		classifications: {
			...(scene !== undefined && { scene: answer(scene) }),
			...(index % 3 === 0 && { weather: answer('sun', 'wind') }),
		},
	};
}

export function splitOfImage(image: BriefImage): Split {
	return splitOf(image.imageId, SHARES);
}

/**
 * The first 40 images at 90/5/5, so that splits have little to tell types by: decimals in train, no label at all in val, whole
 * numbers in test. The first two images have nothing but broken shapes, and those with an outline that crosses itself.
 */
export function sparseImages(images: readonly LabeledImage[]): Map<LabeledImage, Split> {
	const whole: LabeledImage['objects'] = [
		{
			className: 'car',
			geometry: { type: 'rectangle', x: 4, y: 6, width: 20, height: 10 },
			classifications: {},
			children: [],
		},
	];
	return new Map(
		images.slice(0, 40).map((image, index): [LabeledImage, Split] => {
			if (index === 0) return [{ ...image, objects: BROKEN_LABELS }, 'train'];
			if (index === 1) return [{ ...image, objects: [BOW_TIE, ...BROKEN_LABELS] }, 'train'];
			if (index < 36) return [image, 'train'];
			return index < 38 ? [{ ...image, objects: [] }, 'val'] : [{ ...image, objects: whole }, 'test'];
		}),
	);
}

/** What the sizes and coordinates of a format refer to, unless the user wants something else. */
export function frameOf({ writes: { orientation } }: WritableFormat): CoordinateFrame {
	return orientation === 'mixed' ? 'stored' : 'displayed';
}

/** Writes a dataset of the images in a format. The conversions are complete once all files have been read. */
export function writtenDataset(
	format: WritableFormat,
	images: readonly LabeledImage[],
	splitOfEach: (image: BriefImage) => Split = splitOfImage,
): { files: Iterable<DatasetFile>; conversions: () => Conversion[] } {
	const names = fileNamesOf(images, new ConversionReport());
	const report = new ConversionReport();
	const writing = {
		classes: datasetClasses(LABEL_CLASSES, { names: NAMES, exclude: EXCLUDED, types: format.writes.classTypes }),
		labelClasses: LABEL_CLASSES,
		report,
		splitOf: splitOfEach,
		fileNameOf: ({ imageId }: BriefImage) => names.get(imageId) ?? '',
		includesImages: true,
		classificationKey: 'scene',
		keypoints: KEYPOINTS,
		minimumCropSize: MINIMUM_CROP,
		labelKey: 'scene',
		imagesPerShard: 10,
	};
	const files = datasetFiles(format, images, writing, frameOf(format));
	return { files, conversions: () => report.list() };
}

/** Texts that YAML, Markdown and HTML would read in their own way. */
export const CARD_TEXTS = {
	name: 'Größe: "1" #2 | <b>*bold*</b>\u2028\ud83d\ude97 - [x]\u007f \\n',
	license: 'cc-by-4.0',
	description: 'Cars, **by day**.\n\n---\n\nkey: value',
};

/** The card of the dataset, with the conversions given. */
export function writtenCard(
	format: WritableFormat,
	images: readonly LabeledImage[],
	conversions: readonly Conversion[],
): string {
	const classes = datasetClasses(LABEL_CLASSES, { names: NAMES, exclude: EXCLUDED, types: format.writes.classTypes });
	const isClassified = format.writes.parameters.includes('classificationKey');
	const card = datasetCard({
		texts: CARD_TEXTS,
		format,
		images,
		includesImages: true,
		splitOf: splitOfImage,
		hasFiles: () => true,
		classNamesOf: ({ objects, classifications }) => {
			if (isClassified) return classifications.scene?.values.slice(0, 1) ?? [];
			const names: string[] = [];
			eachObject({ objects }, ({ className }) => {
				const known = classes.classOf(className);
				if (typeof known !== 'string') names.push(known.name);
			});
			return names;
		},
		classIds: classes.mapping,
		isClassified,
		hasImageClass: isClassified,
		hasKeypoints: format.writes.parameters.includes('keypoints'),
		making: ['By hand.'],
		conversions,
	});
	return atOnce(card);
}
