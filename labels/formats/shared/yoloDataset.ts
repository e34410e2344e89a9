import type { ConversionReason } from '../../dataset/conversionReport';
import type { DatasetFile, DatasetWriting } from '../../dataset/datasetFile';
import { stemOf } from '../../dataset/fileNames';
import { SPLITS, type Split } from '../../dataset/splits';
import { type LabeledImage, labelOf, type Ring } from '../../model';
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

/** The label file of an image from its rows. */
export function writeRows(
	image: LabeledImage,
	{ report }: LabelWriting,
	rowsOf: (image: SizedImage) => string[],
): string | undefined {
	if (!hasSize(image)) {
		report.add('no-size', labelOf(image));
		return undefined;
	}
	const rows = rowsOf(image);
	if (rows.length === 0) return '';
	const different = new Set(rows);
	if (different.size < rows.length) report.add('duplicate', labelOf(image), undefined, rows.length - different.size);
	return `${[...different].join('\n')}\n`;
}

/** Center and size as fractions. */
export function boxNumbers({ x, y, width, height }: Box, image: SizedImage): string {
	return `${fraction(x + width / 2, image.width)} ${fraction(y + height / 2, image.height)} ${fraction(width, image.width)} ${fraction(height, image.height)}`;
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
	images: readonly LabeledImage[],
	{ splitOf, fileNameOf, includesImages, classes }: DatasetWriting,
	labelsOf: (image: LabeledImage) => string | undefined,
	keypoints?: readonly string[],
): Generator<DatasetFile> {
	for (const image of images) {
		const text = labelsOf(image);
		if (text === undefined) continue;
		const split = splitOf(image);
		const fileName = fileNameOf(image);
		if (includesImages) yield { path: `images/${split}/${fileName}`, image };
		yield { path: yoloLabelPath(fileName, split), text: [text], labelsOf: image };
	}
	const splits = new Set(images.map(splitOf));
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
