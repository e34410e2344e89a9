import {
	type BriefImage,
	briefsOf,
	ConversionReport,
	countSplits,
	type DatasetClasses,
	datasetClasses,
	type DatasetFile,
	datasetFileSteps,
	eachObject,
	fileNameSteps,
	type FileSteps,
	filledSplits,
	groupedSplitSteps,
	type ImageList,
	type LabeledImage,
	ownValue,
	selected,
	type Split,
	sourceIdOf,
	splitOf,
	type SplitShares,
	strataSteps,
	stratifiedSplitSteps,
	type Steps,
	type TileCounts,
} from '@datagym/labels';
import { ChangedFiles } from './changedFiles';
import { checkClasses } from './classRules';
import { stratify, testShare, togetherByDataset, togetherByList, togetherByName, trainShare, valShare } from './fields';
import type { Groups } from './keepTogether';
import type { LaterImages, SkippedImage } from './laterImages';
import type { Looks } from './looks';
import { togetherByDuplicates } from './looksFields';
import type { EarlierRun } from './manifest';
import { type DatasetParameters, imageClassKey } from './parameters';
import type { ProjectLabels, Sized } from './readDataset';
import { nameOfPart, tiled } from './tiles';

/** What is to be written, and what is to be reported about it. */
export interface Dataset {
	/** All images of the dataset, whether or not their files are to be written. */
	readonly images: ImageList;
	/** What the files show: the images, or the tiles that they are cut into. */
	readonly pictures: ImageList;
	/** The files to be written. Reports, `changes`, and which images are left out are complete once all were read. */
	readonly files: FileSteps;
	/** Images whose files are opened when they are written. */
	readonly later?: LaterImages | undefined;
	readonly changes: ChangedFiles;
	readonly classes: DatasetClasses;
	readonly splitOf: (image: BriefImage) => Split;
	readonly fileNameOf: (image: BriefImage) => string;
	/** The names of the classes that an image shows in the dataset, one for each label. */
	readonly classNamesOf: (image: LabeledImage) => readonly string[];
	readonly report: ConversionReport;
	readonly skipped: readonly SkippedImage[];
	/** Number of images without the answer that would be their class. */
	readonly withoutClass: number;
	readonly labels: ProjectLabels;
	/** What was kept together; undefined if nothing was asked to be. */
	readonly groups?: NonNullable<Groups>;
	/** Undefined if images are not cut into tiles. */
	readonly tiles?: TilesReport;
	/** What the images show, if somebody asked for it. */
	readonly looks?: Looks;
}

interface TilesReport extends TileCounts {
	readonly splits: ReturnType<typeof countSplits>;
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
export function* planDataset(
	parameters: DatasetParameters,
	labels: ProjectLabels,
	classes: DatasetClasses,
	{ images: read, skipped, later }: Sized,
	groups: Groups,
	looks?: Looks,
): Steps<Dataset> {
	const { format, formatParameters, includesImages, earlier, changed, frame } = parameters;
	const key = imageClassKey(formatParameters);
	const hasClass = ({ classifications }: LabeledImage) => (ownValue(classifications, key)?.values.length ?? 0) > 0;
	const images = key === '' ? read : yield* selected(read, hasClass);
	later?.expect(briefsOf(images));
	const report = new ConversionReport();
	const splitOfSource = yield* splits(images, parameters, classes, groups);
	const splitOfImage = (image: BriefImage) => splitOfSource(sourceIdOf(image));
	// What was renamed is counted at the end: images may be left out until then.
	const fileNames = yield* fileNameSteps(briefsOf(images), new ConversionReport(), format.writes.fileStem);
	const fileNameOf = (image: BriefImage) => nameOfPart(fileNames.get(sourceIdOf(image)) ?? image.imageName, image.part);
	const tiles = yield* tiled(
		{ images, read, hasClass: (image) => key === '' || hasClass(image) },
		parameters,
		classes,
		report,
	);
	const pictures = tiles?.images ?? images;
	const writing = {
		...formatParameters,
		classes,
		labelClasses: labels.classes,
		report,
		splitOf: splitOfImage,
		fileNameOf,
		includesImages,
		learnsSizes: later !== undefined,
		// With other settings, all files are written anyway.
		...(earlier !== undefined &&
			changed.length === 0 && { earlierPathsOf: (image: BriefImage) => pathsIn(earlier, sourceIdOf(image)) }),
	};
	const changes = new ChangedFiles(earlier, changed.length > 0);
	if (later !== undefined) later.onSkipped = (imageId) => changes.forget(imageId);
	const written = changes.of(datasetFileSteps(format, tiles?.given ?? read, writing, frame));
	return {
		images,
		pictures,
		files: withRenamed(written, images, fileNameOf, report),
		later,
		changes,
		classes,
		splitOf: splitOfImage,
		fileNameOf,
		classNamesOf: classNamesIn(formatParameters.classificationKey, classes),
		report,
		skipped,
		withoutClass: read.length - images.length,
		labels,
		...(tiles && { tiles: { ...tiles.counts, splits: yield* splitCounts(pictures, splitOfImage) } }),
		...(groups !== undefined && { groups }),
		...(looks !== undefined && { looks }),
	};
}

/** Numbers of images in each split. */
export function* splitCounts(
	images: ImageList,
	splitOfImage: (image: BriefImage) => Split,
): Steps<ReturnType<typeof countSplits>> {
	const counts = countSplits([]);
	for (const image of briefsOf(images)) {
		counts[splitOfImage(image)]++;
		yield;
	}
	return counts;
}

/** The files, after which the images are counted whose files have other names. */
function* withRenamed(
	files: FileSteps,
	images: ImageList,
	fileNameOf: (image: BriefImage) => string,
	report: ConversionReport,
): Generator<DatasetFile | undefined> {
	yield* files;
	for (const image of briefsOf(images)) {
		if (fileNameOf(image) !== image.imageName) report.add('renamed', image.imageName || image.imageId);
		yield;
	}
}

function pathsIn({ images }: EarlierRun, imageId: string): readonly string[] {
	return Object.keys(images.get(imageId)?.files ?? {});
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
function* splits(
	images: ImageList,
	{ shares, isStratified, earlier, changed, formatParameters }: DatasetParameters,
	classes: DatasetClasses,
	groups: Groups,
): Steps<(imageId: string) => Split> {
	const isKept = !SPLIT_SETTINGS.some((name) => changed.includes(name));
	const before = new Map<string, Split>();
	if (isKept) for (const [imageId, { split }] of earlier?.images ?? []) before.set(imageId, split);
	const others = (imageId: string) => splitOf(imageId, shares);
	if (groups !== undefined) {
		const strata = isStratified
			? yield* strataSteps(images, classNamesIn(imageClassKey(formatParameters), classes))
			: oneStratum(images);
		const together = yield* groupedSplitSteps(strata, groups, shares, before);
		return (imageId) => together.get(imageId) ?? others(imageId);
	}
	const divided = isStratified
		? yield* stratifiedSplitSteps(
				yield* strataSteps(images, classNamesIn(imageClassKey(formatParameters), classes)),
				shares,
				before,
			)
		: yield* splitsByHash(images, shares, before);
	const filled = filledSplits(divided, shares, before);
	return (imageId) => filled.get(imageId) ?? others(imageId);
}

function oneStratum(images: ImageList): { readonly key: string; readonly stratum: string }[] {
	return [...briefsOf(images)].map(({ imageId }) => ({ key: imageId, stratum: '' }));
}

function* splitsByHash(
	images: ImageList,
	shares: SplitShares,
	before: ReadonlyMap<string, Split>,
): Steps<Map<string, Split>> {
	const divided = new Map<string, Split>();
	for (const { imageId } of briefsOf(images)) {
		divided.set(imageId, before.get(imageId) ?? splitOf(imageId, shares));
		yield;
	}
	return divided;
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
