import type { ConversionReport } from '../dataset/conversionReport';
import type { LabelClass } from '../model';
import type { Steps } from '../steps/steps';
import type { BriefImage, ImageList } from '../store/imageList';
import { reading, type RoundTripFormat, severalImages, writing } from './format';
import { foldersOf } from './shared/classFolders';
import { imageClassesOf, optionsOf } from './shared/imageClasses';
import { recognizedIf } from './shared/recognition';
import { areClassFolders, readClassFolders } from './yoloClassifyReader';

/**
 * YOLO classification: the class folder of each image, from the value of a global classification. Images without a value
 * are skipped, and counted. Values and options that would share a folder, in whatever case a disk keeps names, get eight
 * digits of their hash, so that a folder is always of the same value. Source: docs.ultralytics.com/datasets/classify.
 */
export function* yoloClassFolders(
	images: ImageList,
	classificationKey: string,
	report: ConversionReport,
	labelClasses: readonly LabelClass[] = [],
): Steps<Map<BriefImage, string>> {
	const values = yield* imageClassesOf(images, classificationKey, report);
	const options = optionsOf(labelClasses, classificationKey);
	const folderOf = foldersOf(new Set([...options, ...values.values()]));
	return new Map([...values].map(([image, value]) => [image, folderOf(value)]));
}

export const yoloClassify: RoundTripFormat = {
	key: 'yoloClassify',
	name: 'YOLO Classify',
	reads: reading({
		input: 'json',
		description: 'Image paths, with classes as folders',
		isStrict: false,
		readsPaths: true,
		parameters: ['labelClasses'],
		recognizes: (files) => recognizedIf(areClassFolders(files)),
		read: (files, { labelClasses }) => severalImages(readClassFolders(files, labelClasses)),
	}),
	writes: writing({
		description: 'Folders by a whole-image classification',
		orientation: 'none',
		needsSizes: false,
		alwaysIncludesImages: true,
		// Its classes are values of the classification, and labels are nothing here.
		classTypes: [],
		conversions: ['without-class', 'several-classes'],
		parameters: ['classificationKey'],
		*files(images, { splitOf, fileNameOf, classificationKey, labelClasses, report }) {
			const folders = yield* yoloClassFolders(images, classificationKey, report, labelClasses);
			for (const [image, folder] of folders) yield { path: `${splitOf(image)}/${folder}/${fileNameOf(image)}`, image };
		},
	}),
};
