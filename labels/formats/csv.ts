import { labelOf } from '../eachObject';
import type { LabeledImage } from '../model';
import { boxesOf, hasSize, type LabelWriting } from './boxes';

export interface CsvWriting extends LabelWriting {
	readonly fileNameOf?: (image: LabeledImage) => string;
}

/**
 * Writes TensorFlow's columns `filename,width,height,class,xmin,ymin,xmax,ymax`: one row a box, whole pixels, cut off at
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
		for (const { object, datasetClass, box } of boxesOf(image, options)) {
			const [left, top] = [Math.round(box.x), Math.round(box.y)];
			const [right, bottom] = [Math.round(box.x + box.width), Math.round(box.y + box.height)];
			if (right <= left || bottom <= top) {
				report.add('too-small', labelOf(image), object.className);
				continue;
			}
			const fileName = textCell(options.fileNameOf?.(image) ?? image.imageName);
			rows += `${fileName},${image.width},${image.height},${textCell(datasetClass.name)},${left},${top},${right},${bottom}\r\n`;
		}
		if (rows === '') report.add('without-labels', labelOf(image));
		else yield rows;
	}
}

/** The text as no spreadsheet runs it: what would be a formula stands behind an apostrophe. */
export function inertText(text: string): string {
	return isFormula(text) ? `'${text}` : text;
}

function cell(text: string): string {
	const safe = inertText(text);
	return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function isFormula(text: string): boolean {
	return /^[=+\-@\t\r]/.test(text);
}
