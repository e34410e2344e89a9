import type { ConversionReason } from '../../dataset/conversionReport';
import type { DatasetFile, DatasetWriting } from '../../dataset/datasetFile';
import { stemOf } from '../../dataset/fileNames';
import { SPLITS, type Split } from '../../dataset/splits';
import { quotedYaml } from '../../dataset/card/yaml';
import { type LabeledImage, labelOf, type Ring } from '../../model';
import { type BriefImage, briefsOf, type ImageList } from '../../store/imageList';
import type { Box } from '../../geometry/shapes';
import { hasSize, type LabelWriting, type SizedImage } from './boxes';

/**
 * Writes the label file of one image for YOLO (Ultralytics), a row per label. Numbers are fractions (0 to 1, six decimals)
 * of the image's width and height as it is displayed. Shapes are clipped at the edge, since readers drop an image for one
 * number above 1; equal rows are written once, since readers remove them.
 *
 * Returns nothing for an image whose size is not known, and an empty text for one without labels (a negative).
 * Source: docs.ultralytics.com/datasets (detect, segment, obb, pose).
 */
export type YoloWriter<Writing extends LabelWriting = LabelWriting> = (
	image: LabeledImage,
	options: Writing,
) => string | undefined;

/** The reasons for which an image or a row is skipped in any label file. */
export const ROW_CONVERSIONS = ['no-size', 'duplicate'] as const satisfies readonly ConversionReason[];

/** A row of a label file, and the classes of the labels in it: one, and those of its keypoints. */
export interface YoloRow {
	readonly classNames: readonly string[];
	readonly text: string;
}

/** The label file of an image from its rows. */
export function writeRows(
	image: LabeledImage,
	{ report }: LabelWriting,
	rowsOf: (image: SizedImage) => readonly YoloRow[],
): string | undefined {
	if (!hasSize(image)) {
		report.add('no-size', labelOf(image));
		return undefined;
	}
	const rows = rowsOf(image);
	const different = new Set<string>();
	for (const { classNames, text } of rows) {
		if (different.has(text)) for (const className of classNames) report.add('duplicate', labelOf(image), className);
		different.add(text);
	}
	return [...different].map((text) => `${text}\n`).join('');
}

/** Center and size as fractions. */
export function boxNumbers({ x, y, width, height }: Box, image: SizedImage): string {
	return `${fraction(x + width / 2, image.width)} ${fraction(y + height / 2, image.height)} ${fraction(width, image.width)} ${fraction(height, image.height)}`;
}

/** Whether a box is more than nothing once it is written. */
export function isLeftAsFraction({ width, height }: Box, image: SizedImage): boolean {
	return fraction(width, image.width) > 0 && fraction(height, image.height) > 0;
}

/** All points as fractions. */
export function ringNumbers(ring: Ring, image: SizedImage): string {
	return ring.map(({ x, y }) => `${fraction(x, image.width)} ${fraction(y, image.height)}`).join(' ');
}

/** Six decimals: a hundredth of a pixel in an image of 10,000. */
export function fraction(pixels: number, size: number): number {
	return Math.round((pixels / size) * 1e6) / 1e6;
}

/** Ultralytics' folders: `data.yaml`, `images/<split>`, `labels/<split>`. Images that cannot have a label file are skipped. */
export function* yoloFiles(
	images: ImageList,
	dataset: DatasetWriting,
	labelsOf: (image: LabeledImage) => string | undefined,
	keypoints?: readonly string[],
): Generator<DatasetFile | undefined> {
	const { splitOf, fileNameOf, classes } = dataset;
	const mayHaveLabels = (image: BriefImage) => hasSize(image) || dataset.learnsSizes === true;
	if (dataset.includesImages)
		for (const image of briefsOf(images))
			if (mayHaveLabels(image)) yield { path: `images/${splitOf(image)}/${fileNameOf(image)}`, image };
	const splits = new Set<Split>();
	for (const image of images) {
		const split = splitOf(image);
		splits.add(split);
		const text = labelsOf(image);
		yield text === undefined
			? undefined
			: { path: yoloLabelPath(fileNameOf(image), split), text: [text], labelsOf: image };
	}
	yield { path: 'data.yaml', text: [yoloDataYaml({ names: classes.names, splits, ...(keypoints && { keypoints }) })] };
}

/** The path of the label file of an image, given its unique file name (`fileNamesOf`). */
export function yoloLabelPath(fileName: string, split: Split): string {
	return `labels/${split}/${stemOf(fileName)}.txt`;
}

export interface YoloDataset {
	/** Class names by class ID. */
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
		...(keypoints === undefined ? [] : keypointLines(names, keypoints)),
		names.length === 0 ? 'names: {}' : 'names:',
		...names.map((name, number) => `  ${number}: ${quotedYaml(name)}`),
	];
	return `${lines.join('\n')}\n`;
}

/** `kpt_names` are the names of each class, by its ID; all classes share one `kpt_shape`. */
function keypointLines(names: readonly string[], keypoints: readonly string[]): string[] {
	const flipped = flippedKeypoints(keypoints);
	return [
		`kpt_shape: [${keypoints.length}, 3]`,
		flipped === undefined
			? '# No flip_idx, so images are not mirrored: the names do not say which keypoints are left and right.'
			: `flip_idx: [${flipped.join(', ')}]`,
		names.length === 0 ? 'kpt_names: {}' : 'kpt_names:',
		...names.map((_, number) => `  ${number}: [${keypoints.map(quotedYaml).join(', ')}]`),
	];
}

/**
 * The index of the keypoint that each one becomes when the image is mirrored: `left_eye` becomes `right_eye`, and `nose` stays.
 * Nothing if the names do not tell, since trainers that get a wrong one learn to mix up the sides: without it, Ultralytics does
 * not mirror images. Names are told apart as RF-DETR does, `_infer_keypoint_flip_pairs_from_names`.
 */
function flippedKeypoints(keypoints: readonly string[]): number[] | undefined {
	const wordsOf = (key: string) => key.toLowerCase().split(/[^\p{L}\p{N}]+/u);
	const names = keypoints.map((key) => wordsOf(key).join('_'));
	const flipped = keypoints.map((key, index) => {
		const words = wordsOf(key);
		const mirrored = words.map((word) => MIRRORED[word] ?? word);
		return mirrored.every((word, at) => word === words[at]) ? index : names.indexOf(mirrored.join('_'));
	});
	const hasSides = flipped.some((other, index) => other !== index);
	const isPermutation = new Set(flipped).size === keypoints.length && !flipped.includes(-1);
	return isPermutation && (hasSides || keypoints.length === 1) ? flipped : undefined;
}

const MIRRORED: Readonly<Record<string, string | undefined>> = { left: 'right', right: 'left', l: 'r', r: 'l' };
