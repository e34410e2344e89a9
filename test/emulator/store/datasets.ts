import { alreadyExists, ruleBroken, systemFault } from '../errors';
import { hideMedium } from './media';
import { equalityKey, isReserved } from './names';
import type { Dataset, MediaType } from './model';
import type { Store } from './store';

export interface DatasetDraft {
	name: string;
	shortDescription?: string | null;
	owner: string;
	mediaType?: MediaType | undefined;
	dummy?: boolean;
}

export function createDataset(store: Store, draft: DatasetDraft): Dataset {
	if (isReserved(draft.name)) throw ruleBroken('forbidden_keyword', draft.name);
	refuseTakenName(store, draft);
	return addDataset(store, draft);
}

/** Without the check of names: also for tests that want what a race leaves behind [655]. */
export function addDataset(store: Store, draft: DatasetDraft): Dataset {
	const dataset: Dataset = {
		id: store.newId(),
		name: draft.name,
		shortDescription: draft.shortDescription ?? null,
		timestamp: Date.now(),
		owner: draft.owner,
		mediaType: draft.mediaType ?? 'IMAGE',
		deleted: false,
		deleteTime: null,
		dummy: draft.dummy ?? false,
		media: new Set(),
		projects: new Set(),
		names: new Map(),
		urls: new Map(),
	};
	store.datasets.set(dataset.id, dataset);
	return dataset;
}

/** Unique within the organization; when a race made two of one name, the query for one finds two and fails [655]. */
function refuseTakenName(store: Store, draft: DatasetDraft): void {
	const wanted = equalityKey(draft.name);
	let same = 0;
	for (const dataset of store.datasets.values()) {
		if (!dataset.deleted && dataset.owner === draft.owner && equalityKey(dataset.name) === wanted) same++;
	}
	if (same === 1) throw alreadyExists('Dataset', 'name', draft.name);
	if (same > 1) throw systemFault();
}

/** Its media go with it [ui 370]. */
export function deleteDataset(dataset: Dataset): void {
	dataset.deleted = true;
	dataset.deleteTime = Date.now();
	for (const medium of dataset.media) hideMedium(medium, true);
}

export function livingMedia(dataset: Dataset): number {
	let count = 0;
	for (const medium of dataset.media) if (!medium.deleted) count++;
	return count;
}
