import type { IDataObject } from 'n8n-workflow';
import {
	countSplits,
	DATASET_LAYOUTS,
	datasetClasses,
	type DatasetClasses,
	type DatasetFile,
	type DatasetWriting,
	fileNamesOf,
	type LabeledImage,
	ConversionReport,
	type Split,
	splitOf,
	strataByClass,
	stratifiedSplits,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import type { ItemOperation, Output } from '../../operation';
import type { Run } from '../../run';
import { deliverArchive, deliverFiles } from './deliver';
import { fields } from './fields';
import { withSizes, type LeftOut } from './imageSizes';
import { fingerprintOf, makeManifest, type Manifest } from './manifest';
import { readProjectLabels, type ProjectLabels } from './readDataset';
import { readWishes, type Wishes } from './wishes';

export const createDataset: ItemOperation = {
	value: 'createDataset',
	name: 'Create Training Dataset',
	action: 'Create a training dataset',
	description: 'Write the finished labels of a project, with or without the images, in a format that trainers read',
	fields,
	async run(item, run) {
		const wishes = readWishes(item);
		const project = await run.share('projects', async () => await run.api.getProjects());
		const name =
			project.find(({ projectId }) => projectId === wishes.projectId)?.name ??
			(await run.api.getProject(wishes.projectId)).name;
		const labels = await readProjectLabels(run, wishes);
		const dataset = await planDataset(run, wishes, labels);
		const outputs = wishes.asArchive
			? await asArchive(run, wishes, dataset, `${name} ${wishes.format}`)
			: await asFiles(run, wishes, dataset);
		showHints(run, dataset);
		return outputs;
	},
};

/** A palette has 256 colors, and one is the background. */
const MOST_MASK_CLASSES = 255;

/** What is to be written, and what is to be told about it. */
interface Dataset {
	readonly images: readonly LabeledImage[];
	readonly files: Iterable<DatasetFile>;
	readonly classes: DatasetClasses;
	readonly sideOf: (image: LabeledImage) => Split;
	readonly report: ConversionReport;
	readonly leftOut: readonly LeftOut[];
	readonly labels: ProjectLabels;
}

async function planDataset(run: Run, wishes: Wishes, labels: ProjectLabels): Promise<Dataset> {
	const report = new ConversionReport();
	const classes = datasetClasses(labels.classes, wishes.classRules);
	checkClasses(wishes, classes);
	const sideOf = sides(labels.images, wishes);
	const changed = labels.images.filter((image) => wishes.manifest?.images[image.imageId]?.[0] !== fingerprintOf(image));
	const { images, leftOut } = await withSizes(run, changed, wishes);
	const fileNames = fileNamesOf(labels.images, report);
	const writing: DatasetWriting = {
		classes,
		labelClasses: labels.classes,
		report,
		splitOf: sideOf,
		fileNameOf: ({ imageId, imageName }) => fileNames.get(imageId) ?? imageName,
		includesImages: wishes.includesImages,
		classificationKey: wishes.classificationKey,
		keypoints: wishes.keypoints,
	};
	return { images, files: DATASET_LAYOUTS[wishes.format](images, writing), classes, sideOf, report, leftOut, labels };
}

function checkClasses(
	{ format, classRules: { exclude = [], names = {} } }: Wishes,
	{ classOf, names: classNames }: DatasetClasses,
): void {
	const unknown = [...exclude, ...Object.keys(names)].filter((key) => classOf(key) === 'unknown-class');
	if (unknown.length > 0 && classNames.length > 0) {
		throw new InputError(
			`The project has no class “${unknown.join('”, “')}”`,
			`Correct “Class Names” or “Leave Out Classes”. The classes are: ${classNames.join(', ')}.`,
		);
	}
	if (format === 'masks' && classNames.length > MOST_MASK_CLASSES) {
		throw new InputError(
			`Masks hold ${MOST_MASK_CLASSES} classes, and the project has ${classNames.length}`,
			'Merge classes or leave some out.',
		);
	}
}

function sides(
	images: readonly LabeledImage[],
	{ shares, isStratified, manifest }: Wishes,
): (image: LabeledImage) => Split {
	const before = new Map(Object.entries(manifest?.images ?? {}).map(([imageId, [, split]]) => [imageId, split]));
	const stratified = isStratified ? stratifiedSplits(strataByClass(images), shares, before) : before;
	return ({ imageId }) => stratified.get(imageId) ?? splitOf(imageId, shares);
}

const REPORT = 'dataset_report.json';
const MOST_HINTS = 5;

async function asArchive(run: Run, wishes: Wishes, dataset: Dataset, name: string): Promise<readonly Output[]> {
	const fileName = `${name.replace(/[^\p{L}\p{N}_-]+/gu, '_')}.zip`;
	const binary = await deliverArchive(run, withReport(wishes, dataset), fileName);
	return [{ json: { fileName, ...reportOf(wishes, dataset) }, binary: { [wishes.binaryField]: binary } }];
}

async function asFiles(run: Run, wishes: Wishes, dataset: Dataset): Promise<readonly Output[]> {
	const outputs = [...(await deliverFiles(run, dataset.files, wishes.binaryField))];
	const summary = reportOf(wishes, dataset);
	const [last] = await deliverFiles(run, [{ path: REPORT, text: reportText(wishes, dataset) }], wishes.binaryField);
	return [...outputs, { ...last, json: { ...last?.json, ...summary } }];
}

/** The report is the last file, and made when it is read: what the others could not hold is known then. */
function* withReport(wishes: Wishes, dataset: Dataset): Generator<DatasetFile> {
	yield* dataset.files;
	yield { path: REPORT, text: reportText(wishes, dataset) };
}

function* reportText(wishes: Wishes, dataset: Dataset): Generator<string> {
	yield `${JSON.stringify(reportOf(wishes, dataset), null, '\t')}\n`;
}

function reportOf(
	{ format, projectId, manifest }: Wishes,
	{ images, classes, sideOf, report, leftOut, labels }: Dataset,
): IDataObject {
	const unread = labels.problems.filter(({ severity }) => severity === 'error');
	return {
		projectId,
		format,
		imageCount: images.length,
		labelCount: images.reduce((sum, { objects }) => sum + objects.length, 0),
		splits: countSplits(images.map(sideOf)),
		classes: classes.names.map((name, classId) => ({ classId, name })),
		conversionReport: report.list() as object[] as IDataObject[],
		unreadableLabels: unread.map(({ path, message }) => ({ path, message })),
		skippedImages: leftOut as object[] as IDataObject[],
		...(manifest === undefined ? {} : manifestPart(manifest, labels, classes, leftOut, sideOf)),
	};
}

function manifestPart(
	before: Manifest,
	labels: ProjectLabels,
	{ mapping }: DatasetClasses,
	leftOut: readonly LeftOut[],
	sideOf: (image: LabeledImage) => Split,
): IDataObject {
	const missing = new Set(leftOut.map(({ imageId }) => imageId));
	const manifest = makeManifest(
		labels.images.filter(({ imageId }) => !missing.has(imageId)),
		mapping,
		sideOf,
	);
	return { removedImages: removed(before, labels), manifest: manifest as object as IDataObject };
}

/** Above the output, so that nobody trains on less than they think. */
function showHints({ n8n }: Run, { report, leftOut, labels }: Dataset): void {
	const unread = labels.problems.filter(({ severity }) => severity === 'error').length;
	const notes = [
		...(leftOut.length > 0 ? [`${leftOut.length} images are left out, since their files cannot be read.`] : []),
		...(unread > 0 ? [`${unread} labels could not be read; “Exact” coordinates may have them.`] : []),
		...report
			.list()
			.map(
				({ count, className, message }) => `${count} ×${className === undefined ? '' : ` ${className}:`} ${message}`,
			),
	];
	if (notes.length > 0)
		n8n.addExecutionHints({ message: notes.slice(0, MOST_HINTS).join(' '), location: 'outputPane' });
}

/** Images of the manifest that are no longer finished, or no longer there. */
function removed(manifest: Manifest, { images }: ProjectLabels): string[] {
	const present = new Set(images.map(({ imageId }) => imageId));
	return Object.keys(manifest.images).filter((imageId) => !present.has(imageId));
}
