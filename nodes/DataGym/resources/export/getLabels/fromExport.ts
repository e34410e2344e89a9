import type { IDataObject } from 'n8n-workflow';
import { geometryTypesOf, readExportElement } from '../../../../../labels/datagym/export';
import type { LabelClass, LabelledImage } from '../../../../../labels/model';
import type { LabelProblem } from '../../../../../labels/problem';
import { labelsRecord } from '../../../labelRecords';
import { withLifeSigns } from '../../../lifeSigns';
import type { Output } from '../../../operation';
import type { Run } from '../../../run';
import { ending, isWanted, withWantedClasses, type Wanted } from './wanted';

/** Labels from the server's export, which knows no filter: what is not wanted is left out here. */
export async function labelsFromExport({ api, n8n }: Run, wanted: Wanted): Promise<readonly Output[]> {
	const elements = await withLifeSigns(n8n, () => `the server is writing the export of the project ${wanted.projectId}`, api.exportLabels(wanted.projectId));
	const outputs: Output[] = [];
	let classes: readonly LabelClass[] = [];
	for (const raw of elements) {
		if (outputs.length >= wanted.most) break;
		const element = readExportElement(raw, geometryTypesOf(classes));
		if (element.kind === 'classes') classes = element.classes;
		if (element.kind === 'classes' || element.kind === 'unreadable') continue;
		const bitmaps = bitmapTasks(raw, api.baseUrl);
		const videoTaskId = element.kind === 'video' ? taskOfVideo(element.taskExportUrl) : undefined;
		const taskId = videoTaskId ?? bitmaps.taskId;
		if (!isWanted(wanted, { imageId: element.image.imageId, taskId, status: element.image.status ?? '' })) continue;
		const image = element.kind === 'video' ? element.image : withWantedClasses(wanted, element.image);
		if (image === undefined) continue;
		const record = wanted.isSimple ? simpleRecord(image, element.problems, bitmaps) : rawRecord(image, raw);
		outputs.push({ json: { ...record, ...(videoTaskId === undefined ? {} : { videoTaskId }), ...ending(wanted, classes) } });
	}
	return outputs;
}

function taskOfVideo(taskExportUrl: string): string {
	return /exportVideoTask\/([^/]+)/.exec(taskExportUrl)?.[1] ?? '';
}

function simpleRecord(image: LabelledImage, problems: readonly LabelProblem[], bitmaps: BitmapTasks): IDataObject {
	return {
		imageId: image.imageId,
		imageName: image.imageName,
		status: image.status ?? '',
		labeler: image.labeler ?? null,
		...bitmaps,
		...labelsRecord(image, problems),
	};
}

function rawRecord(image: LabelledImage, raw: unknown): IDataObject {
	return { imageId: image.imageId, imageName: image.imageName, ...(raw as IDataObject) };
}

interface BitmapTasks extends IDataObject {
	taskId?: string;
}

/**
 * The task and classes that the image has bitmaps of. The server's links point to whatever host it thinks it is, so only
 * their IDs are used (CONTRACT.md, section 7); they are the only place in the export with the task's ID.
 */
function bitmapTasks(raw: unknown, baseUrl: string): BitmapTasks {
	const links = typeof raw === 'object' && raw !== null && 'segmentations' in raw && Array.isArray(raw.segmentations) ? raw.segmentations : [];
	const bitmaps = links.flatMap((link) => {
		const [, taskId, key] = /\/export\/bitmap\/([^/?#]+)\/([^/?#]+)/.exec(String(link)) ?? [];
		if (taskId === undefined || key === undefined) return [];
		const classKey = decodeKey(key);
		return [{ taskId, classKey, url: `${baseUrl}/api/v1/export/bitmap/${taskId}/${encodeURIComponent(classKey)}` }];
	});
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
