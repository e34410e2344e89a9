import type { IDataObject } from 'n8n-workflow';
import {
	boxSizesOf,
	countNames,
	countSplits,
	type DatasetFile,
	eachObject,
	isGeometryClass,
	type LabeledImage,
} from '@datagym/labels';
import { cardFiles } from './card';
import { fields, options } from './fields';
import { type EarlierRun, fingerprintOf, makeManifest, type ManifestImage } from './manifest';
import { dividedRecords, duplicatesPart, imageHashes } from './looksReport';
import { orientationPart } from './orientation';
import type { DatasetParameters } from './parameters';
import type { Dataset } from './plan';

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
): Generator<DatasetFile> {
	yield* dataset.files;
	yield* closingFiles(parameters, dataset, projectName);
}

export function* closingFiles(
	parameters: DatasetParameters,
	dataset: Dataset,
	projectName: string,
): Generator<DatasetFile> {
	yield* dataset.changes.of(cardFiles(parameters, dataset, projectName));
	if (parameters.earlier !== undefined)
		yield { path: REMOVED_FILE, text: lazily(() => dataset.changes.removedFiles().map((path) => `${path}\n`)) };
	yield {
		path: REPORT_FILE,
		text: lazily(() => [`${JSON.stringify(reportOf(parameters, dataset, Infinity), null, '\t')}\n`]),
	};
}

function* lazily(lines: () => readonly string[]): Generator<string> {
	yield* lines();
}

/** What the node's item says: the report on the whole dataset, and with a manifest, on this run. */
export function summaryOf(parameters: DatasetParameters, dataset: Dataset): IDataObject {
	const { earlier } = parameters;
	return {
		...reportOf(parameters, dataset, MOST_RENAMED),
		...(earlier !== undefined && runPart(earlier, parameters, dataset)),
	};
}

/** On the dataset as it is, whatever was written this time. Images read = images + excluded ones; labels = sum over the classes. */
function reportOf(parameters: DatasetParameters, dataset: Dataset, mostRenamed: number): IDataObject {
	const { images, classes, splitOf, report, skipped, labels, withoutClass } = dataset;
	const unread = labels.problems.filter(({ severity }) => severity === 'error');
	const labelsByClass = countLabels(dataset);
	const renamed = renamedImages(dataset);
	const excludedImages = { ...labels.excluded, unreadable: skipped.length, withoutClass };
	return {
		projectId: parameters.projectId,
		format: parameters.format.key,
		readImageCount: images.length + Object.values(excludedImages).reduce((sum, count) => sum + count, 0),
		imageCount: images.length,
		excludedImages,
		labelCount: labelsByClass.reduce((sum, { labelCount }) => sum + labelCount, 0),
		labelsByClass,
		splits: countSplits(images.map(splitOf)),
		...togetherPart(dataset),
		...(dataset.tiles && { tiles: dataset.tiles as object as IDataObject }),
		...duplicatesPart(dataset),
		classes: classes.names.map((name, classId) => ({ classId, name })),
		...orientationPart(parameters, images),
		conversionReport: report.sorted() as object[] as IDataObject[],
		renamedImageCount: renamed.length,
		renamedImages: renamed.slice(0, mostRenamed),
		unreadableLabels: unread.map(({ path, message }) => ({ path, message })),
		skippedImages: skipped as object[] as IDataObject[],
		...(parameters.includesHashes && { imageHashes: imageHashes(dataset).slice(0, mostRenamed) }),
	};
}

/** What was kept together, and what was not because an earlier run had divided it. */
function togetherPart({ together, splitOf }: Dataset): IDataObject {
	if (together === undefined) return {};
	const { groupCount, largestGroup, divided } = together;
	return {
		keptTogether: {
			groupCount,
			largestGroup,
			dividedGroupCount: divided.length,
			dividedGroups: dividedRecords(divided, splitOf),
		},
	};
}

/** Labels of the images in the dataset, nested ones included, before the format skips or converts any. */
function countLabels({ images, labels, classes }: Dataset): { className: string; labelCount: number }[] {
	const counts = new Map(labels.classes.filter(isGeometryClass).map(({ key }) => [key, 0]));
	for (const image of images)
		eachObject(image, ({ className }) => counts.set(className, (counts.get(className) ?? 0) + 1));
	return [...counts]
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([className, labelCount]) => {
			const known = classes.classOf(className);
			return { className, ...(typeof known !== 'string' && { classId: known.id }), labelCount };
		});
}

/** Images whose files in the dataset have another name than in DataGym. */
function renamedImages({ images, splitOf, fileNameOf, changes }: Dataset): IDataObject[] {
	return images.flatMap((image) => {
		const { imageId, imageName } = image;
		const fileName = changes.pictureOf(imageId)?.split('/').pop() ?? fileNameOf(image);
		return fileName === imageName ? [] : [{ imageId, imageName, fileName, split: splitOf(image) }];
	});
}

/** What this run changes in a folder that holds the earlier one, and the manifest for the next. */
function runPart(earlier: EarlierRun, parameters: DatasetParameters, dataset: Dataset): IDataObject {
	const { images, splitOf, classes, changes } = dataset;
	const entries = images.map((image) => [image.imageId, manifestImage(image, dataset)] as const);
	const present = new Set(images.map(({ imageId }) => imageId));
	const isChanged = ([imageId, { labels }]: (typeof entries)[number]) => earlier.images.get(imageId)?.labels !== labels;
	const nameOf = (className: string) => {
		const known = classes.classOf(className);
		return typeof known === 'string' ? undefined : known.name;
	};
	const manifest = makeManifest({
		projectId: parameters.projectId,
		settings: parameters.settings,
		classes: classes.mapping,
		images: Object.fromEntries(entries),
		files: changes.commonFiles,
		boxSizes: boxSizesOf(parameters.formatParameters.classificationKey === '' ? images : [], nameOf),
	});
	return {
		isComplete: isComplete(parameters),
		changedSettings: changedFieldNames(parameters),
		changedImageCount: entries.filter(isChanged).length,
		movedImageCount: images.filter((image) => {
			const before = earlier.images.get(image.imageId)?.split;
			return before !== undefined && before !== splitOf(image);
		}).length,
		writtenFileCount: changes.writtenCount,
		removedImages: [...earlier.images.keys()].filter((imageId) => !present.has(imageId)),
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
