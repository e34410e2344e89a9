import type { IDataObject } from 'n8n-workflow';
import type { LabelClass, LabelledImage } from '../../labels/model';
import type { LabelProblem } from '../../labels/problem';

/** The labels of an image as they leave the node, in the form of `labels/model.ts`, with what could not be read. */
export function labelsRecord({ objects, classifications }: LabelledImage, problems: readonly LabelProblem[]): IDataObject {
	return {
		labels: [...objects] as object[] as IDataObject[],
		classifications: classifications as object as IDataObject,
		...(problems.length === 0 ? {} : { problems: problems.map(({ path, message }) => ({ path, message })) }),
	};
}

export function classesRecord(classes: readonly LabelClass[]): IDataObject[] {
	return classes.map(({ key, type, number }) => ({ key, type, number }));
}
