import { stemOf } from './fileNames';
import { writeCoco } from '../formats/coco';
import { writeCreateMl } from '../formats/createMl';
import { inertText, writeCsv } from '../formats/csv';
import { writeCvat } from '../formats/cvat';
import { writeExportElement, writeExportHeader } from '../formats/datagymJson';
import { writeImageFolderMetadata } from '../formats/imageFolder';
import { writeLabelMe } from '../formats/labelMe';
import { writeLabelStudio } from '../formats/labelStudio';
import { labelStudioConfig } from '../formats/labelStudioConfig';
import { writeMaskPng } from '../formats/maskPng';
import { pascalVocLabelMap, writePascalVoc } from '../formats/pascalVoc';
import type { LabeledImage } from '../model';
import { SPLITS, type Split } from './splits';
import type { DatasetFile, DatasetLayout, DatasetWriting } from './datasetFile';
import { yoloClassifyLayout, yoloLayouts } from './yoloLayouts';

/** Images of each side that has any, in their order. */
function bySplit(
	images: readonly LabeledImage[],
	{ splitOf }: DatasetWriting,
): readonly (readonly [Split, readonly LabeledImage[]])[] {
	const sides = new Map<Split, LabeledImage[]>(SPLITS.map((split) => [split, []]));
	for (const image of images) sides.get(splitOf(image))?.push(image);
	return [...sides].filter(([, side]) => side.length > 0);
}

/** The images' own files, if they are wanted, in the folder of their side. */
function* imageFiles(
	images: readonly LabeledImage[],
	{ includesImages, fileNameOf, splitOf }: DatasetWriting,
	folderOf: (split: Split) => string,
): Generator<DatasetFile> {
	if (!includesImages) return;
	for (const image of images) yield { path: `${folderOf(splitOf(image))}/${fileNameOf(image)}`, image };
}

/** `annotations/instances_<split>.json` and `images/<split>`. */
const coco: DatasetLayout = function* (images, writing) {
	yield* imageFiles(images, writing, (split) => `images/${split}`);
	for (const [split, side] of bySplit(images, writing))
		yield { path: `annotations/instances_${split}.json`, text: writeCoco(side, writing) };
};

/** `Annotations`, `JPEGImages` and `ImageSets/Main/<split>.txt`. */
const pascalVoc: DatasetLayout = function* (images, writing) {
	yield { path: 'labelmap.txt', text: [pascalVocLabelMap(writing.classes.names)] };
	yield* imageFiles(images, writing, () => 'JPEGImages');
	for (const image of images) {
		const fileName = writing.fileNameOf(image);
		const xml = writePascalVoc(image, { ...writing, fileName, folder: 'JPEGImages' });
		if (xml !== undefined) yield { path: `Annotations/${stemOf(fileName)}.xml`, text: [xml] };
	}
	for (const [split, side] of bySplit(images, writing)) {
		yield { path: `ImageSets/Main/${split}.txt`, text: side.map((image) => `${stemOf(writing.fileNameOf(image))}\n`) };
	}
};

/** One `annotations.xml` beside `images`; CVAT has no sides. */
const cvat: DatasetLayout = function* (images, writing) {
	yield* imageFiles(images, writing, () => 'images');
	yield { path: 'annotations.xml', text: writeCvat(images, writing) };
};

/** A JSON beside each image, in the folder of its side. */
const labelMe: DatasetLayout = function* (images, writing) {
	yield* imageFiles(images, writing, (split) => split);
	for (const image of images) {
		const fileName = writing.fileNameOf(image);
		const file = writeLabelMe(image, { ...writing, fileName });
		if (file !== undefined)
			yield {
				path: `${writing.splitOf(image)}/${stemOf(fileName)}.json`,
				text: [`${JSON.stringify(file, null, 2)}\n`],
			};
	}
};

/** Tasks with annotations, the labeling configuration they belong to, and `images` for Label Studio's local storage. */
const labelStudio: DatasetLayout = function* (images, writing) {
	yield { path: 'label_config.xml', text: [labelStudioConfig(writing.classes, writing.labelClasses)] };
	yield* imageFiles(images, writing, () => 'images');
	const imageUrlOf = (image: LabeledImage) =>
		`/data/local-files/?d=images/${encodeURIComponent(writing.fileNameOf(image))}`;
	yield { path: 'tasks.json', text: writeLabelStudio(images, { ...writing, imageUrlOf }) };
};

const createMl: DatasetLayout = function* (images, writing) {
	yield* imageFiles(images, writing, (split) => split);
	for (const [split, side] of bySplit(images, writing))
		yield { path: `${split}/annotations.createml.json`, text: writeCreateMl(side, writing) };
};

/** `<split>.csv` and `images/<split>`, whose files have the names that the rows tell. */
const csv: DatasetLayout = function* (images, writing) {
	const inert: DatasetWriting = { ...writing, fileNameOf: (image) => inertText(writing.fileNameOf(image)) };
	for (const image of images)
		if (inert.fileNameOf(image) !== writing.fileNameOf(image)) writing.report.add('renamed', image.imageName);
	yield* imageFiles(images, inert, (split) => `images/${split}`);
	for (const [split, side] of bySplit(images, inert)) yield { path: `${split}.csv`, text: writeCsv(side, inert) };
};

const imageFolder: DatasetLayout = function* (images, writing) {
	yield* imageFiles(images, writing, (split) => split);
	for (const [split, side] of bySplit(images, writing))
		yield { path: `${split}/metadata.jsonl`, text: writeImageFolderMetadata(side, writing) };
};

/** `masks/<split>` beside `images/<split>`, and the class of each palette index in `classes.txt`. */
const masks: DatasetLayout = function* (images, writing) {
	yield {
		path: 'classes.txt',
		text: ['background', ...writing.classes.names].map((name) => `${name.replace(/\s+/g, ' ')}\n`),
	};
	yield* imageFiles(images, writing, (split) => `images/${split}`);
	for (const image of images) {
		const bytes = writeMaskPng(image, writing);
		if (bytes !== undefined)
			yield { path: `masks/${writing.splitOf(image)}/${stemOf(writing.fileNameOf(image))}.png`, bytes };
	}
};

/** DataGym's own JSON, in the shape of its export, with everything that the labels have. */
const dataGym: DatasetLayout = function* (images, writing) {
	yield* imageFiles(images, writing, () => 'images');
	yield { path: 'datagym.json', text: dataGymElements(images, writing) };
};

function* dataGymElements(images: readonly LabeledImage[], { labelClasses }: DatasetWriting): Generator<string> {
	yield `[\n${JSON.stringify(writeExportHeader(labelClasses))}`;
	for (const image of images) yield `,\n${JSON.stringify(writeExportElement(image))}`;
	yield '\n]\n';
}

/** By the name that workflows save. */
export const DATASET_LAYOUTS = {
	coco,
	createMl,
	csv,
	cvat,
	dataGym,
	imageFolder,
	labelMe,
	labelStudio,
	masks,
	pascalVoc,
	yoloClassify: yoloClassifyLayout,
	...yoloLayouts,
} satisfies Readonly<Record<string, DatasetLayout>>;

export type DatasetFormat = keyof typeof DATASET_LAYOUTS;

export function isDatasetFormat(text: string): text is DatasetFormat {
	return Object.hasOwn(DATASET_LAYOUTS, text);
}

/** Formats whose labels need the size of the image; the others do without, or leave an image out and say so. */
export function needsSizes(format: DatasetFormat): boolean {
	return format !== 'dataGym' && format !== 'yoloClassify';
}
