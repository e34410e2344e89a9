import type { ConversionReport } from '../dataset/conversionReport';
import { sameKey } from '../classes/classKey';
import { type LabelClass, type LabeledImage, labelOf } from '../model';
import { ownValue } from '../parsing/record';
import { reading, type RoundTripFormat, severalImages, writing } from './format';
import { foldersOf } from './shared/classFolders';
import { recognizedIf } from './shared/recognition';
import { areClassFolders, readClassFolders } from './yoloClassifyReader';

/**
 * YOLO classification: the class folder of each image, from the value of a global classification. Images without a value
 * are skipped, and counted. Values and options that would share a folder, in whatever case a disk keeps names, get eight
 * digits of their hash, so that a folder is always of the same value. Source: docs.ultralytics.com/datasets/classify.
 */
export function yoloClassFolders(
	images: Iterable<LabeledImage>,
	classificationKey: string,
	report: ConversionReport,
	labelClasses: readonly LabelClass[] = [],
): Map<LabeledImage, string> {
	const values = new Map<LabeledImage, string>();
	for (const image of images) {
		const [value, ...others] = ownValue(image.classifications, classificationKey)?.values ?? [];
		if (value === undefined) report.add('without-class', labelOf(image), classificationKey);
		else values.set(image, value);
		if (others.length > 0) report.add('several-classes', labelOf(image), classificationKey);
	}
	const options = labelClasses.flatMap((each) => (sameKey(each.key, classificationKey) ? (each.options ?? []) : []));
	const folderOf = foldersOf(new Set([...options, ...values.values()]));
	return new Map([...values].map(([image, value]) => [image, folderOf(value)]));
}

export const yoloClassify: RoundTripFormat = {
	key: 'yoloClassify',
	name: 'YOLO Classify',
	reads: reading({
		input: 'json',
		description: 'Paths of images or items of files; the folder of each image is its class',
		isStrict: false,
		readsPaths: true,
		parameters: ['labelClasses'],
		recognizes: (files) => recognizedIf(areClassFolders(files)),
		read: (files, { labelClasses }) => severalImages(readClassFolders(files, labelClasses)),
	}),
	writes: writing({
		description: 'One folder per value of a whole-image classification, for Ultralytics',
		orientation: 'none',
		needsSizes: false,
		alwaysIncludesImages: true,
		// Its classes are values of the classification, and labels are nothing here.
		classTypes: [],
		conversions: ['without-class', 'several-classes'],
		parameters: ['classificationKey'],
		*files(images, { splitOf, fileNameOf, classificationKey, labelClasses, report }) {
			for (const [image, folder] of yoloClassFolders(images, classificationKey, report, labelClasses))
				yield { path: `${splitOf(image)}/${folder}/${fileNameOf(image)}`, image };
		},
	}),
};
