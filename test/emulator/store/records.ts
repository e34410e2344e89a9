import type { ApiToken, Configuration, Dataset, LabelEntry, LabelValue, Medium, Project, Task } from './model';
import type { Store } from './store';
import { valuesOf } from './values';

/** The store as plain objects, one a line of the state file; ids stand for what they name. */
export type StateRecord =
	| { kind: 'token'; token: ApiToken }
	| { kind: 'dataset'; dataset: Omit<Dataset, 'media' | 'projects' | 'names' | 'urls'> }
	| { kind: 'medium'; medium: Omit<Medium, 'dataset' | 'tasks' | 'sortKey'>; datasetId: string }
	| { kind: 'project'; project: ProjectRecord }
	| { kind: 'task'; task: TaskRecord };

export type EntryRecord = Omit<LabelEntry, 'configuration' | 'parent' | 'children'> & { children: EntryRecord[] };
export type ValueRecord = Omit<LabelValue, 'entry' | 'task' | 'parent' | 'children'> & {
	entryId: string;
	children: ValueRecord[];
};
type ConfigurationRecord = Omit<Configuration, 'project' | 'roots'> & { roots: EntryRecord[] };
type ProjectRecord = Omit<Project, 'configuration' | 'datasets'> & {
	configuration: ConfigurationRecord;
	datasetIds: string[];
};
type TaskRecord = Omit<Task, 'project' | 'medium' | 'values' | 'seeded'> & {
	projectId: string;
	mediumId: string;
	values: ValueRecord[];
};

export function* recordsOf(store: Store): Generator<StateRecord> {
	for (const token of store.tokens.values()) yield { kind: 'token', token };
	for (const dataset of store.datasets.values()) {
		yield { kind: 'dataset', dataset: without(dataset, 'media', 'projects', 'names', 'urls') };
	}
	for (const medium of store.media.values()) {
		yield { kind: 'medium', medium: without(medium, 'dataset', 'tasks', 'sortKey'), datasetId: medium.dataset.id };
	}
	for (const { configuration, datasets, ...project } of store.projects.values()) {
		const { id, changedAt, roots } = configuration;
		const datasetIds = [...datasets].map((dataset) => dataset.id);
		yield {
			kind: 'project',
			project: { ...project, datasetIds, configuration: { id, changedAt, roots: roots.map(entryRecord) } },
		};
	}
	for (const task of store.tasks.values()) {
		const values = valuesOf(task).map(valueRecord);
		const plain = without(task, 'project', 'medium', 'seeded');
		yield { kind: 'task', task: { ...plain, projectId: task.project.id, mediumId: task.medium.id, values } };
	}
}

function entryRecord(entry: LabelEntry): EntryRecord {
	return { ...without(entry, 'configuration', 'parent'), children: entry.children.map(entryRecord) };
}

function valueRecord(value: LabelValue): ValueRecord {
	return {
		...without(value, 'entry', 'task', 'parent'),
		entryId: value.entry.id,
		children: value.children.map(valueRecord),
	};
}

/** A shallow copy that lacks some fields. */
export function without<T extends object, K extends keyof T>(thing: T, ...names: K[]): Omit<T, K> {
	const copy: Partial<T> = { ...thing };
	for (const name of names) delete copy[name];
	return copy as Omit<T, K>;
}
