import type { IDataObject } from 'n8n-workflow';
import { geometryTypesOf, readExportElement } from '../../../../labels/datagym/export';
import type { LabelClass, LabelledImage } from '../../../../labels/model';
import type { LabelProblem } from '../../../../labels/problem';
import { limit, projectId, returnAll, simplify } from '../../fields';
import type { ItemInput } from '../../itemInput';
import type { ItemOperation, Output } from '../../operation';

export const getLabels: ItemOperation = {
	value: 'getLabels',
	name: 'Get Labels',
	action: 'Get the labels of a project',
	description: 'Get the labels of all finished tasks of a project, an item for each image',
	fields: [
		projectId,
		{ ...returnAll, default: true },
		limit,
		simplify,
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			default: {},
			options: [
				{
					displayName: 'Include Classes',
					name: 'includeClasses',
					type: 'boolean',
					default: true,
					description: 'Whether each item carries the list of the project’s classes',
				},
				{
					displayName: 'Status',
					name: 'status',
					type: 'multiOptions',
					default: [],
					options: [
						{ name: 'Completed', value: 'completed' },
						{ name: 'Reviewed', value: 'reviewed' },
						{ name: 'Skipped', value: 'skipped' },
					],
					description: 'Only images whose task has this status. Leave empty to get all.',
				},
			],
		},
	],
	async run(item, { api }) {
		const id = item.id('projectId', 'Project');
		const elements = await api.exportLabels(id);
		return toOutputs(item, id, elements, api.baseUrl);
	},
};

function toOutputs(item: ItemInput, id: string, elements: readonly unknown[], baseUrl: string): readonly Output[] {
	const isWanted = statusFilter(item);
	const most = item.flag('returnAll') ? Infinity : Math.max(1, item.number('limit', 50));
	const isSimple = item.flag('simplify');
	const outputs: Output[] = [];
	let classes: readonly LabelClass[] = [];
	for (const raw of elements) {
		if (outputs.length >= most) break;
		const element = readExportElement(raw, geometryTypesOf(classes));
		if (element.kind === 'classes') classes = element.classes;
		if (element.kind === 'classes' || element.kind === 'unreadable' || !isWanted(element.image.status)) continue;
		const record = isSimple ? simpleRecord(element.image, element.problems, bitmapTasks(raw, baseUrl)) : rawRecord(element.image, raw);
		if (element.kind === 'video') record.videoTaskId = /exportVideoTask\/([^/]+)/.exec(element.taskExportUrl)?.[1] ?? '';
		outputs.push({ json: { ...record, projectId: id, ...classesOf(item, classes) } });
	}
	return outputs;
}

function statusFilter(item: ItemInput): (status: string | undefined) => boolean {
	const option = item.option('status');
	const wanted = Array.isArray(option) ? option.map(String) : [];
	return (status) => wanted.length === 0 || wanted.includes(status ?? '');
}

function classesOf(item: ItemInput, classes: readonly LabelClass[]): IDataObject {
	if (item.option('includeClasses') === false) return {};
	return { classes: classes.map(({ key, type, number }) => ({ key, type, number })) };
}

function simpleRecord(image: LabelledImage, problems: readonly LabelProblem[], bitmaps: IDataObject): IDataObject {
	return {
		imageId: image.imageId,
		imageName: image.imageName,
		status: image.status ?? '',
		labeler: image.labeler ?? null,
		...bitmaps,
		labels: [...image.objects] as object[] as IDataObject[],
		classifications: image.classifications as object as IDataObject,
		...(problems.length === 0 ? {} : { problems: problems.map(({ path, message }) => ({ path, message })) }),
	};
}

function rawRecord(image: LabelledImage, raw: unknown): IDataObject {
	return { imageId: image.imageId, imageName: image.imageName, ...(raw as IDataObject) };
}

/**
 * The task and classes that the image has bitmaps of. The server's links point to whatever host it thinks it is, so only
 * their IDs are used (CONTRACT.md, section 7); they are the only place in the export with the task's ID.
 */
function bitmapTasks(raw: unknown, baseUrl: string): IDataObject {
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
