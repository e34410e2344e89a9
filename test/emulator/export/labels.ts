import { type Call, formEncoded } from '../http/endpoint';
import type { LabelClass } from '../generation';
import { branch } from '../store/configuration';
import type { Content, EntryType, LabelEntry, LabelValue, Point, Project, Task, TaskState } from '../store/model';
import { isClassification, valuesOf } from '../store/values';

/** REVIEWED_SKIP is missing, as on the real server [349]. */
const EXPORTED: Partial<Record<TaskState, string>> = {
	COMPLETED: 'completed',
	REVIEWED: 'reviewed',
	SKIPPED: 'skipped',
};

/** The class header and one element for each finished task; nothing at all when there is none [330]. */
export function* exportElements(call: Call, project: Project): Generator<Record<string, unknown>> {
	const { store, generation } = call;
	const board = store.board(project);
	const states = Object.keys(EXPORTED) as TaskState[];
	const tasks = store.chance.shuffled(states.flatMap((state) => board.list(state)));
	if (tasks.length === 0) return;
	yield generation.exportHeader(labelClasses(project));
	for (const task of tasks)
		yield generation.exportElement(project.mediaType === 'VIDEO' ? videoElement(call, task) : imageElement(call, task));
}

/** The order of types in which the real server lists them; keys may repeat under several parents [631]. */
const CLASS_ORDER: EntryType[] = [
	'POINT',
	'LINE',
	'POLYGON',
	'IMAGE_SEGMENTATION',
	'RECTANGLE',
	'SELECT',
	'CHECKLIST',
	'FREETEXT',
];

function labelClasses(project: Project): LabelClass[] {
	const entries = project.configuration.roots.flatMap((root) => [...branch(root)]);
	return CLASS_ORDER.flatMap((type) => entries.filter((entry) => entry.type === type).map(labelClass));
}

function labelClass(entry: LabelEntry): LabelClass {
	const type = entry.type.toLowerCase();
	const geometry = !isClassification(entry.type) && entry.type !== 'IMAGE_SEGMENTATION';
	return geometry
		? { class_name: entry.key, geometry_type: type }
		: { class_name: entry.key, classification_type: type };
}

function elementHead(task: Task) {
	return {
		internal_media_ID: task.medium.id,
		external_media_ID: task.medium.name,
		labeler: task.labeler,
		status: EXPORTED[task.state],
	};
}

function imageElement(call: Call, task: Task): Record<string, unknown> {
	const values = call.store.chance.shuffled(valuesOf(task));
	const geometries = values.filter((value) => !isClassification(value.entry.type));
	const segmentations = segmentationUrls(call, task, geometries);
	return {
		...elementHead(task),
		...(segmentations.length > 0 ? { segmentations } : {}),
		global_classifications: classifications(values),
		labels: byClass(geometries, (value) => ({ ...label(value), nested_geometries: nested(value) })),
	};
}

/** Only of validated segmentations; the base is what the server believes its address to be. */
function segmentationUrls(call: Call, task: Task, geometries: LabelValue[]): string[] {
	const keys = geometries
		.filter((value) => value.content.type === 'IMAGE_SEGMENTATION' && value.valid)
		.map((value) => value.entry.key);
	return [...new Set(keys)].map((key) => `${call.settings.apiUrl}export/bitmap/${task.id}/${formEncoded(key)}`);
}

function byClass(values: LabelValue[], element: (value: LabelValue) => unknown): Record<string, unknown[]> {
	const groups: Record<string, unknown[]> = {};
	for (const value of values) (groups[value.entry.key] ??= []).push(element(value));
	return groups;
}

function nested(value: LabelValue): Record<string, unknown[]> {
	return byClass(
		value.children.filter((child) => !isClassification(child.entry.type)),
		label,
	);
}

function label(value: LabelValue): Record<string, unknown> {
	return {
		[value.entry.type.toLowerCase()]: geometry(value.content),
		classifications: classifications(value.children),
	};
}

function geometry(content: Content): unknown[] {
	switch (content.type) {
		case 'POINT':
			return [exportedPoint(content)];
		case 'RECTANGLE':
			return [exportedRectangle(content)];
		case 'LINE':
		case 'POLYGON':
			return content.points.map(exportedPoint);
		case 'IMAGE_SEGMENTATION':
			return content.rings.map((ring) => ring.points.map(exportedPoint));
		default:
			return [];
	}
}

/** Cut to whole pixels; one negative or missing coordinate makes all of them null [334]. */
function exportedPoint({ x, y }: Pick<Point, 'x' | 'y'>): { x: number | null; y: number | null } {
	if (x === null || y === null || x < 0 || y < 0) return { x: null, y: null };
	return { x: Math.trunc(x), y: Math.trunc(y) };
}

export function exportedRectangle({ x, y, width, height }: Content & { type: 'RECTANGLE' }) {
	if (x === null || y === null || width === null || height === null || x < 0 || y < 0 || width < 0 || height < 0) {
		return { x: null, y: null, w: null, h: null };
	}
	return { x: Math.trunc(x), y: Math.trunc(y), w: Math.trunc(width), h: Math.trunc(height) };
}

/** Values first, then one object for each child classification; never filled is `[null]`. */
function classifications(values: LabelValue[]): Record<string, unknown[]> {
	const filled: Record<string, unknown[]> = {};
	for (const value of values) {
		if (!isClassification(value.entry.type)) continue;
		const children = value.children.map((child) => classifications([child]));
		filled[value.entry.key] = [...chosen(value.content), ...children];
	}
	return filled;
}

function chosen(content: Content): Array<string | null> {
	if (content.type === 'CHECKLIST') return content.checkedValues.length > 0 ? content.checkedValues : [null];
	if (content.type === 'SELECT') return [content.selectKey];
	return content.type === 'FREETEXT' ? [content.text] : [];
}

/** A video's labels are exported task by task; numbers are texts and the URL ends in a slash [684]. */
function videoElement(call: Call, task: Task): Record<string, unknown> {
	const { video } = task.medium;
	const about = video && {
		video_height: String(video.height),
		video_width: String(video.width),
		video_total_frames: String(video.totalFrames),
		video_frame_rate: video.frameRate,
		video_duration: video.duration.toFixed(1),
	};
	return { ...elementHead(task), task_export_url: `${call.settings.apiUrl}exportVideoTask/${task.id}/`, ...about };
}
