import type { IDataObject } from 'n8n-workflow';
import {
	type ExportElement,
	ExportReader,
	FirstItems,
	isRecord,
	type LabelClass,
	type LabeledImage,
	type LabelProblem,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { exportValues } from '@datagym/shared/exportElements';
import { labelsRecord } from '@datagym/shared/labelRecords';
import { getLabelConfig } from '@datagym/shared/labelConfig';
import { finish, mapped } from '@datagym/shared/turns';
import { byImage } from '../../records';
import type { Output } from '../../runner/operation';
import { withProgress } from '../../runner/progress';
import type { Run } from '../../runner/runContext';
import { checkClassKeys, ending, isWanted, withWantedClasses, type Parameters } from './parameters';
import { outputsOfRows, type RowsOfImage, wantedRows } from './perLabel';

/**
 * Labels from the server's export, which knows no filter and no order: what is not wanted is left out here, and a limit holds for
 * the first by name, so that the whole export is read for them.
 */
export async function labelsFromExport(run: Run, parameters: Parameters): Promise<readonly Output[]> {
	return parameters.isPerLabel ? await itemPerLabel(run, parameters) : await itemPerImage(run, parameters);
}

async function itemPerImage(run: Run, parameters: Parameters): Promise<readonly Output[]> {
	const records = new FirstItems<ImageRecord>(parameters.most, byImage);
	const classes = await readWanted(run, parameters, ({ image, problems, raw, bitmaps, video }) => {
		const record = parameters.isSimple ? simpleRecord(image, problems, bitmaps) : rawRecord(image, raw);
		records.add({ ...record, ...video });
	});
	// One for all items, in memory and where n8n saves them.
	const end = ending(parameters, classes);
	return await mapped(await finish(records.list()), (record) => ({ json: Object.assign(record, end) }));
}

/** The export does not say what a classification is about, so its columns come from the label configuration. */
async function itemPerLabel(run: Run, parameters: Parameters): Promise<readonly Output[]> {
	const { api } = run;
	const images = new FirstItems<RowsOfImage>(parameters.most, byImage);
	await readWanted(run, parameters, ({ image, problems, bitmaps, isVideo }) => {
		if (isVideo) throw noVideo();
		const rows = wantedRows(parameters, { image, problems }, { taskId: bitmaps.taskId });
		if (rows !== undefined) images.add(rows);
	});
	const found = await finish(images.list());
	const config =
		found.length > 0 && (await api.has('tasks')) ? await getLabelConfig(api, parameters.projectId) : undefined;
	return await outputsOfRows(run, parameters, found, config?.classes ?? []);
}

interface WantedImage {
	readonly image: LabeledImage;
	readonly problems: readonly LabelProblem[];
	/** As the server wrote it. */
	readonly raw: unknown;
	readonly bitmaps: BitmapTasks;
	readonly video: { readonly taskId?: string };
	readonly isVideo: boolean;
}

/** @returns the classes of the project. */
export async function readWanted(
	{ api, n8n }: Run,
	parameters: Parameters,
	visit: (found: WantedImage) => void,
): Promise<readonly LabelClass[]> {
	let classes: readonly LabelClass[] = [];
	let count = 0;
	const read = async () => {
		const reader = new ExportReader();
		const needsLabels =
			parameters.isSimple || parameters.isPerLabel || parameters.classKeys.size > 0 || parameters.page !== undefined;
		for await (const raw of exportValues(api, parameters.projectId)) {
			count++;
			const element = reader.read(needsLabels ? raw : withoutLabels(raw));
			if (element.kind === 'classes') checkClassKeys(parameters, (classes = element.classes));
			const found = wantedImage(element, raw, parameters, api.baseUrl);
			if (found !== undefined) visit(found);
		}
	};
	await withProgress(n8n, () => `received ${count} elements of the export`, read());
	return classes;
}

export interface ImageRecord extends IDataObject {
	imageId: string;
	imageName: string;
}

/** What is given out as the server wrote it need not be understood, which takes longer than to parse it. */
function withoutLabels(raw: unknown): unknown {
	return isRecord(raw) ? { ...raw, labels: undefined, global_classifications: undefined } : raw;
}

function wantedImage(
	element: ExportElement,
	raw: unknown,
	parameters: Parameters,
	baseUrl: string,
): WantedImage | undefined {
	if (element.kind === 'classes' || element.kind === 'unreadable') return undefined;
	const bitmaps = bitmapTasks(raw, baseUrl);
	const isVideo = element.kind === 'video';
	const video = element.kind === 'video' ? { taskId: taskOfVideo(element.taskExportUrl) } : {};
	const { imageId, status = '' } = element.image;
	if (!isWanted(parameters, { imageId, taskId: video.taskId ?? bitmaps.taskId, status })) return undefined;
	const image = isVideo ? element.image : withWantedClasses(parameters, element.image);
	return image && { image, problems: element.problems, raw, bitmaps, video, isVideo };
}

function noVideo(): InputError {
	return new InputError(
		'Labels of videos cannot be returned one per item',
		'Set "Output" to "Item per Image", or use Export: Get Video Task.',
	);
}

function taskOfVideo(taskExportUrl: string): string {
	return /exportVideoTask\/([^/]+)/.exec(taskExportUrl)?.[1] ?? '';
}

export function simpleRecord(
	image: LabeledImage,
	problems: readonly LabelProblem[],
	bitmaps: BitmapTasks,
): ImageRecord {
	return {
		imageId: image.imageId,
		imageName: image.imageName,
		status: image.status ?? '',
		labeler: image.labeler ?? null,
		...bitmaps,
		...labelsRecord(image, problems),
	};
}

export function rawRecord({ imageId, imageName }: LabeledImage, raw: unknown): ImageRecord {
	return { imageId, imageName, ...(raw as object) };
}

interface BitmapTasks extends IDataObject {
	taskId?: string;
}

/**
 * The task and classes that the image has bitmaps of. The server's links point to whatever host it thinks it is, so only
 * their IDs are used (docs/contract.md#export); they are the only place in the export with the task's ID.
 */
function bitmapTasks(raw: unknown, baseUrl: string): BitmapTasks {
	const links =
		typeof raw === 'object' && raw !== null && 'segmentations' in raw && Array.isArray(raw.segmentations)
			? raw.segmentations
			: [];
	const bitmaps = links.flatMap((link) => {
		const [, taskId, key] = /\/export\/bitmap\/([^/?#]+)\/([^/?#]+)/.exec(String(link)) ?? [];
		if (taskId === undefined || key === undefined) return [];
		const className = decodeKey(key);
		return [{ taskId, className, url: `${baseUrl}/api/v1/export/bitmap/${taskId}/${encodeURIComponent(className)}` }];
	});
	bitmaps.sort((a, b) => (a.className < b.className ? -1 : 1));
	const [first] = bitmaps;
	return first === undefined ? {} : { taskId: first.taskId, bitmaps };
}

function decodeKey(key: string): string {
	const withBlanks = key.replace(/\+/g, ' ');
	try {
		return decodeURIComponent(withBlanks);
	} catch {
		return withBlanks;
	}
}
