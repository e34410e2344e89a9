import type { IDataObject } from 'n8n-workflow';
import {
	eachObject,
	type LabelClass,
	type LabeledImage,
	type LabelObject,
	type LabelProblem,
	type LabelValue,
} from '@datagym/labels';

/**
 * The labels of an image as they leave a node, with what could not be read.
 *
 * @param values the same labels with who made each and when, which task details tell.
 */
export function labelsRecord(
	{ objects, classifications }: Pick<LabeledImage, 'objects' | 'classifications'>,
	problems: ReadonlyArray<Pick<LabelProblem, 'path' | 'message'>>,
	values: readonly LabelValue[] = [],
): IDataObject {
	return {
		...countsRecord(objects),
		labels: objectRecords(objects, values),
		classifications: classifications as object as IDataObject,
		...(problems.length === 0 ? {} : { problems: problems.map(({ path, message }) => ({ path, message })) }),
	};
}

/** How many labels there are, and of which classes, nested ones as well. */
function countsRecord(objects: readonly LabelObject[]): IDataObject {
	const names: string[] = [];
	eachObject({ objects }, ({ className }) => names.push(className));
	return { labelCount: names.length, classNames: [...new Set(names)].sort() };
}

function objectRecords(objects: readonly LabelObject[], values: readonly LabelValue[]): IDataObject[] {
	const byId = new Map(values.map((value) => [value.valueId, value]));
	return objects.map(({ id, className, geometry, classifications, children, score }) => {
		const value = id === undefined ? undefined : byId.get(id);
		return {
			...(id === undefined ? {} : { labelId: id }),
			className,
			geometry: geometry as object as IDataObject,
			classifications: classifications as object as IDataObject,
			children: objectRecords(children, value?.children ?? []),
			...(score === undefined ? {} : { score }),
			...authorRecord(value),
		};
	});
}

/** Who made a label and when, as far as it is known. */
export function authorRecord(value: LabelValue | undefined): IDataObject {
	return {
		...(value?.labeler === undefined ? {} : { labeler: value.labeler }),
		...(value?.timestamp === undefined ? {} : { timestamp: new Date(value.timestamp).toISOString() }),
	};
}

export function classesRecord(classes: readonly LabelClass[]): IDataObject[] {
	return classes.map(({ key, type, number }) => ({ className: key, type, number }));
}
