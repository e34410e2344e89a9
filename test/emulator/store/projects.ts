import { alreadyContains, ruleBroken } from '../errors';
import type { Dataset, MediaType, Project } from './model';
import type { Store } from './store';
import { createTask, destroyTask } from './tasks';

export interface ProjectDraft {
	name: string;
	shortDescription?: string | null;
	description?: string | null;
	owner: string;
	mediaType?: MediaType | undefined;
	dummy?: boolean;
}

export function createProject(store: Store, draft: ProjectDraft): Project {
	const now = Date.now();
	const project: Omit<Project, 'configuration'> = {
		id: store.newId(),
		name: draft.name,
		shortDescription: draft.shortDescription ?? null,
		description: draft.description ?? null,
		timestamp: now,
		owner: draft.owner,
		mediaType: draft.mediaType ?? 'IMAGE',
		pinned: false,
		reviewActivated: false,
		deleted: false,
		deleteTime: null,
		dummy: draft.dummy ?? false,
		iterationId: store.newId(),
		datasets: new Set(),
	};
	const configuration = { id: store.newId(), changedAt: now, roots: [], project: project as Project };
	const complete: Project = Object.assign(project, { configuration });
	store.configurations.set(configuration.id, configuration);
	store.projects.set(complete.id, complete);
	return complete;
}

export function deleteProject(project: Project): void {
	project.deleted = true;
	project.deleteTime = Date.now();
}

/** Every medium of the dataset, also a deleted one, gets a task in BACKLOG (docs/contract.md#connect-a-dataset). */
export function connect(store: Store, project: Project, dataset: Dataset): void {
	if (project.mediaType !== dataset.mediaType) throw ruleBroken('mediatype_missmatch');
	if (project.dummy) throw ruleBroken('dummy_project_limit');
	if (dataset.dummy) throw ruleBroken('dummy_dataset_limit');
	if (project.datasets.has(dataset)) throw alreadyContains();
	joinUnchecked(store, project, dataset);
}

export function joinUnchecked(store: Store, project: Project, dataset: Dataset): void {
	project.datasets.add(dataset);
	dataset.projects.add(project);
	for (const medium of dataset.media) createTask(store, project, medium);
}

/** Destroys the tasks and labels of the dataset in this project [449-453]. */
export function disconnect(store: Store, project: Project, dataset: Dataset): void {
	if (!project.datasets.has(dataset)) throw ruleBroken('does_not_contain', 'Project', 'Dataset');
	project.datasets.delete(dataset);
	dataset.projects.delete(project);
	for (const medium of dataset.media) {
		const task = store.board(project).of(medium);
		if (task) destroyTask(store, task);
	}
}
