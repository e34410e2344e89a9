import type { IDataObject } from 'n8n-workflow';
import {
	ConversionReport,
	type CoordinateFrame,
	countSplits,
	datasetClasses,
	type DatasetClasses,
	type DatasetFile,
	datasetFiles,
	fileNamesOf,
	type LabeledImage,
	type Split,
	splitOf,
	strataByClass,
	stratifiedSplits,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import type { ItemOperation, Output } from '../../runner/operation';
import type { Run } from '../../runner/runContext';
import { deliverArchive, deliverFiles } from './deliver';
import { fields, options } from './fields';
import { fingerprintOf, makeManifest, type Manifest } from './manifest';
import { type DatasetParameters, readParameters } from './parameters';
import { type ProjectLabels, readProjectLabels, type SkippedImage, withSizes } from './readDataset';

export const createDataset: ItemOperation = {
	value: 'createDataset',
	name: 'Create Training Dataset',
	action: 'Create training dataset',
	description: 'Export the finished labels of a project, with or without images, in a training format',
	fields,
	options,
	async run(item, run) {
		const parameters = readParameters(item);
		const { projectId, format, asArchive } = parameters;
		const projects = await run.share('projects', async () => await run.api.getProjects());
		const name =
			projects.find((project) => project.projectId === projectId)?.name ?? (await run.api.getProject(projectId)).name;
		const labels = await readProjectLabels(run, parameters);
		const dataset = await planDataset(run, parameters, labels);
		const outputs = asArchive
			? await archive(run, parameters, dataset, `${name} ${format.key}`)
			: await separateFiles(run, parameters, dataset);
		showHints(run, parameters, dataset);
		return outputs;
	},
};

/** What is to be written, and what is to be reported about it. */
interface Dataset {
	readonly images: readonly LabeledImage[];
	readonly files: Iterable<DatasetFile>;
	readonly classes: DatasetClasses;
	readonly splitOf: (image: LabeledImage) => Split;
	readonly report: ConversionReport;
	readonly skipped: readonly SkippedImage[];
	readonly labels: ProjectLabels;
}

async function planDataset(run: Run, parameters: DatasetParameters, labels: ProjectLabels): Promise<Dataset> {
	const { format, formatParameters, includesImages, manifest } = parameters;
	const report = new ConversionReport();
	const classes = datasetClasses(labels.classes, parameters.classRules);
	checkClasses(parameters, classes);
	const splitOfImage = splits(labels.images, parameters);
	const changed = labels.images.filter((image) => manifest?.images[image.imageId]?.[0] !== fingerprintOf(image));
	const { images, skipped } = await withSizes(run, changed, parameters);
	const fileNames = fileNamesOf(labels.images, report);
	const writing = {
		...formatParameters,
		classes,
		labelClasses: labels.classes,
		report,
		splitOf: splitOfImage,
		fileNameOf: ({ imageId, imageName }: LabeledImage) => fileNames.get(imageId) ?? imageName,
		includesImages,
	};
	const files = datasetFiles(format, images, writing, parameters.frame);
	return { images, files, classes, splitOf: splitOfImage, report, skipped, labels };
}

function checkClasses(
	{ format: { name: formatName, writes }, classRules: { exclude = [], names = {} } }: DatasetParameters,
	{ classOf, names: classNames }: DatasetClasses,
): void {
	const unknown = [...exclude, ...Object.keys(names)].filter((key) => classOf(key) === 'unknown-class');
	if (unknown.length > 0 && classNames.length > 0) {
		throw new InputError(
			`The project has no class "${unknown.join('", "')}"`,
			`Correct "Class Names" or "Exclude Classes". Use one of: ${classNames.join(', ')}.`,
		);
	}
	if (writes.maxClasses !== undefined && classNames.length > writes.maxClasses) {
		throw new InputError(
			`${formatName} supports ${writes.maxClasses} classes, but the project has ${classNames.length}`,
			'Merge classes with "Class Names", or exclude some with "Exclude Classes".',
		);
	}
}

function splits(
	images: readonly LabeledImage[],
	{ shares, isStratified, manifest }: DatasetParameters,
): (image: LabeledImage) => Split {
	const before = new Map(Object.entries(manifest?.images ?? {}).map(([imageId, [, split]]) => [imageId, split]));
	const known = isStratified ? stratifiedSplits(strataByClass(images), shares, before) : before;
	return ({ imageId }) => known.get(imageId) ?? splitOf(imageId, shares);
}

const REPORT = 'dataset_report.json';
const MAX_HINTS = 5;

async function archive(
	run: Run,
	parameters: DatasetParameters,
	dataset: Dataset,
	name: string,
): Promise<readonly Output[]> {
	const fileName = `${name.replace(/[^\p{L}\p{N}_-]+/gu, '_')}.zip`;
	const binary = await deliverArchive(run, parameters.projectId, withReport(parameters, dataset), fileName);
	return [{ json: { fileName, ...reportOf(parameters, dataset) }, binary: { [parameters.binaryField]: binary } }];
}

async function separateFiles(run: Run, parameters: DatasetParameters, dataset: Dataset): Promise<readonly Output[]> {
	const outputs = [...(await deliverFiles(run, parameters.projectId, dataset.files, parameters.binaryField))];
	const summary = reportOf(parameters, dataset);
	const [last] = await deliverFiles(
		run,
		parameters.projectId,
		[{ path: REPORT, text: reportText(parameters, dataset) }],
		parameters.binaryField,
	);
	return [...outputs, { ...last, json: { ...last?.json, ...summary } }];
}

/** The report is the last file, and made when it is read: what the others could not hold is known then. */
function* withReport(parameters: DatasetParameters, dataset: Dataset): Generator<DatasetFile> {
	yield* dataset.files;
	yield { path: REPORT, text: reportText(parameters, dataset) };
}

function* reportText(parameters: DatasetParameters, dataset: Dataset): Generator<string> {
	yield `${JSON.stringify(reportOf(parameters, dataset), null, '\t')}\n`;
}

function reportOf(
	parameters: DatasetParameters,
	{ images, classes, splitOf: splitOfImage, report, skipped, labels }: Dataset,
): IDataObject {
	const { format, projectId, manifest } = parameters;
	const unread = labels.problems.filter(({ severity }) => severity === 'error');
	return {
		projectId,
		format: format.key,
		imageCount: images.length,
		labelCount: images.reduce((sum, { objects }) => sum + objects.length, 0),
		splits: countSplits(images.map(splitOfImage)),
		classes: classes.names.map((name, classId) => ({ classId, name })),
		...orientationPart(parameters, images),
		conversionReport: report.list() as object[] as IDataObject[],
		unreadableLabels: unread.map(({ path, message }) => ({ path, message })),
		skippedImages: skipped as object[] as IDataObject[],
		...(manifest === undefined ? {} : manifestPart(manifest, labels, classes, skipped, splitOfImage)),
	};
}

/** What was done with photographs whose files say that they are to be turned; nothing if the files were not read. */
function orientationPart(
	{ frame, includesImages }: DatasetParameters,
	images: readonly LabeledImage[],
): { orientation?: { imageCount: number; action: 'kept' | 'tagRemoved'; frame: CoordinateFrame } } {
	const known = images.filter(({ orientation }) => orientation !== undefined);
	if (known.length === 0) return {};
	const imageCount = known.filter(({ orientation }) => orientation !== 1).length;
	return { orientation: { imageCount, action: frame === 'stored' && includesImages ? 'tagRemoved' : 'kept', frame } };
}

function orientationHint(parameters: DatasetParameters, images: readonly LabeledImage[]): string[] {
	const { imageCount, action, frame } = orientationPart(parameters, images).orientation ?? { imageCount: 0 };
	const { format, includesImages } = parameters;
	if (imageCount === 0) return [];
	const photographs = `${imageCount} ${imageCount === 1 ? 'photograph has' : 'photographs have'} an EXIF orientation.`;
	if (action === 'tagRemoved')
		return [`${photographs} It was removed from the files, so that the labels fit in every reader.`];
	if (frame === 'stored')
		return [
			`${photographs} The labels fit the stored pixels. Use files without the orientation, or include the images.`,
		];
	if (format.writes.orientation !== 'mixed') return [];
	const remedy = includesImages
		? 'For others, set “Photographs with an Orientation” to “Remove the Tag”.'
		: 'For others, such as torchvision’s datasets, turn on “Include Images”.';
	return [`${photographs} The labels fit readers that apply it. ${remedy}`];
}

function manifestPart(
	before: Manifest,
	labels: ProjectLabels,
	{ mapping }: DatasetClasses,
	skipped: readonly SkippedImage[],
	splitOfImage: (image: LabeledImage) => Split,
): IDataObject {
	const missing = new Set(skipped.map(({ imageId }) => imageId));
	const manifest = makeManifest(
		labels.images.filter(({ imageId }) => !missing.has(imageId)),
		mapping,
		splitOfImage,
	);
	return { removedImages: removed(before, labels), manifest: manifest as object as IDataObject };
}

/** Above the output, so that nobody trains on less than they think. */
function showHints({ n8n }: Run, parameters: DatasetParameters, { images, report, skipped, labels }: Dataset): void {
	const unread = labels.problems.filter(({ severity }) => severity === 'error').length;
	const notes = [
		...(skipped.length > 0 ? [`Skipped images: ${skipped.length}, because their files could not be read.`] : []),
		...(unread > 0
			? [`Labels that could not be read: ${unread}. See "unreadableLabels", or set "Label Source" to "Task Details".`]
			: []),
		...orientationHint(parameters, images),
		...report
			.list()
			.map(
				({ count, className, message }) => `${count} ×${className === undefined ? '' : ` "${className}":`} ${message}`,
			),
	];
	if (notes.length > 0) n8n.addExecutionHints({ message: notes.slice(0, MAX_HINTS).join(' '), location: 'outputPane' });
}

/** Images of the manifest that are no longer finished, or no longer there. */
function removed(manifest: Manifest, { images }: ProjectLabels): string[] {
	const present = new Set(images.map(({ imageId }) => imageId));
	return Object.keys(manifest.images).filter((imageId) => !present.has(imageId));
}
