import { bySplit, type DatasetWriting, imageFiles } from '../dataset/datasetFile';
import { briefsOf, type ImageList } from '../store/imageList';
import { listedStem, stemOf } from '../dataset/fileNames';
import type { Box } from '../geometry/shapes';
import { type LabeledImage, labelOf } from '../model';
import { oneImage, reading, writing, type RoundTripFormat } from './format';
import { readPascalVoc } from './pascalVocReader';
import { BOX_CONVERSIONS, boxesOf, hasSize, type LabeledBox, type LabelWriting, wholeEdges } from './shared/boxes';
import { recognizedIf } from './shared/recognition';
import { rootNameIn, xmlText } from './shared/xml';

export interface PascalVocWriting extends LabelWriting {
	/** Name of the image's file; its own name by default. */
	readonly fileName?: string;
	readonly folder?: string;
	/**
	 * Number of the first pixel. 0 (default): xmin and xmax are the edges of the box, as LabelImg, CVAT and datumaro write and
	 * read them. 1: pixels are counted from 1 and both belong to the box, as in the challenge's own files.
	 */
	readonly firstPixel?: 0 | 1;
	/** `mergedPascalVocNames` of the classes; their labels are counted. */
	readonly mergedNames?: ReadonlySet<string>;
}

/**
 * Writes one image as Pascal VOC XML. Boxes are clipped at the edge (`truncated` is 1 then) and rounded to whole pixels,
 * xmax always above xmin. Other shapes become boxes. Nothing for an image whose size is not known.
 * Source: host.robots.ox.ac.uk/pascal/VOC/voc2012, devkit documentation, 3.3 and 11.
 */
export function writePascalVoc(image: LabeledImage, options: PascalVocWriting): string | undefined {
	if (!hasSize(image)) {
		options.report.add('no-size', labelOf(image));
		return undefined;
	}
	const { classes, report, firstPixel = 0 } = options;
	const isLeft = (box: Box) => {
		const { left, top, right, bottom } = wholeEdges(box);
		return right - left > firstPixel && bottom - top > firstPixel;
	};
	const boxes = boxesOf(image, { classes, report, isLeft });
	for (const { object, datasetClass } of boxes)
		if (options.mergedNames?.has(pascalVocName(datasetClass.name)) === true)
			report.add('merged-class', labelOf(image), object.className);
	return [
		'<annotation>',
		`\t<folder>${xmlText(options.folder ?? 'images')}</folder>`,
		`\t<filename>${xmlText(options.fileName ?? image.imageName)}</filename>`,
		'\t<source><database>DataGym</database></source>',
		`\t<size><width>${image.width}</width><height>${image.height}</height><depth>3</depth></size>`,
		'\t<segmented>0</segmented>',
		...boxes.map((box) => objectText(box, firstPixel)),
		'</annotation>',
		'',
	].join('\n');
}

function objectText({ datasetClass, box, isClipped }: LabeledBox, firstPixel: 0 | 1): string {
	const { left, top, right, bottom } = wholeEdges(box);
	return [
		'\t<object>',
		`\t\t<name>${xmlText(pascalVocName(datasetClass.name))}</name>`,
		'\t\t<pose>Unspecified</pose>',
		`\t\t<truncated>${isClipped ? 1 : 0}</truncated>`,
		'\t\t<difficult>0</difficult>',
		`\t\t<bndbox><xmin>${left + firstPixel}</xmin><ymin>${top + firstPixel}</ymin><xmax>${right}</xmax><ymax>${bottom}</ymax></bndbox>`,
		'\t</object>',
	].join('\n');
}

/** The names in the files that stand for more than one class. */
export function mergedPascalVocNames(names: readonly string[]): ReadonlySet<string> {
	const written = names.map(pascalVocName);
	return new Set(written.filter((name, index) => written.indexOf(name) !== index));
}

/**
 * A class name as labelmap.txt can hold it, which the annotations must repeat: colons and line ends, which separate there,
 * and a mark or blank at the beginning, which would be a comment or be cut off, become underscores.
 */
function pascalVocName(name: string): string {
	return name.replace(/[:\r\n]/g, '_').replace(/^[#\s]/, '_');
}

/**
 * `labelmap.txt` beside the folders Annotations, ImageSets and JPEGImages: names of the classes for readers that know
 * only the challenge's own twenty (datumaro, CVAT).
 */
export function pascalVocLabelMap(names: readonly string[]): string {
	const rows = [...new Set(['background', ...names.map(pascalVocName)])].map((name) => `${name}:::`);
	return `# label:color_rgb:parts:actions\n${rows.join('\n')}\n`;
}

function* stemLines(images: ImageList, { fileNameOf }: DatasetWriting): Generator<string> {
	for (const image of briefsOf(images)) yield `${stemOf(fileNameOf(image))}\n`;
}

/** `Annotations`, `JPEGImages` and `ImageSets/Main/<split>.txt`. */
export const pascalVoc: RoundTripFormat = {
	key: 'pascalVoc',
	name: 'Pascal VOC',
	reads: reading({
		input: 'text',
		description: 'The XML file of one image',
		isStrict: false,
		parameters: ['firstPixel'],
		recognizes: (text) => recognizedIf(typeof text === 'string' && rootNameIn(text) === 'annotation'),
		read: (text, { firstPixel }) => oneImage(readPascalVoc(text, firstPixel)),
	}),
	writes: writing({
		description: 'Boxes in one XML file per image',
		orientation: 'mixed',
		needsSizes: true,
		alwaysIncludesImages: false,
		// datumaro takes what begins with # in ImageSets for a comment, and cuts off blanks.
		fileStem: listedStem,
		conversions: [...BOX_CONVERSIONS, 'merged-class', 'no-size'],
		parameters: [],
		*files(images, dataset) {
			yield { path: 'labelmap.txt', text: [pascalVocLabelMap(dataset.classes.names)] };
			yield* imageFiles(images, dataset, () => 'JPEGImages');
			const mergedNames = mergedPascalVocNames(dataset.classes.names);
			for (const image of images) {
				const fileName = dataset.fileNameOf(image);
				const xml = writePascalVoc(image, { ...dataset, fileName, folder: 'JPEGImages', mergedNames });
				if (xml !== undefined) yield { path: `Annotations/${stemOf(fileName)}.xml`, text: [xml], labelsOf: image };
			}
			for (const [split, members] of yield* bySplit(images, dataset)) {
				yield { path: `ImageSets/Main/${split}.txt`, text: stemLines(members, dataset) };
			}
		},
	}),
};
