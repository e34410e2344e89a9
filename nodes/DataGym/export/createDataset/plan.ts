import {
	ConversionReport,
	countSplits,
	type DatasetClasses,
	datasetClasses,
	type DatasetFile,
	datasetFiles,
	eachObject,
	dividedGroups,
	fileNamesOf,
	filledSplits,
	groupedSplits,
	type LabeledImage,
	ownValue,
	type Split,
	sourceIdOf,
	splitOf,
	strataByClass,
	stratifiedSplits,
	type TileCounts,
} from '@datagym/labels';
import { ChangedFiles } from './changedFiles';
import { checkClasses } from './classRules';
import { stratify, testShare, togetherByDataset, togetherByList, togetherByName, trainShare, valShare } from './fields';
import type { Groups } from './keepTogether';
import type { Looks } from './looks';
import { togetherByDuplicates } from './looksFields';
import type { EarlierRun } from './manifest';
import { type DatasetParameters, imageClassKey } from './parameters';
import type { ProjectLabels, Sized, SkippedImage } from './readDataset';
import { nameOfPart, tiled } from './tiles';

/** What is to be written, and what is to be reported about it. */
export interface Dataset {
	/** All images of the dataset, whether or not their files are to be written. */
	readonly images: readonly LabeledImage[];
	/** What the files show: the images, or the tiles that they are cut into. */
	readonly pictures: readonly LabeledImage[];
	/** The files to be written. Reports and `changes` are complete once all were read. */
	readonly files: Iterable<DatasetFile>;
	readonly changes: ChangedFiles;
	readonly classes: DatasetClasses;
	readonly splitOf: (image: LabeledImage) => Split;
	readonly fileNameOf: (image: LabeledImage) => string;
	/** The names of the classes that an image shows in the dataset, one for each label. */
	readonly classNamesOf: (image: LabeledImage) => readonly string[];
	readonly report: ConversionReport;
	readonly skipped: readonly SkippedImage[];
	/** Number of images without the answer that would be their class. */
	readonly withoutClass: number;
	readonly labels: ProjectLabels;
	/** What was kept together; undefined if nothing was asked to be. */
	readonly together?: TogetherReport;
	/** Undefined if images are not cut into tiles. */
	readonly tiles?: TilesReport;
	/** What the images show, if somebody asked for it. */
	readonly looks?: Looks;
}

interface TilesReport extends TileCounts {
	readonly splits: ReturnType<typeof countSplits>;
}

interface TogetherReport {
	readonly groupCount: number;
	/** Images of the largest group. */
	readonly largestGroup: number;
	/** The groups with images in several splits, because an earlier run has put them there. */
	readonly divided: readonly (readonly LabeledImage[])[];
}

/** @throws InputError if the user names what the project does not have. */
export function classesOf(parameters: DatasetParameters, labels: ProjectLabels): DatasetClasses {
	const { classTypes } = parameters.format.writes;
	const classes = datasetClasses(labels.classes, { ...parameters.classRules, types: classTypes });
	// Without images, little is known of the configuration.
	if (labels.images.length > 0) checkClasses(parameters, labels, classes);
	return classes;
}

/** Plans the whole dataset, and which of its files are to be written: all, or those that are not as in the earlier run. */
export function planDataset(
	parameters: DatasetParameters,
	labels: ProjectLabels,
	classes: DatasetClasses,
	{ images: read, skipped }: Sized,
	groups: Groups,
	looks?: Looks,
): Dataset {
	const { format, formatParameters, includesImages, earlier, changed, frame } = parameters;
	const key = imageClassKey(formatParameters);
	const hasClass = ({ classifications }: LabeledImage) =>
		key === '' || (ownValue(classifications, key)?.values.length ?? 0) > 0;
	const images = read.filter(hasClass);
	const report = new ConversionReport();
	const splitOfSource = splits(images, parameters, classes, groups);
	const splitOfImage = (image: LabeledImage) => splitOfSource(sourceIdOf(image));
	const fileNames = fileNamesOf(images, report, format.writes.fileStem);
	const fileNameOf = (image: LabeledImage) =>
		nameOfPart(fileNames.get(sourceIdOf(image)) ?? image.imageName, image.part);
	const tiles = tiled(images, parameters, classes, report);
	const pictures = tiles?.images ?? images;
	// The format says of each image without its class that it leaves it out.
	const given = tiles === undefined ? read : [...pictures, ...read.filter((image) => !hasClass(image))];
	const writing = {
		...formatParameters,
		classes,
		labelClasses: labels.classes,
		report,
		splitOf: splitOfImage,
		fileNameOf,
		includesImages,
		// With other settings, all files are written anyway.
		...(earlier !== undefined &&
			changed.length === 0 && { earlierPathsOf: (image: LabeledImage) => pathsIn(earlier, sourceIdOf(image)) }),
	};
	const changes = new ChangedFiles(earlier, changed.length > 0);
	return {
		images,
		pictures,
		files: changes.of(datasetFiles(format, given, writing, frame)),
		changes,
		classes,
		splitOf: splitOfImage,
		fileNameOf,
		classNamesOf: classNamesIn(formatParameters.classificationKey, classes),
		report,
		skipped,
		withoutClass: read.length - images.length,
		labels,
		...(tiles && { tiles: { ...tiles.counts, splits: countSplits(tiles.images.map(splitOfImage)) } }),
		...(groups !== undefined && { together: togetherReport(images, groups, splitOfImage) }),
		...(looks !== undefined && { looks }),
	};
}

function pathsIn({ images }: EarlierRun, imageId: string): readonly string[] {
	return Object.keys(images.get(imageId)?.files ?? {});
}

function togetherReport(
	images: readonly LabeledImage[],
	groups: NonNullable<Groups>,
	splitOfImage: (image: LabeledImage) => Split,
): TogetherReport {
	const sizes = new Map<string, number>();
	for (const { imageId } of images) {
		const group = groups.get(imageId) ?? imageId;
		sizes.set(group, (sizes.get(group) ?? 0) + 1);
	}
	return {
		groupCount: sizes.size,
		largestGroup: [...sizes.values()].reduce((most, size) => Math.max(most, size), 0),
		divided: dividedGroups(images, groups, splitOfImage),
	};
}

const SPLIT_SETTINGS = [
	stratify,
	testShare,
	togetherByDataset,
	togetherByDuplicates,
	togetherByList,
	togetherByName,
	trainShare,
	valShare,
].map(({ name }) => name);

/** Those whose shares are the same keep the split of the earlier run. */
function splits(
	images: readonly LabeledImage[],
	{ shares, isStratified, earlier, changed, formatParameters }: DatasetParameters,
	classes: DatasetClasses,
	groups: Groups,
): (imageId: string) => Split {
	const isKept = !SPLIT_SETTINGS.some((name) => changed.includes(name));
	const before = new Map(isKept ? [...(earlier?.images ?? [])].map(([imageId, { split }]) => [imageId, split]) : []);
	const strata = isStratified
		? strataByClass(images, classNamesIn(imageClassKey(formatParameters), classes))
		: images.map(({ imageId }) => ({ key: imageId, stratum: '' }));
	if (groups !== undefined) {
		const together = groupedSplits(strata, groups, shares, before);
		return (imageId) => together.get(imageId) ?? splitOf(imageId, shares);
	}
	const divided = isStratified
		? stratifiedSplits(strata, shares, before)
		: new Map(images.map(({ imageId }) => [imageId, before.get(imageId) ?? splitOf(imageId, shares)]));
	const filled = filledSplits(divided, shares, before);
	return (imageId) => filled.get(imageId) ?? splitOf(imageId, shares);
}

/** The names of the classes that an image shows in the dataset: its own by a classification, else those of its labels. */
function classNamesIn(key: string, classes: DatasetClasses) {
	return (image: LabeledImage): string[] => {
		if (key !== '') return ownValue(image.classifications, key)?.values.slice(0, 1) ?? [];
		const names: string[] = [];
		eachObject(image, ({ className }) => {
			const known = classes.classOf(className);
			if (typeof known !== 'string') names.push(known.name);
		});
		return names;
	};
}
