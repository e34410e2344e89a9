import type { IDataObject } from 'n8n-workflow';
import type { LabelValue } from '@datagym/client';
import type { LabelClass, LabeledImage, LabelObject, LabelProblem } from '@datagym/labels';

/** The labels of an image as they leave the node, in the form of `labels/model.ts`, with what could not be read. */
export function labelsRecord(
	{ objects, classifications }: LabeledImage,
	problems: readonly LabelProblem[],
): IDataObject {
	return {
		labels: [...objects] as object[] as IDataObject[],
		classifications: classifications as object as IDataObject,
		...(problems.length === 0 ? {} : { problems: problems.map(({ path, message }) => ({ path, message })) }),
	};
}

export function classesRecord(classes: readonly LabelClass[]): IDataObject[] {
	return classes.map(({ key, type, number }) => ({ key, type, number }));
}

/** The objects with who made each and when, which task details tell. */
export function withAuthors(objects: readonly LabelObject[], values: readonly LabelValue[]): LabelObject[] {
	const byId = new Map(values.map((value) => [value.valueId, value]));
	return objects.map((object) => {
		const value = object.id === undefined ? undefined : byId.get(object.id);
		return { ...object, ...authorOf(value), children: withAuthors(object.children, value?.children ?? []) };
	});
}

export function authorOf(value: LabelValue | undefined): IDataObject {
	return {
		...(value?.labeler === undefined ? {} : { labeler: value.labeler }),
		...(value?.timestamp === undefined ? {} : { timestamp: new Date(value.timestamp).toISOString() }),
	};
}
