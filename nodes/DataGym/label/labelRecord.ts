import type { IDataObject } from 'n8n-workflow';
import {
	boundingBox,
	type Classifications,
	hasValues,
	type LabelObject,
	type LabelValue,
	ownValue,
} from '@datagym/labels';
import { authorRecord } from '@datagym/shared/labelRecords';
import { answersOf } from '../briefLabels';
import type { OpenTask } from './openTask';

/** A label as it leaves the node; `label` is missing when its geometry cannot be read. */
export function labelRecord(task: OpenTask, value: LabelValue, label: Partial<LabelObject> = {}): IDataObject {
	return {
		...identity(task, value),
		geometry: (label.geometry ?? null) as IDataObject | null,
		classifications: (label.classifications ?? {}) as object as IDataObject,
	};
}

/** Of the records, what a tool of an AI agent can choose from. */
export const LABEL_FIELDS = [
	'taskId',
	'imageId',
	'imageName',
	'labelId',
	'className',
	'type',
	'parentLabelId',
	'labeler',
	'timestamp',
	'comment',
	'geometry',
	'classifications',
	'values',
];

/** For an AI agent, which knows the task that it has asked for: the box instead of the geometry, and answers as texts. */
export function briefLabel(
	{ labelId, className, type, parentLabelId, comment, values }: IDataObject,
	label: LabelObject | undefined,
): IDataObject {
	const { x, y, width, height } = (label && boundingBox(label.geometry)) ?? {};
	const answers = answersOf(label?.classifications ?? {});
	const known: IDataObject = { labelId, className, type, parentLabelId, x, y, width, height, comment, values };
	const record = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
	return answers.length === 0 ? record : { ...record, classifications: answers };
}

/** A classification of the image as a whole. */
export function classificationRecord(task: OpenTask, value: LabelValue): IDataObject {
	const classification = ownValue(task.reading.image.classifications, value.key);
	return {
		...identity(task, value),
		values: [...(classification?.values ?? [])],
		classifications: (classification?.children ?? {}) as object as IDataObject,
	};
}

function identity({ taskId, reading }: OpenTask, value: LabelValue): IDataObject {
	const { valueId, key, type, parentId, comment } = value;
	return {
		taskId,
		imageId: reading.image.imageId,
		imageName: reading.image.imageName,
		labelId: valueId,
		className: key,
		type: type === 'image_segmentation' ? 'segmentation' : type,
		...(parentId === undefined ? {} : { parentLabelId: parentId }),
		...authorRecord(value),
		...(comment === undefined || comment === '' ? {} : { comment }),
	};
}

/** Those of the classifications that are answered. */
export function answered(classifications: Classifications): Classifications {
	return Object.fromEntries(
		Object.entries(classifications).filter(([, { values, children }]) => values.length > 0 || hasValues(children)),
	);
}

/** The objects of a task by ID, those inside of others, too. */
export function objectsById(objects: readonly LabelObject[]): Map<string, LabelObject> {
	return new Map(
		objects.flatMap((object) => [
			...(object.id === undefined ? [] : [[object.id, object] as const]),
			...objectsById(object.children),
		]),
	);
}
