import type { Classification, Geometry, LabelClass, LabeledImage, LabelObject } from '../model';
import { relocate, type LabelProblem } from '../parsing/problem';
import { isList, isPositive, isRecord, ownValue, setOwn, shown, textOf, type JsonRecord } from '../parsing/record';
import { CLASSIFICATION_ENTRY_TYPES } from '../classes/labelClass';
import { readServerLabelConfig, type ServerEntry } from '../classes/serverLabelConfig';
import { coordinate, coordinateFault, fault, readPoints, type GeometryFault } from './geometry';
import { inOrder, valuesInOrder } from './labelOrder';
import { identifiedValue, type LabelValue } from './labelValue';

const DEEPEST_LEVEL = 8;

/** The labels of a task and the classes with the IDs by which they are changed. */
export interface IdentifiedLabels {
	readonly iterationId: string;
	readonly entries: readonly ServerEntry[];
	readonly values: readonly LabelValue[];
}

export interface TaskReading {
	/** With the task's ID and status. */
	readonly image: LabeledImage;
	/** In a stable order, as the labels are (`labelOrder.ts`). */
	readonly classes: LabelClass[];
	/** Time of the configuration's last change (epoch milliseconds), which `completeTask` asks for. */
	readonly lastChangedConfig?: number;
	readonly projectName?: string;
	readonly datasetId?: string;
	readonly datasetName?: string;
	readonly reviewComment?: string;
	/** Missing if the answer lacks one of the IDs, so that labels cannot be changed by it. */
	readonly identified?: IdentifiedLabels;
	readonly problems: LabelProblem[];
}

interface Labels {
	/** As they were read into the objects and classifications; undefined if one lacks an ID or a key. */
	values: LabelValue[] | undefined;
	readonly objects: LabelObject[];
	readonly classifications: Record<string, Classification>;
}

/**
 * Reads the answer of `GET /task/{taskId}`, or what `TaskDetailsReader` makes of several, in this place only: coordinates as they were drawn (decimals, negative ones,
 * too), the size of the file as stored, the label configuration, and the IDs by which labels are changed.
 *
 * Takes anything, never throws. Paths of problems follow the answer: `labelIteration.entryValues[2].children[0]`.
 * Source: docs/contract.md#task-details; recordings 323, 366, 623, 626.
 */
export function readTask(value: unknown): TaskReading {
	const problems: LabelProblem[] = [];
	const task = isRecord(value) ? value : {};
	const media = isRecord(task.media) ? task.media : {};
	const iteration = isRecord(task.labelIteration) ? task.labelIteration : {};
	const imageId = textOf(media.id) ?? '';
	if (imageId === '') {
		problems.push({
			severity: 'error',
			reason: 'no-image',
			path: 'media.id',
			message: "The task has no image. Check the server's version.",
		});
	}
	const { objects, classifications, values } = readEntryValues(
		iteration.entryValues,
		'labelIteration.entryValues',
		problems,
		1,
	);
	const { lastChangedConfig } = task;
	const { classes, serverEntries } =
		task.labelConfig === undefined ? { classes: [], serverEntries: [] } : readServerLabelConfig(task.labelConfig);
	addUnanswered(classifications, serverEntries);
	const image = inOrder({
		imageId,
		imageName: textOf(media.mediaName) ?? textOf(media.imageName) ?? '',
		...taskFields(task, media),
		objects,
		classifications,
	});
	const iterationId = textOf(iteration.id);
	const isIdentified = imageId !== '' && iterationId !== undefined && serverEntries.every(hasIds);
	return {
		image,
		classes,
		...(typeof lastChangedConfig === 'number' && { lastChangedConfig }),
		...textFields(task),
		...(isIdentified &&
			values !== undefined && { identified: { iterationId, entries: serverEntries, values: valuesInOrder(values) } }),
		problems,
	};
}

function textFields(
	task: JsonRecord,
): Pick<TaskReading, 'projectName' | 'datasetId' | 'datasetName' | 'reviewComment'> {
	const names = ['projectName', 'datasetId', 'datasetName', 'reviewComment'] as const;
	return Object.fromEntries(
		names.flatMap((name) => {
			const text = textOf(task[name]);
			return text === undefined ? [] : [[name, text]];
		}),
	);
}

function hasIds({ entryId, children }: ServerEntry): boolean {
	return entryId !== '' && children.every(hasIds);
}

function taskFields(task: JsonRecord, media: JsonRecord): Partial<LabeledImage> {
	const taskId = textOf(task.taskId);
	const state = textOf(task.labelTaskState);
	const { width, height } = media;
	return {
		...(isPositive(width) && isPositive(height) && { storedSize: { width, height } }),
		...(taskId !== undefined && { taskId }),
		...(state !== undefined && { status: state.toLowerCase() }),
	};
}

function readEntryValues(value: unknown, place: string, problems: LabelProblem[], level: number): Labels {
	const labels: Labels = { objects: [], classifications: {}, values: [] };
	if (value === undefined || value === null) return labels;
	if (!isList(value) || level > DEEPEST_LEVEL) {
		problems.push({
			severity: 'error',
			reason: 'unreadable',
			path: place,
			message: `The labels of the task must be a list nested at most ${DEEPEST_LEVEL} levels deep, but got ${shown(value)}. Check the server's version.`,
		});
		labels.values = undefined;
		return labels;
	}
	value.forEach((entryValue, index) => {
		const before = problems.length;
		readEntryValue(isRecord(entryValue) ? entryValue : {}, labels, problems, level);
		if (problems.length > before) relocate(problems, before, `${place}[${index}]`);
	});
	return labels;
}

function readEntryValue(value: JsonRecord, into: Labels, problems: LabelProblem[], level: number): void {
	const key = textOf(value.entryKeyLcEntry);
	const children = readEntryValues(value.children, 'children', problems, level + 1);
	const identified = children.values && identifiedValue(value, valuesInOrder(children.values));
	if (identified === undefined) into.values = undefined;
	else into.values?.push(identified);
	if (key === undefined) {
		problems.push({
			severity: 'error',
			reason: 'unreadable',
			path: 'entryKeyLcEntry',
			message: "This label has no class. Check the server's version.",
		});
		return;
	}
	const values = classificationValues(value);
	if (values !== undefined) {
		addClassification(key, { values, children: children.classifications }, into.classifications, problems);
		return;
	}
	const geometry = readGeometry(value);
	if (geometry.type === 'fault') {
		problems.push({ severity: 'error', reason: geometry.reason, path: '', className: key, message: geometry.message });
		return;
	}
	const id = textOf(value.id);
	into.objects.push({
		...(id !== undefined && { id }),
		className: key,
		geometry,
		classifications: children.classifications,
		children: children.objects,
	});
}

function addClassification(
	key: string,
	classification: Classification,
	into: Labels['classifications'],
	problems: LabelProblem[],
): void {
	if (ownValue(into, key) === undefined) setOwn(into, key, classification);
	else
		problems.push({
			severity: 'warning',
			reason: 'duplicate',
			path: '',
			className: key,
			message: `The classification "${key}" occurs twice; the first one is used. Set its value again in DataGym.`,
		});
}

/** Opening a task makes an empty answer to each question about the image; without that, the reading is the same all the same. */
function addUnanswered(into: Labels['classifications'], entries: readonly ServerEntry[]): void {
	for (const { entryKey, type, children } of entries) {
		if (!isQuestion(type) || ownValue(into, entryKey) !== undefined) continue;
		const below: Record<string, Classification> = {};
		addUnanswered(below, children);
		setOwn(into, entryKey, { values: [], children: below });
	}
}

function isQuestion(type: ServerEntry['type']): boolean {
	return CLASSIFICATION_ENTRY_TYPES.some((question) => question === type);
}

/** The values of a classification, or nothing when the value is a geometry. */
function classificationValues(value: JsonRecord): string[] | undefined {
	switch (value.entryTypeLcEntry) {
		case 'SELECT':
			return typeof value.selectKey === 'string' ? [value.selectKey] : [];
		case 'CHECKLIST':
			return isList(value.checkedValues) ? value.checkedValues.filter((checked) => typeof checked === 'string') : [];
		case 'FREETEXT':
			return typeof value.text === 'string' ? [value.text] : [];
		default:
			return undefined;
	}
}

function readGeometry(value: JsonRecord): Geometry | GeometryFault {
	switch (value.entryTypeLcEntry) {
		case 'RECTANGLE':
			return readRectangle(value);
		case 'POINT':
			return readPoint(value.point);
		case 'LINE':
			return readPath('line', value.points);
		case 'POLYGON':
			return readPath('polygon', value.points);
		case 'IMAGE_SEGMENTATION':
			return readSegmentation(value.pointsCollection);
		default:
			return fault('unreadable', `Unknown label type ${shown(value.entryTypeLcEntry)}. Check the server's version.`);
	}
}

function readRectangle(value: JsonRecord): Geometry | GeometryFault {
	const corner = readPoint(value.point);
	if (corner.type !== 'point') return corner;
	const width = coordinate(value.width);
	const height = coordinate(value.height);
	if (!Number.isFinite(width + height)) return coordinateFault(value, ['width', 'height']);
	return { type: 'rectangle', x: corner.x, y: corner.y, width, height };
}

function readPoint(value: unknown): Geometry | GeometryFault {
	const points = readPoints([value]);
	if (!Array.isArray(points)) return points;
	const [point] = points;
	return point === undefined
		? fault('empty', 'The label has no coordinates. Draw it again in DataGym.')
		: { type: 'point', ...point };
}

function readPath(type: 'line' | 'polygon', value: unknown): Geometry | GeometryFault {
	const points = readPoints(isList(value) ? value : []);
	if (!Array.isArray(points)) return points;
	return points.length === 0
		? fault('empty', `The ${type} has no points. Draw it again in DataGym.`)
		: { type, points };
}

function readSegmentation(value: unknown): Geometry | GeometryFault {
	const rings = [];
	for (const part of isList(value) ? value : []) {
		const points = readPoints(isRecord(part) && isList(part.points) ? part.points : []);
		if (!Array.isArray(points)) return points;
		if (points.length > 0) rings.push(points);
	}
	if (rings.length === 0)
		return fault(
			'empty',
			'The segmentation has no polygon: DataGym stores imported segmentations empty. Draw it again in DataGym.',
		);
	return { type: 'segmentation', regions: [rings] };
}
