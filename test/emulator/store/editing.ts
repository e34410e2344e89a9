import { alreadyExists, ruleBroken, systemFault } from '../errors';
import { hideMedium } from './media';
import type { Dataset, Medium, Project } from './model';
import { equalityKey, isReserved } from './names';
import type { Store } from './store';

/** What the user interface can change of a project; what is left out becomes null. */
export interface ProjectEdit {
	name: string;
	shortDescription: string;
	description: string | null;
}

interface Named {
	id: string;
	name: string;
	owner: string;
	deleted: boolean;
	dummy: boolean;
}

/** Whether something living of the organization bears a name; two that a race made are a fault for the query that expects one. */
export function isTaken(things: Iterable<Named>, owner: string, name: string): boolean {
	const wanted = equalityKey(name);
	let same = 0;
	for (const thing of things) if (!thing.deleted && thing.owner === owner && equalityKey(thing.name) === wanted) same++;
	if (same > 1) throw systemFault();
	return same === 1;
}

/** The thing itself counts, too: a change of case alone is refused. */
function refuseNewName(things: Iterable<Named>, thing: Named, name: string, what: 'Project' | 'Dataset'): void {
	if (thing.dummy) throw ruleBroken(what === 'Project' ? 'dummy_project_limit' : 'dummy_dataset_limit');
	if (name === thing.name) return;
	if (isTaken(things, thing.owner, name)) throw alreadyExists(what, 'name', name);
	// A dataset may become what it may not be called at first.
	if (what === 'Project' && isReserved(name)) throw ruleBroken('forbidden_keyword', name);
}

export function updateProject(store: Store, project: Project, edit: ProjectEdit): void {
	refuseNewName(store.projects.values(), project, edit.name, 'Project');
	touch(project, edit);
}

/** Pinning and the switch of the review stamp the project anew, as every change does [ui 47-51]. */
export function touch(project: Project, change: Partial<Project>): void {
	Object.assign(project, change, { timestamp: Date.now() });
}

export function updateDataset(
	store: Store,
	dataset: Dataset,
	edit: { name: string; shortDescription: string | null },
): void {
	refuseNewName(store.datasets.values(), dataset, edit.name, 'Dataset');
	Object.assign(dataset, edit, { timestamp: Date.now() });
}

export function restoreProject(store: Store, project: Project): void {
	restore(store, store.projects.values(), project);
}

/** Brings back all of its media, those that were deleted one by one, too. */
export function restoreDataset(store: Store, dataset: Dataset): void {
	restore(store, store.datasets.values(), dataset);
	for (const medium of dataset.media) hideMedium(medium, false);
}

/** Where another one bears or bore the name, the restored one is renamed, even if it had not been deleted [ui 61, 62]. */
function restore(store: Store, things: Iterable<Named>, thing: Named & { deleteTime: number | null }): void {
	thing.deleted = false;
	thing.deleteTime = null;
	const wanted = equalityKey(thing.name);
	const isShared = [...things].some((other) => other !== thing && equalityKey(other.name) === wanted);
	if (isShared) thing.name = `${thing.name.length > 90 ? thing.name.slice(0, 89) : thing.name}_${store.newId()}`;
}

/** All or nothing [ui 143-147]. */
export function deleteMedia(store: Store, ids: readonly string[]): void {
	const media: Medium[] = ids.map((id) => {
		const medium = store.media.get(id);
		if (!medium) throw ruleBroken('invalid_imageId_in_list');
		return medium;
	});
	for (const medium of media) if (medium.deleted) throw ruleBroken('image_delete', medium.id);
	for (const medium of media) hideMedium(medium, true);
}
