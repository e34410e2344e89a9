import type { LabelledImage } from '../model';
import { ownValue } from '../record';
import { labelOf } from '../eachObject';
import type { Losses } from '../losses';
import { safeName, stemOf } from '../fileNames';
import { SPLITS, type Split } from '../splits';

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
		...(keypoints === undefined ? [] : [`kpt_shape: [${keypoints.length}, 3]`, `kpt_names:`, `  0: [${keypoints.map(quoted).join(', ')}]`]),
		names.length === 0 ? 'names: {}' : 'names:',
		...names.map((name, number) => `  ${number}: ${quoted(name)}`),
	];
	return `${lines.join('\n')}\n`;
}

/** JSON leaves two line separators as they are that YAML would take for line ends. */
function quoted(text: string): string {
	return JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Path of the label file of an image, given its unique file name (`fileNamesOf`). */
export function yoloLabelPath(fileName: string, split: Split): string {
	return `labels/${split}/${stemOf(fileName)}.txt`;
}

export function yoloImagePath(fileName: string, split: Split): string {
	return `images/${split}/${fileName}`;
}

/**
 * YOLO classification: the folder of an image, `<split>/<class>`, from its answer to a global classification. Nothing when
 * it is not answered. Source: docs.ultralytics.com/datasets/classify.
 */
export function yoloClassFolder(image: LabelledImage, classificationKey: string, split: Split, losses: Losses): string | undefined {
	const [value, ...others] = ownValue(image.classifications, classificationKey)?.values ?? [];
	if (value === undefined) {
		losses.add('unanswered', labelOf(image), classificationKey);
		return undefined;
	}
	if (others.length > 0) losses.add('several-classes', labelOf(image), classificationKey);
	const { stem, extension } = safeName(value);
	return `${split}/${stem}${extension}`;
}
