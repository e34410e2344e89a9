import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { datasetClasses } from '@datagym/labels/classes/datasetClasses';
import { readExport } from '@datagym/labels/datagym/export';
import { fileNamesOf } from '@datagym/labels/dataset/fileNames';
import { datasetFiles } from '@datagym/labels/formats/catalog';
import * as cocoFormat from '@datagym/labels/formats/coco';
import type { WritableFormat } from '@datagym/labels/formats/format';
import { writeYoloDetect, yoloDetect } from '@datagym/labels/formats/yoloDetect';
import { InnerLists } from '@datagym/client/innerLists';
import { jsonElements } from '@datagym/client/jsonElements';
import { ConversionReport } from '@datagym/labels/dataset/conversionReport';
import type { LabelClass, LabeledImage } from '@datagym/labels/model';
import { COCO_LISTS, CocoFile, type CocoList } from '@datagym/labels/formats/cocoFile';
import { atOnce } from '@datagym/labels/steps/steps';
import { splitOf } from '@datagym/labels/dataset/splits';
import { chunksOf, sized } from './data';

/** What one run of a case tells its parent. */
export interface Measured {
	readonly milliseconds: number;
	/** Time of all threads on a processor, which other programs on the machine disturb less. */
	readonly processorMilliseconds: number;
	/** Largest resident size of the process, with Node.js itself. */
	readonly peakBytes: number;
	/** Characters written. */
	readonly length: number;
}

/** Each converts the export at `source`; those that write put files into `folder`. They return the characters written. */
const CASES: Record<string, (source: string, folder: string) => number> = {
	'parse and stringify': (source) => JSON.stringify(JSON.parse(readFileSync(source, 'utf8'))).length,
	'to COCO': (source) => lengthOf(coco(source)),
	'to YOLO': (source) => lengthOf(yolo(source)),
	'dataset COCO': (source) => lengthOf(dataset(source, cocoFormat.coco)),
	'dataset YOLO': (source) => lengthOf(dataset(source, yoloDetect)),
	'to a COCO file': (source, folder) => inFile(coco(source), folder),
	'to YOLO files': (source, folder) => inFiles(yolo(source), folder),
	'COCO to COCO': (source, folder) => inFile(cocoAgain(source), folder),
	'COCO to YOLO': (source) => lengthOf(yoloOfCoco(source)),
	'COCO to YOLO files': (source, folder) => inFiles(yoloOfCoco(source), folder),
};

function inFile(texts: Iterable<string>, folder: string): number {
	const file = openSync(join(folder, 'coco.json'), 'w');
	let length = 0;
	for (const text of texts) length += writeSync(file, text);
	closeSync(file);
	return length;
}

function inFiles(texts: Iterable<string>, folder: string): number {
	mkdirSync(join(folder, 'labels'));
	let length = 0;
	let count = 0;
	for (const text of texts) {
		writeFileSync(join(folder, 'labels', `${count++}.txt`), text);
		length += text.length;
	}
	return length;
}

/** A COCO file in, piece by piece, and out again. */
function* cocoAgain(source: string): Generator<string> {
	const { images, classes } = openCoco(source);
	yield* cocoFormat.writeCoco(images, { classes, report: new ConversionReport(), keypoints: new Map() });
}

function* yoloOfCoco(source: string): Generator<string> {
	const { images, classes } = openCoco(source);
	const writing = { classes, report: new ConversionReport() };
	for (const image of images) yield writeYoloDetect(image, writing) ?? '';
}

function openCoco(source: string) {
	const file = new CocoFile();
	const lists = new InnerLists(new Set<string>(COCO_LISTS), 1);
	for (const chunk of chunksOf(source))
		for (const part of lists.push(chunk)) if ('list' in part) file.add(part.list as CocoList, part.element);
	const names = [...file.index().categories.values()].map(({ name }) => name);
	const labelClasses = names.map((key, number): LabelClass => ({ key, name: key, type: 'rectangle', number }));
	return { images: atOnce(file.sorted()).images(), classes: datasetClasses(labelClasses) };
}

/** The pure functions one behind the other; no image is held. */
function* coco(source: string): Generator<string> {
	const export_ = openExport(source);
	yield* cocoFormat.writeCoco(export_.images, {
		classes: datasetClasses(export_.classes),
		report: new ConversionReport(),
		keypoints: new Map(),
	});
}

function* yolo(source: string): Generator<string> {
	const { images, classes } = openExport(source);
	const writing = { classes: datasetClasses(classes), report: new ConversionReport() };
	for (const image of images) yield writeYoloDetect(image, writing) ?? '';
}

/** As "Create Training Dataset" does it: all images are held, for unique names and stable sides. */
function* dataset(source: string, format: WritableFormat): Generator<string> {
	const { images: read, classes: labelClasses } = openExport(source);
	const images = [...read];
	const report = new ConversionReport();
	const names = fileNamesOf(images, report);
	const files = datasetFiles(format, images, {
		classes: datasetClasses(labelClasses, { types: format.writes.classTypes }),
		labelClasses,
		report,
		splitOf: ({ imageId }) => splitOf(imageId, { train: 80, val: 10, test: 10 }),
		fileNameOf: ({ imageId, imageName }) => names.get(imageId) ?? imageName,
		includesImages: false,
		classificationKey: '',
		keypoints: [],
	});
	for (const file of files) if ('text' in file) yield* file.text;
}

/** Reads the header at once and the images as they are asked for. */
function openExport(source: string): { classes: readonly LabelClass[]; images: Generator<LabeledImage> } {
	const elements = readExport(jsonElements(chunksOf(source)));
	const { value: header } = elements.next();
	if (header?.kind !== 'classes') throw new Error('The export has no header');
	return { classes: header.classes, images: imagesOf(elements) };
}

function* imagesOf(elements: ReturnType<typeof readExport>): Generator<LabeledImage> {
	for (const element of elements) if (element.kind === 'image') yield sized(element.image);
}

function lengthOf(texts: Iterable<string>): number {
	let length = 0;
	for (const text of texts) length += text.length;
	return length;
}

const [name = '', source = '', folder = ''] = process.argv.slice(2);
const run = CASES[name];
if (run === undefined) throw new Error(`There is no case ${name}, but: ${Object.keys(CASES).join(', ')}`);
const processorBegun = process.cpuUsage();
const begun = performance.now();
const length = run(source, folder);
const milliseconds = performance.now() - begun;
const { user, system } = process.cpuUsage(processorBegun);
const measured: Measured = {
	milliseconds,
	processorMilliseconds: (user + system) / 1000,
	peakBytes: process.resourceUsage().maxRSS * 1024,
	length,
};
console.log(JSON.stringify(measured));
