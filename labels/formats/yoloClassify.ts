import type { ConversionReport } from '../dataset/conversionReport';
import { safeName } from '../dataset/fileNames';
import { shortHash } from '../dataset/stableHash';
import { type LabeledImage, labelOf } from '../model';
import { ownValue } from '../parsing/record';
import { writing, type WritableFormat } from './format';

/**
 * YOLO classification: the class folder of each image, from the value of a global classification. Images without a value
 * are skipped, and counted. Values that would share a folder, in whatever case a disk keeps names, get eight digits of
 * their hash. Source: docs.ultralytics.com/datasets/classify.
 */
export function yoloClassFolders(
	images: Iterable<LabeledImage>,
	classificationKey: string,
	report: ConversionReport,
): Map<LabeledImage, string> {
	const values = new Map<LabeledImage, string>();
	for (const image of images) {
		const [value, ...others] = ownValue(image.classifications, classificationKey)?.values ?? [];
		if (value === undefined) report.add('without-class', labelOf(image), classificationKey);
		else values.set(image, value);
		if (others.length > 0) report.add('several-classes', labelOf(image), classificationKey);
	}
	const folderOf = foldersOf(new Set(values.values()));
	return new Map([...values].map(([image, value]) => [image, folderOf(value)]));
}

/** Safe on every system, and a different one for each value. */
function foldersOf(values: ReadonlySet<string>): (value: string) => string {
	const counts = new Map<string, number>();
	for (const value of values) counts.set(folderKey(value), (counts.get(folderKey(value)) ?? 0) + 1);
	return (value) =>
		counts.get(folderKey(value)) === 1 ? safeFolder(value) : `${safeFolder(value)}_${shortHash(value)}`;
}

function safeFolder(value: string): string {
	const { stem, extension } = safeName(value);
	return stem + extension;
}

const folderKey = (value: string) => safeFolder(value).toLowerCase();

export const yoloClassify: WritableFormat = {
	key: 'yoloClassify',
	name: 'YOLO Classify',
	writes: writing({
		description: 'One folder per value of a whole-image classification, for Ultralytics',
		orientation: 'none',
		needsSizes: false,
		alwaysIncludesImages: true,
		// Its classes are values of the classification, and labels are nothing here.
		classTypes: [],
		conversions: ['without-class', 'several-classes'],
		parameters: ['classificationKey'],
		*files(images, { splitOf, fileNameOf, classificationKey, report }) {
			for (const [image, folder] of yoloClassFolders(images, classificationKey, report))
				yield { path: `${splitOf(image)}/${folder}/${fileNameOf(image)}`, image };
		},
	}),
};
