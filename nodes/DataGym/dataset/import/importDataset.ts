import type { IDataObject } from 'n8n-workflow';
import { hasKey, isDataGymError, nameKey, sameName } from '@datagym/client';
import { type Conversion, conversionLines, hasValues, type ReadableFormat } from '@datagym/labels';
import { InputError, messageOf } from '@datagym/shared/errors';
import { showHint } from '@datagym/shared/hints';
import { createByName, ifNameExists } from '../../createByName';
import { KnownNames } from '../../image/knownNames';
import { getLabelConfig, type ProjectLabelConfig } from '@datagym/shared/labelConfig';
import type { ItemInput } from '../../runner/itemInput';
import type { Output } from '../../runner/operation';
import { withProgress } from '../../runner/progress';
import type { Run } from '../../runner/runContext';
import { applyConfiguration, planConfiguration } from './configuration';
import { failureOf, otherImage, remedyOf, withForeignOptions } from './existingImage';
import type { FileSource } from './fileSource';
import { LabelImport, type LabelVerdict } from './importLabels';
import { withPanoptic } from './panoptic';
import { type ImportPlan, planRecord } from './plan';
import { type LabelRules, readLabels } from './readLabels';
import { type FileNote, type Survey, surveyOf } from './survey';
import { imageNames, type ImageUpload, type UploadedImage, uploadImages } from './uploadImages';

/** What is imported, and where to. */
export interface DatasetImport {
	readonly source: FileSource;
	/** The binary field of the files, for messages. */
	readonly field: string;
	readonly projectId: string;
	readonly datasetName: string;
	readonly isDryRun: boolean;
	readonly format: ReadableFormat | undefined;
	readonly isStored: boolean;
	readonly keypoints: readonly string[];
}

const ifExists = ifNameExists('Dataset');

/** Reads the whole dataset first, then brings images, classes and labels to DataGym. */
export async function importDataset(item: ItemInput, run: Run, wanted: DatasetImport): Promise<readonly Output[]> {
	const { api } = run;
	const { source, projectId, datasetName, isDryRun } = wanted;
	await api.projects.get(projectId);
	const survey = await withPanoptic(source, await surveyOf(source));
	const before = await getLabelConfig(api, projectId);
	const plan = await planOf(run, wanted, survey, before).catch((error: unknown) => {
		throw unchanged(error);
	});
	if (isDryRun) return [await dryRun(run, wanted, plan)];
	const { thing: dataset } = await createByName(item, run, datasetName, ifExists, {
		noun: 'dataset',
		create: async () => await api.datasets.create(datasetName, ''),
		list: async () => await api.datasets.list(),
	});
	const target = { ...wanted, datasetId: dataset.datasetId };
	const progress: Progress = { images: 0, labels: () => 0 };
	return await bringOver(item, run, target, { plan, before }, progress).catch((error: unknown) => {
		throw incomplete(error, target, progress, plan);
	});
}

/** How many images are in the dataset, and how many of them have their labels. */
interface Progress {
	images: number;
	labels: () => number;
}

interface Target extends DatasetImport {
	readonly datasetId: string;
}

/** What is known before anything is changed. */
interface Known {
	readonly plan: ImportPlan;
	/** Undefined if it is not known, since the project has no task to read it from. */
	readonly before: ProjectLabelConfig | undefined;
}

/**
 * Classes, images with their tasks, and labels while further images are uploaded. Each step finds what an earlier run has done of it.
 * Without a task, a project's classes cannot be known to a token, so that they are compared once the first image is there.
 */
async function bringOver(
	item: ItemInput,
	run: Run,
	target: Target,
	{ plan, before }: Known,
	progress: Progress,
): Promise<readonly Output[]> {
	const { source, projectId, datasetId, field } = target;
	const { survey, names } = plan;
	await connect(run, projectId, datasetId);
	if (before !== undefined) await applyConfiguration(run, projectId, plan.configuration);
	let settled = plan;
	const labels = new LabelImport(item, run, projectId, async () => {
		if (before !== undefined) return plan;
		settled = await planOf(run, target, survey, await getLabelConfig(run.api, projectId));
		await applyConfiguration(run, projectId, settled.configuration);
		return settled;
	});
	progress.labels = () => labels.count;
	const onDone = async (path: string, image: UploadedImage) => {
		progress.images++;
		await labels.add(path, image);
	};
	const work = async () => {
		const all = { datasetId, names, field, onDone };
		const uploads = await uploadImages(run, source, survey.images, all).finally(async () => await labels.pause());
		return { uploads, verdicts: await labels.finish() };
	};
	const describe = () => `${toldProgress(progress, plan)} from the ${source.name} are done`;
	const { uploads, verdicts } = await withProgress(run.n8n, describe, work());
	const { configuration, notes } = settled;
	throwRefusal(run, [...uploads.values(), ...verdicts.values()]);
	const outputs = [
		...[...survey.images.keys()].map((path) =>
			verdictOf({ projectId, datasetId, path }, uploads.get(path), verdicts.get(path)),
		),
		...notes.map(({ file, message }) => ({ path: file, status: 'skipped', error: message })),
	];
	giveHint(run, outputs, verdicts.values(), configuration.lost);
	return outputs.map((json) => ({ json }));
}

/** What the server refuses for single images stops the workflow once the others are done, unless the node continues on errors. */
function throwRefusal({ n8n }: Run, verdicts: ReadonlyArray<ImageUpload | LabelVerdict>): void {
	if (n8n.continueOnFail()) return;
	for (const verdict of verdicts) if (verdict.status === 'failed' && isDataGymError(verdict.error)) throw verdict.error;
}

/** What is wrong with the whole is found before anything is changed, wherever the project's classes are known. */
function unchanged(error: unknown): unknown {
	return error instanceof InputError ? new InputError(error.message, `${error.remedy} Nothing was imported.`) : error;
}

/** Nothing stays half-done without being told. */
function incomplete(error: unknown, { datasetName }: DatasetImport, progress: Progress, plan: ImportPlan): unknown {
	const told = `The dataset "${datasetName}" is now incomplete: ${toldProgress(progress, plan)} are in DataGym. Run the node again to complete it; nothing is imported twice.`;
	const remedy = remedyOf(error);
	return new InputError(messageOf(error), remedy === '' ? told : `${remedy} ${told}`);
}

function toldProgress({ images, labels }: Progress, { survey, reading }: ImportPlan): string {
	return `${images} of ${survey.images.size} images and the labels of ${labels()} of ${reading.labels.size}`;
}

async function planOf(
	run: Run,
	{ source, ...wanted }: DatasetImport,
	survey: Survey,
	config: ProjectLabelConfig | undefined,
): Promise<ImportPlan> {
	const rules: LabelRules = { ...wanted, labelClasses: config?.classes };
	const reading = await readLabels(survey, rules);
	const images = [...reading.labels.values()].map(({ image }) => image);
	const isEmpty = images.every(({ objects, classifications }) => objects.length === 0 && !hasValues(classifications));
	const [first] = reading.notes;
	if (isEmpty && first !== undefined) throw unreadable(source, reading.notes, first);
	return {
		survey,
		reading,
		configuration: await planConfiguration(run, images, config),
		names: imageNames(survey.images.keys(), (name) => run.api.images.nameFor(name)),
		notes: [...source.notes.map((message) => ({ file: '', message })), ...survey.notes, ...reading.notes],
	};
}

function unreadable({ name }: FileSource, notes: readonly FileNote[], { file, message }: FileNote): InputError {
	const more = notes.length === 1 ? '' : ` (and ${notes.length - 1} more files)`;
	return new InputError(
		`No labels of the ${name} can be read. ${file}: ${message}${more}`,
		'Correct the files, or remove them to import the images alone.',
	);
}

async function dryRun(run: Run, { source, projectId, datasetName }: DatasetImport, plan: ImportPlan): Promise<Output> {
	const datasets = await run.api.datasets.list();
	const dataset = datasets.find(({ name }) => sameName(name, datasetName));
	const keys = new Set([...plan.names.values()].map(nameKey));
	const known =
		dataset === undefined
			? new KnownNames()
			: await KnownNames.listed(run.api, dataset.datasetId, (key) => keys.has(key));
	showHint(run.n8n, ['Dry run: Nothing was imported.']);
	return {
		json: {
			projectId,
			datasetName: dataset?.name ?? datasetName,
			datasetId: dataset?.datasetId ?? null,
			source: source.name,
			status: 'wouldImport',
			...planRecord(plan, (image) => {
				const existing = known.find(plan.names.get(image.path) ?? '');
				return existing === undefined ? 'new' : (otherImage(image, existing)?.message ?? 'existing');
			}),
		},
	};
}

/** Each image becomes a task, also one that is uploaded later. */
async function connect({ api }: Run, projectId: string, datasetId: string): Promise<void> {
	await api.projects.connect(projectId, datasetId).catch((error: unknown) => {
		if (!hasKey(error, 'ex_already_contains')) throw error;
	});
}

function verdictOf(
	place: { readonly projectId: string; readonly datasetId: string; readonly path: string },
	upload: ImageUpload | undefined,
	labels: LabelVerdict | undefined,
): IDataObject {
	if (upload === undefined || upload.status === 'failed')
		return { ...place, ...failureOf(upload?.error ?? NOT_REACHED) };
	const image = { ...place, imageId: upload.imageId, imageName: upload.imageName, upload: upload.status };
	if (labels === undefined || labels.status === 'noLabels') return { ...image, status: 'noLabels', labelCount: 0 };
	if (labels.status === 'failed') return { ...image, ...failureOf(labels.error) };
	return { ...image, ...labels.report };
}

const NOT_REACHED = new InputError('The image was not reached', 'Run the node again.');

const MAX_HINTS = 5;

/** Above the output, so that nobody has to look through thousands of items. */
function giveHint(
	{ n8n }: Run,
	outputs: readonly IDataObject[],
	verdicts: Iterable<LabelVerdict>,
	lost: readonly string[],
): void {
	const failed = outputs.filter(({ status }) => status === 'failed');
	const leftOut = outputs.filter(({ status }) => status === 'skipped');
	const notes = [
		...(failed.length > 0
			? [`Images that were not imported completely: ${failed.length}. Filter for "status" failed.`]
			: []),
		...(leftOut.length > 0 ? [`Files that were skipped wholly or in part: ${leftOut.length}.`] : []),
		...leftOut.slice(0, MAX_HINTS).map(({ path, error }) => `${String(path)}: ${String(error)}`),
		...(lost.length > 0
			? [`Not in the label configuration, so their labels were skipped: ${lost.slice(0, MAX_HINTS * 4).join(', ')}.`]
			: []),
		...conversionLines(conversionsOf(verdicts)).slice(0, MAX_HINTS).map(withForeignOptions),
	];
	showHint(n8n, notes);
}

function* conversionsOf(verdicts: Iterable<LabelVerdict>): Generator<Conversion> {
	for (const verdict of verdicts) if (verdict.status === 'imported') yield* verdict.conversions;
}
