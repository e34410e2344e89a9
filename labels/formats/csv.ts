import type { Box } from '../geometry/shapes';
import { type LabeledImage, labelOf } from '../model';
import { bySplit, imageFiles, type DatasetWriting } from '../dataset/datasetFile';
import { briefsOf } from '../store/imageList';
import { isBoxTable, readCsv } from './csvReader';
import { reading, severalImages, writing, type RoundTripFormat } from './format';
import { recognizedIf } from './shared/recognition';
import { BOX_CONVERSIONS, boxesOf, hasSize, type LabelWriting, wholeEdges } from './shared/boxes';

export interface CsvWriting extends LabelWriting {
	readonly fileNameOf?: (image: LabeledImage) => string;
}

/**
 * Writes TensorFlow's columns `filename,width,height,class,xmin,ymin,xmax,ymax`: one row per box, whole pixels, clipped at
 * the edge. Images without boxes have no row, which is counted.
 *
 * Names that a spreadsheet would run as a formula get an apostrophe in front (counted as `renamed`). Lines end with CR LF.
 * Source: RFC 4180; TensorFlow Object Detection API, "Preparing inputs"; owasp.org, "CSV Injection".
 */
export function* writeCsv(images: Iterable<LabeledImage>, options: CsvWriting): Generator<string, void, undefined> {
	const { report } = options;
	yield 'filename,width,height,class,xmin,ymin,xmax,ymax\r\n';
	for (const image of images) {
		if (!hasSize(image)) {
			report.add('no-size', labelOf(image));
			continue;
		}
		const textCell = (text: string) => {
			if (isFormula(text)) report.add('renamed', labelOf(image));
			return cell(text);
		};
		let rows = '';
		for (const { datasetClass, box } of boxesOf(image, { ...options, isLeft })) {
			const { left, top, right, bottom } = wholeEdges(box);
			const fileName = textCell(options.fileNameOf?.(image) ?? image.imageName);
			rows += `${fileName},${image.width},${image.height},${textCell(datasetClass.name)},${left},${top},${right},${bottom}\r\n`;
		}
		if (rows === '') report.add('without-labels', labelOf(image));
		else yield rows;
	}
}

function isLeft(box: Box): boolean {
	const { left, top, right, bottom } = wholeEdges(box);
	return right > left && bottom > top;
}

/** The text as no spreadsheet runs it: what would be a formula stands behind an apostrophe. */
function inertText(text: string): string {
	return isFormula(text) ? `'${text}` : text;
}

function cell(text: string): string {
	const safe = inertText(text);
	return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function isFormula(text: string): boolean {
	return /^[=+\-@\t\r]/.test(text);
}

/** `<split>.csv` and `images/<split>`, whose files have the names that the rows contain. */
export const csv: RoundTripFormat = {
	key: 'csv',
	name: 'CSV (TensorFlow)',
	reads: reading({
		input: 'text',
		description: 'Rows with filename, class, xmin, ymin, xmax, ymax',
		isStrict: false,
		parameters: [],
		recognizes: (text) => recognizedIf(typeof text === 'string' && isBoxTable(text)),
		read: (text) => severalImages(readCsv(text)),
	}),
	writes: writing({
		description: 'One row per box, as TensorFlow reads it',
		orientation: 'mixed',
		needsSizes: true,
		alwaysIncludesImages: false,
		fileStem: inertText,
		conversions: [...BOX_CONVERSIONS, 'no-size', 'without-labels', 'renamed'],
		parameters: [],
		*files(images, dataset) {
			const inert: DatasetWriting = { ...dataset, fileNameOf: (image) => inertText(dataset.fileNameOf(image)) };
			for (const image of briefsOf(images)) {
				if (inert.fileNameOf(image) !== dataset.fileNameOf(image)) dataset.report.add('renamed', image.imageName);
				yield;
			}
			yield* imageFiles(images, inert, (split) => `images/${split}`);
			for (const [split, members] of yield* bySplit(images, inert))
				yield { path: `${split}.csv`, text: writeCsv(members, inert) };
		},
	}),
};
