import { datasetClasses } from '@datagym/labels/classes/datasetClasses';
import { type Conversion, ConversionReport } from '@datagym/labels/dataset/conversionReport';
import type { DatasetFile } from '@datagym/labels/dataset/datasetFile';
import { fileNamesOf } from '@datagym/labels/dataset/fileNames';
import { type Split, splitOf } from '@datagym/labels/dataset/splits';
import { datasetFiles } from '@datagym/labels/formats/catalog';
import type { WritableFormat } from '@datagym/labels/formats/format';
import type { LabeledImage } from '@datagym/labels/model';
import { EXCLUDED, KEYPOINTS, LABEL_CLASSES, NAMES } from './classes';
import { answer, labelsOf } from './labels';

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

/** The image of a file with what labelers drew in it, by its position in the dataset. */
export function labeledImage(
	{ name, width, height, orientation }: { name: string; width: number; height: number; orientation: number },
	index: number,
): LabeledImage {
	const scene = index % 11 === 10 ? undefined : index % 2 === 0 ? 'indoor' : 'outdoor';
	return {
		imageId: `${index.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`,
		imageName: name,
		width,
		height,
		...(orientation !== 1 && { orientation }),
		status: 'completed',
		objects: labelsOf(index, { width, height }),
		classifications: {
			...(scene !== undefined && { scene: answer(scene) }),
			...(index % 3 === 0 && { weather: answer('sun', 'wind') }),
		},
	};
}

export function splitOfImage(image: LabeledImage): Split {
	return splitOf(image.imageId, SHARES);
}

/** Writes a dataset of the images in a format. The conversions are complete once all files have been read. */
export function writtenDataset(
	format: WritableFormat,
	images: readonly LabeledImage[],
): { files: Iterable<DatasetFile>; conversions: () => Conversion[] } {
	const names = fileNamesOf(images, new ConversionReport());
	const report = new ConversionReport();
	const files = datasetFiles(format, images, {
		classes: datasetClasses(LABEL_CLASSES, { names: NAMES, exclude: EXCLUDED }),
		labelClasses: LABEL_CLASSES,
		report,
		splitOf: splitOfImage,
		fileNameOf: ({ imageId }) => names.get(imageId) ?? '',
		includesImages: true,
		classificationKey: 'scene',
		keypoints: KEYPOINTS,
	});
	return { files, conversions: () => report.list() };
}
