import type { IDataObject } from 'n8n-workflow';
import type { Dataset, DatasetSummary, Image, Project, Task } from '@datagym/client';
import { limit, returnAll, simplify } from './fields';
import { statusOf } from './projectTasks';
import type { ItemInput } from './runner/itemInput';
import type { Output } from './runner/operation';

/** The form in which projects, datasets, images and tasks leave the node: the same names for both API generations. */

export function projectRecord(project: Project): IDataObject {
	return {
		...without(project, 'raw'),
		datasetCount: project.datasets.length,
		datasets: project.datasets.map(datasetSummaryRecord),
	};
}

function datasetSummaryRecord({ datasetId, name, imageCount }: DatasetSummary): IDataObject {
	return { datasetId, name, imageCount };
}

export function datasetRecord(dataset: Dataset): IDataObject {
	return without(dataset, 'raw', 'images');
}

export function imageRecord(image: Image, datasetId?: string): IDataObject {
	return { ...without(image, 'raw'), ...(datasetId === undefined ? {} : { datasetId }) };
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

/** A stable order for what the server gives in none: by name, then by ID. */
export function byName<Value extends { readonly name: string }>(a: Value, b: Value): number {
	return a.name.localeCompare(b.name);
}
