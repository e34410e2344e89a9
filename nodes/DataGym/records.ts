import type { IDataObject } from 'n8n-workflow';
import type { DatasetSummary, Image, Project, Task } from '@datagym/client';
import { limit, returnAll } from './fields';
import { inChosenForm } from './output';
import { statusOf } from './projectTasks';
import type { ItemInput } from './runner/itemInput';
import type { Output } from './runner/operation';

/** The form in which projects, datasets, images and tasks leave the node: the same names for both API generations. */

/** Of their records, what a tool of an AI agent can choose from. */
export const PROJECT_FIELDS = [
	'projectId',
	'name',
	'shortDescription',
	'description',
	'mediaType',
	'labelConfigurationId',
	'labelIterationId',
	'timestamp',
	'datasetCount',
	'datasets',
];

export const DATASET_FIELDS = [
	'datasetId',
	'name',
	'shortDescription',
	'timestamp',
	'projectCount',
	'mediaType',
	'imageCount',
];

export const IMAGE_FIELDS = ['imageId', 'imageName', 'source', 'timestamp', 'width', 'height', 'datasetId'];

export const TASK_FIELDS = [
	'taskId',
	'projectId',
	'projectName',
	'imageId',
	'imageName',
	'labeler',
	'reviewComment',
	'iterationId',
	'hasPredictions',
	'isBenchmark',
	'status',
];

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

export function imageRecord(image: Omit<Image, 'raw'>, datasetId?: string): IDataObject {
	return { ...without(image, 'raw', 'link'), ...(datasetId === undefined ? {} : { datasetId }) };
}

export function taskRecord(task: Task): IDataObject {
	return { ...without(task, 'raw', 'state'), status: statusOf(task.state) };
}

function without(record: object, ...keys: readonly string[]): IDataObject {
	return Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)));
}

/** A project for an AI agent: what it needs to go on, each dataset as a text. */
export function briefProject(project: Project): IDataObject {
	const { projectId, name, description, shortDescription, mediaType, timestamp, datasets } = project;
	const sorted = [...datasets].sort(byName(({ datasetId }) => datasetId));
	return {
		projectId,
		name,
		description: description === '' ? shortDescription : description,
		mediaType,
		...(timestamp === undefined ? {} : { timestamp }),
		imageCount: datasets.reduce((sum, { imageCount }) => sum + imageCount, 0),
		datasets: sorted.map(({ datasetId, name: of, imageCount }) => `${of}, ID ${datasetId}, ${imageCount} images`),
	};
}

/** A task for an AI agent, which knows the project that it has asked for. */
export function briefTask(task: Task): IDataObject {
	return without(taskRecord(task), 'projectId', 'projectName', 'iterationId', 'isBenchmark');
}

/** The record in the form that the user wants: as the server wrote it, with the names of the node, or as an AI agent gets it. */
export function simplified<Value extends { readonly raw: unknown }>(
	item: ItemInput,
	value: Value,
	record: (value: Value) => IDataObject,
	brief = record,
): Output {
	return {
		json: inChosenForm(item, { raw: () => value.raw, record: () => record(value), brief: () => brief(value) }),
	};
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
