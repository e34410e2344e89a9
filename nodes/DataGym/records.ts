import type { IDataObject } from 'n8n-workflow';
import type { DatasetSummary, Image, Project, Task } from '@datagym/client';
import { limit, returnAll, simplify } from './fields';
import { statusOf } from './projectTasks';
import type { ItemInput } from './runner/itemInput';
import type { Output } from './runner/operation';

/** The form in which projects, datasets, images and tasks leave the node: the same names for both API generations. */

export function projectRecord(project: Project): IDataObject {
	return {
		...without(project, 'raw'),
		datasetCount: project.datasets.length,
		datasets: [...project.datasets].sort(byName(({ datasetId }) => datasetId)).map(datasetSummaryRecord),
	};
}

function datasetSummaryRecord({ datasetId, name, imageCount }: DatasetSummary): IDataObject {
	return { datasetId, name, imageCount };
}

export function datasetRecord(dataset: DatasetSummary): IDataObject {
	return without(dataset, 'raw', 'images');
}

export function imageRecord(image: Image, datasetId?: string): IDataObject {
	return { ...without(image, 'raw', 'link'), ...(datasetId === undefined ? {} : { datasetId }) };
}

export function taskRecord(task: Task): IDataObject {
	return { ...without(task, 'raw', 'state'), status: statusOf(task.state) };
}

function without(record: object, ...keys: readonly string[]): IDataObject {
	return Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)));
}

/** The record, or the server's own answer if the user wants it. */
export function simplified<Value extends { readonly raw: unknown }>(
	item: ItemInput,
	value: Value,
	record: (value: Value) => IDataObject,
): Output {
	return { json: item.flag(simplify) ? record(value) : (value.raw as IDataObject) };
}

/** As many as the user wants. */
export function limited<Value>(item: ItemInput, values: readonly Value[]): readonly Value[] {
	return item.flag(returnAll) ? values : values.slice(0, item.number(limit));
}

export function matches(text: string, search: string): boolean {
	return text.toLowerCase().includes(search.toLowerCase());
}

/** As people sort names, and the same on every machine. */
const NAMES = new Intl.Collator('en');

/** A stable order for projects and datasets, which the server gives in none: by name, then by whatever tells them apart. */
export function byName<Value extends { readonly name: string }>(idOf: (value: Value) => string) {
	return (a: Value, b: Value): number => NAMES.compare(a.name, b.name) || (idOf(a) < idOf(b) ? -1 : 1);
}

/** A stable order for images and their tasks: by name, then by ID, since several datasets can hold the same name. */
export function byImage(
	a: { readonly imageName: string; readonly imageId: string },
	b: { readonly imageName: string; readonly imageId: string },
): number {
	return NAMES.compare(a.imageName, b.imageName) || (a.imageId < b.imageId ? -1 : Number(a.imageId > b.imageId));
}
