import type { IDataObject } from 'n8n-workflow';
import {
	boxSizeSteps,
	briefsOf,
	countNames,
	type DatasetFile,
	eachObject,
	isGeometryClass,
	type LabeledImage,
	type Steps,
} from '@datagym/labels';
import { cardFiles } from './card';
import { fields, options } from './fields';
import { type EarlierRun, fingerprintOf, makeManifest, type ManifestImage } from './manifest';
import { duplicatesPart, imageHashes } from './looksReport';
import { orientationPart } from './orientation';
import type { DatasetParameters } from './parameters';
import { type Dataset, splitCounts } from './plan';
import { jsonLines, textOf } from './texts';
import { togetherPart } from './together';

const REPORT_FILE = 'dataset_report.json';
const REMOVED_FILE = 'removed_files.txt';
/** Renamed images in the item; the report's file lists all. */
const MOST_RENAMED = 100;

/**
 * The files, what the run before wrote and the dataset no longer has, and the report. These are the last ones, and made when they
 * are read: what the others could not hold is known then.
 */
export function* withReport(
	parameters: DatasetParameters,
	dataset: Dataset,
	projectName: string,
): Generator<DatasetFile | undefined> {
	yield* dataset.files;
	yield* closingFiles(parameters, dataset, projectName);
}

export function* closingFiles(
	parameters: DatasetParameters,
	dataset: Dataset,
	projectName: string,
): Generator<DatasetFile | undefined> {
	yield* dataset.changes.of(cardFiles(parameters, dataset, projectName));
	if (parameters.earlier !== undefined) yield { path: REMOVED_FILE, text: removedLines(dataset) };
	yield { path: REPORT_FILE, text: textOf(reportOf(parameters, dataset, Infinity), jsonLines) };
}

function* removedLines({ changes }: Dataset): Generator<string> {
	for (const path of changes.removedFiles()) yield `${path}\n`;
}

/** What the node's item says: the report on the whole dataset, and with a manifest, on this run. */
export function* summaryOf(parameters: DatasetParameters, dataset: Dataset): Steps<IDataObject> {
	const { earlier } = parameters;
	return {
		...(yield* reportOf(parameters, dataset, MOST_RENAMED)),
		...(earlier !== undefined && (yield* runPart(earlier, parameters, dataset))),
	};
}

/** On the dataset as it is, whatever was written this time. Images read = images + excluded ones; labels = sum over the classes. */
function* reportOf(parameters: DatasetParameters, dataset: Dataset, mostRenamed: number): Steps<IDataObject> {
	const { images, classes, splitOf, report, skipped, labels, withoutClass } = dataset;
	const unread = labels.problems.filter(({ severity }) => severity === 'error');
	const labelsByClass = yield* countLabels(dataset);
	const renamed = yield* renamedImages(dataset, mostRenamed);
	const excludedImages = { ...labels.excluded, unreadable: skipped.length, withoutClass };
	return {
		projectId: parameters.projectId,
		format: parameters.format.key,
		readImageCount: images.length + Object.values(excludedImages).reduce((sum, count) => sum + count, 0),
		imageCount: images.length,
		excludedImages,
		labelCount: labelsByClass.reduce((sum, { labelCount }) => sum + labelCount, 0),
		labelsByClass,
		splits: yield* splitCounts(images, splitOf),
		...(yield* togetherPart(dataset)),
		...(dataset.tiles && { tiles: dataset.tiles as object as IDataObject }),
		...(yield* duplicatesPart(dataset)),
		classes: classes.names.map((name, classId) => ({ classId, name })),
		...(yield* orientationPart(parameters, images)),
		conversionReport: report.sorted() as object[] as IDataObject[],
		renamedImageCount: renamed.count,
		renamedImages: renamed.images,
		unreadableLabels: unread.map(({ path, message }) => ({ path, message })),
		skippedImages: skipped as object[] as IDataObject[],
		...(parameters.includesHashes && { imageHashes: yield* imageHashes(dataset, mostRenamed) }),
	};
}

/** Labels of the images in the dataset, nested ones included, before the format skips or converts any. */
function* countLabels({ images, labels, classes }: Dataset): Steps<Array<{ className: string; labelCount: number }>> {
	const counts = new Map(labels.classes.filter(isGeometryClass).map(({ key }) => [key, 0]));
	for (const image of images) {
		eachObject(image, ({ className }) => counts.set(className, (counts.get(className) ?? 0) + 1));
		yield;
	}
	return [...counts]
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([className, labelCount]) => {
			const known = classes.classOf(className);
			return { className, ...(typeof known !== 'string' && { classId: known.id }), labelCount };
		});
}

/** Images whose files in the dataset have another name than in DataGym, and the first of them. */
function* renamedImages(
	{ images, splitOf, fileNameOf, changes }: Dataset,
	most: number,
): Steps<{ readonly count: number; readonly images: IDataObject[] }> {
	const renamed: IDataObject[] = [];
	let count = 0;
	for (const image of briefsOf(images)) {
		yield;
		const { imageId, imageName } = image;
		const fileName = changes.pictureOf(imageId)?.split('/').pop() ?? fileNameOf(image);
		if (fileName === imageName) continue;
		if (count++ < most) renamed.push({ imageId, imageName, fileName, split: splitOf(image) });
	}
	return { count, images: renamed };
}

/** What this run changes in a folder that holds the earlier one, and the manifest for the next. */
function* runPart(earlier: EarlierRun, parameters: DatasetParameters, dataset: Dataset): Steps<IDataObject> {
	const { images, classes, changes } = dataset;
	const entries: Record<string, ManifestImage> = {};
	let [changedImageCount, movedImageCount] = [0, 0];
	for (const image of images) {
		const entry = manifestImage(image, dataset);
		entries[image.imageId] = entry;
		const before = earlier.images.get(image.imageId);
		if (before?.labels !== entry.labels) changedImageCount++;
		if (before !== undefined && before.split !== entry.split) movedImageCount++;
		yield;
	}
	const nameOf = (className: string) => {
		const known = classes.classOf(className);
		return typeof known === 'string' ? undefined : known.name;
	};
	const manifest = makeManifest({
		projectId: parameters.projectId,
		settings: parameters.settings,
		classes: classes.mapping,
		images: entries,
		files: changes.commonFiles,
		boxSizes: yield* boxSizeSteps(parameters.formatParameters.classificationKey === '' ? images : [], nameOf),
	});
	return {
		isComplete: isComplete(parameters),
		changedSettings: changedFieldNames(parameters),
		changedImageCount,
		movedImageCount,
		writtenFileCount: changes.writtenCount,
		removedImages: [...earlier.images.keys()].filter((imageId) => !Object.hasOwn(entries, imageId)),
		removedFiles: changes.removedFiles(),
		manifest: manifest as object as IDataObject,
	};
}

/** Whether all files of the dataset are written, instead of those that differ from the earlier run's. */
function isComplete({ earlier, changed }: DatasetParameters): boolean {
	return earlier?.version !== 2 || changed.length > 0;
}

/** The names in the editor of what differs from the earlier run. */
export function changedFieldNames({ changed }: DatasetParameters): string[] {
	return [...fields, ...options].filter(({ name }) => changed.includes(name)).map(({ displayName }) => displayName);
}

function manifestImage(image: LabeledImage, { splitOf, classNamesOf, changes, looks }: Dataset): ManifestImage {
	const { imageId, width, height, orientation, fileType } = image;
	const hashes = looks?.hashes.get(imageId);
	const isKnown = width !== undefined && height !== undefined && orientation !== undefined && fileType !== undefined;
	return {
		labels: fingerprintOf(image),
		split: splitOf(image),
		counts: Object.fromEntries(countNames(classNamesOf(image))),
		...(isKnown && { file: { width, height, orientation, fileType } }),
		...(hashes !== undefined && { hashes }),
		files: changes.filesOf(imageId),
	};
}
