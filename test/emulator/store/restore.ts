import { sortKey } from './names';
import { enterMedium } from './media';
import type { Configuration, LabelEntry, LabelValue, Project, Task } from './model';
import type { EntryRecord, StateRecord, ValueRecord } from './records';
import type { Store } from './store';
import { enterTask } from './tasks';

/** Puts one line of a state file into the store; lines come in the order in which `recordsOf` makes them. */
export function restore(store: Store, record: StateRecord): void {
	switch (record.kind) {
		case 'token':
			store.tokens.set(record.token.id, record.token);
			return;
		case 'dataset':
			store.datasets.set(record.dataset.id, {
				...record.dataset,
				media: new Set(),
				projects: new Set(),
				names: new Map(),
				urls: new Map(),
			});
			return;
		case 'medium': {
			const dataset = store.dataset(record.datasetId, 'dataset');
			enterMedium(store, { ...record.medium, dataset, tasks: new Set(), sortKey: sortKey(record.medium.name) });
			return;
		}
		case 'project':
			restoreProject(store, record);
			return;
		case 'task':
			restoreTask(store, record);
	}
}

function restoreProject(store: Store, record: StateRecord & { kind: 'project' }): void {
	const { configuration: kept, datasetIds, ...plain } = record.project;
	const datasets = new Set(datasetIds.map((id) => store.dataset(id, 'dataset')));
	const configuration: Configuration = { id: kept.id, changedAt: kept.changedAt, roots: [], project: plain as Project };
	const project: Project = Object.assign(plain, { configuration, datasets });
	configuration.roots = kept.roots.map((root) => restoreEntry(store, configuration, root, null));
	for (const dataset of datasets) dataset.projects.add(project);
	store.configurations.set(configuration.id, configuration);
	store.projects.set(project.id, project);
}

function restoreEntry(
	store: Store,
	configuration: Configuration,
	record: EntryRecord,
	parent: LabelEntry | null,
): LabelEntry {
	const entry: LabelEntry = { ...record, configuration, parent, children: [] };
	entry.children = record.children.map((child) => restoreEntry(store, configuration, child, entry));
	store.entries.set(entry.id, entry);
	return entry;
}

function restoreTask(store: Store, record: StateRecord & { kind: 'task' }): void {
	const { projectId, mediumId, values, ...plain } = record.task;
	const task: Task = {
		...plain,
		project: store.project(projectId),
		medium: store.medium(mediumId),
		values: [],
		seeded: null,
	};
	task.values = values.map((value) => restoreValue(store, task, value, null));
	enterTask(store, task);
}

function restoreValue(store: Store, task: Task, record: ValueRecord, parent: LabelValue | null): LabelValue {
	const { entryId, children, ...plain } = record;
	const value: LabelValue = { ...plain, entry: store.entry(entryId), task, parent, children: [] };
	value.children = children.map((child) => restoreValue(store, task, child, value));
	store.values.set(value.id, value);
	return value;
}
