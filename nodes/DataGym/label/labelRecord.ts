import type { IDataObject } from 'n8n-workflow';
import type { LabelValue } from '@datagym/client';
import { type Classifications, hasValues, type LabelObject } from '@datagym/labels';
import { authorOf } from '../labelRecords';
import type { OpenTask } from './openTask';

/** A label as it leaves the node; `label` is missing when its geometry cannot be read. */
export function labelRecord(task: OpenTask, value: LabelValue, label: Partial<LabelObject> = {}): IDataObject {
	return {
		...identity(task, value),
		geometry: (label.geometry ?? null) as IDataObject | null,
		classifications: (label.classifications ?? {}) as object as IDataObject,
	};
}

/** An answer about the image as a whole. */
export function answerRecord(task: OpenTask, value: LabelValue): IDataObject {
	const answer = Object.entries(task.reading.image.classifications).find(([key]) => key === value.key)?.[1];
	return {
		...identity(task, value),
		values: [...(answer?.values ?? [])],
		classifications: (answer?.children ?? {}) as object as IDataObject,
	};
}

function identity({ taskId, imageId, reading }: OpenTask, value: LabelValue): IDataObject {
	const { valueId, key, type, parentId, comment } = value;
	return {
		taskId,
		imageId,
		imageName: reading.image.imageName,
		labelId: valueId,
		className: key,
		type: type === 'IMAGE_SEGMENTATION' ? 'segmentation' : type.toLowerCase(),
		...(parentId === undefined ? {} : { parentLabelId: parentId }),
		...authorOf(value),
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
