import type { IDataObject } from 'n8n-workflow';
import { type ExportElement, ExportReader, isRecord, type LabeledImage, type LabelProblem } from '@datagym/labels';
import { exportValues } from '@datagym/shared/exportElements';
import { labelsRecord } from '@datagym/shared/labelRecords';
import { byImage } from '../../records';
import type { Output } from '../../runner/operation';
import { withProgress } from '../../runner/progress';
import type { Run } from '../../runner/runContext';
import { checkClassKeys, ending, isWanted, withWantedClasses, type Parameters } from './parameters';

/**
 * Labels from the server's export, which knows no filter and no order: what is not wanted is left out here, and a limit holds for
 * the first by name, so that the whole export is read for them.
 */
export async function labelsFromExport({ api, n8n }: Run, parameters: Parameters): Promise<readonly Output[]> {
	const outputs = new FirstByName(parameters.most);
	let count = 0;
	const read = async () => {
		const reader = new ExportReader();
		// One for all items, in memory and where n8n saves them.
		let end = ending(parameters, []);
		const needsLabels = parameters.isSimple || parameters.classKeys.size > 0;
		for await (const raw of exportValues(api, parameters.projectId)) {
			count++;
			const element = reader.read(needsLabels ? raw : withoutLabels(raw));
			if (element.kind === 'classes') {
				checkClassKeys(parameters, element.classes);
				end = ending(parameters, element.classes);
			}
			const record = recordOf(element, raw, parameters, api.baseUrl);
			if (record !== undefined) outputs.add({ ...record, ...end });
		}
	};
	await withProgress(n8n, () => `received ${count} elements of the export`, read());
	return outputs.list();
}

/** Keeps the first records by image name, and hardly more. */
class FirstByName {
	private records: ImageRecord[] = [];

	constructor(private readonly most: number) {}

	add(record: ImageRecord): void {
		this.records.push(record);
		if (this.records.length >= 2 * this.most + 100) this.cut();
	}

	list(): readonly Output[] {
		this.cut();
		return this.records.map((json) => ({ json }));
	}

	private cut(): void {
		this.records = this.records.sort(byImage).slice(0, this.most);
	}
}

interface ImageRecord extends IDataObject {
	imageId: string;
	imageName: string;
}

/** What is given out as the server wrote it need not be understood, which takes longer than to parse it. */
function withoutLabels(raw: unknown): unknown {
	return isRecord(raw) ? { ...raw, labels: undefined, global_classifications: undefined } : raw;
}

function recordOf(
	element: ExportElement,
	raw: unknown,
	parameters: Parameters,
	baseUrl: string,
): ImageRecord | undefined {
	if (element.kind === 'classes' || element.kind === 'unreadable') return undefined;
	const bitmaps = bitmapTasks(raw, baseUrl);
	const video = element.kind === 'video' ? { taskId: taskOfVideo(element.taskExportUrl) } : {};
	const { imageId, status = '' } = element.image;
	if (!isWanted(parameters, { imageId, taskId: video.taskId ?? bitmaps.taskId, status })) return undefined;
	const image = element.kind === 'video' ? element.image : withWantedClasses(parameters, element.image);
	if (image === undefined) return undefined;
	return {
		...(parameters.isSimple ? simpleRecord(image, element.problems, bitmaps) : rawRecord(image, raw)),
		...video,
	};
}

function taskOfVideo(taskExportUrl: string): string {
	return /exportVideoTask\/([^/]+)/.exec(taskExportUrl)?.[1] ?? '';
}

function simpleRecord(image: LabeledImage, problems: readonly LabelProblem[], bitmaps: BitmapTasks): ImageRecord {
	return {
		imageId: image.imageId,
		imageName: image.imageName,
		status: image.status ?? '',
		labeler: image.labeler ?? null,
		...bitmaps,
		...labelsRecord(image, problems),
	};
}

function rawRecord({ imageId, imageName }: LabeledImage, raw: unknown): ImageRecord {
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
