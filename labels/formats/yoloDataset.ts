import type { LabeledImage } from '../model';
import { ownValue } from '../record';
import { labelOf } from '../eachObject';
import type { ConversionReport } from '../dataset/conversionReport';
import { safeName, stemOf } from '../dataset/fileNames';
import { SPLITS, type Split } from '../dataset/splits';
import { shortHash } from '../dataset/stableHash';

export interface YoloDataset {
	/** Class names by number. */
	readonly names: readonly string[];
	/** Splits that have images. */
	readonly splits: Iterable<Split>;
	/** Pose only: class keys of the keypoints. */
	readonly keypoints?: readonly string[];
}

/**
 * `data.yaml` beside `images/<split>` and `labels/<split>`. Ultralytics wants both train and val, so one without images
 * points to the other. An empty path means the folder of this file; "." would be the folder where training is started. Texts are written in double quotes, where YAML takes all of JSON's escapes.
 */
export function yoloDataYaml({ names, splits, keypoints }: YoloDataset): string {
	const used = new Set(splits);
	const folderOf = (split: Split) => `images/${split}`;
	const [any = 'train'] = SPLITS.filter((split) => used.has(split));
	const lines = [
		'# Folders are relative to this file.',
		'path: ""',
		`train: ${folderOf(used.has('train') ? 'train' : any)}`,
		`val: ${folderOf(used.has('val') ? 'val' : used.has('train') ? 'train' : any)}`,
		...(used.has('test') ? [`test: ${folderOf('test')}`] : []),
		...(keypoints === undefined
			? []
			: [`kpt_shape: [${keypoints.length}, 3]`, `kpt_names:`, `  0: [${keypoints.map(quoted).join(', ')}]`]),
		names.length === 0 ? 'names: {}' : 'names:',
		...names.map((name, number) => `  ${number}: ${quoted(name)}`),
	];
	return `${lines.join('\n')}\n`;
}

/** JSON leaves two line separators as they are that YAML would take for line ends. */
function quoted(text: string): string {
	return JSON.stringify(text).replace(
		/[\u007f-\u009f\u2028\u2029\ufeff]/g,
		(character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
	);
}

/** Path of the label file of an image, given its unique file name (`fileNamesOf`). */
export function yoloLabelPath(fileName: string, split: Split): string {
	return `labels/${split}/${stemOf(fileName)}.txt`;
}

export function yoloImagePath(fileName: string, split: Split): string {
	return `images/${split}/${fileName}`;
}

/**
 * YOLO classification: the class folder of each image, from its answer to a global classification. Images without an answer
 * are left out, and counted. Answers that would share a folder, in whatever case a disk keeps names, get eight digits of
 * their hash. Source: docs.ultralytics.com/datasets/classify.
 */
export function yoloClassFolders(
	images: Iterable<LabeledImage>,
	classificationKey: string,
	report: ConversionReport,
): Map<LabeledImage, string> {
	const answers = new Map<LabeledImage, string>();
	for (const image of images) {
		const [value, ...others] = ownValue(image.classifications, classificationKey)?.values ?? [];
		if (value === undefined) report.add('without-class', labelOf(image), classificationKey);
		else answers.set(image, value);
		if (others.length > 0) report.add('several-classes', labelOf(image), classificationKey);
	}
	const folderOf = foldersOf(new Set(answers.values()));
	return new Map([...answers].map(([image, value]) => [image, folderOf(value)]));
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
