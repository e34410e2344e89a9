import { alreadyExists, ruleBroken, systemFault } from '../errors';
import { equalityKey, sortKey } from './names';
import type { Dataset, MediaSourceType, Medium, Video } from './model';
import type { Store } from './store';
import { createTask } from './tasks';

/** The database's columns: a longer name or URL is a fault of the whole transaction [100, 146]. */
const LONGEST_NAME = 255;
const LONGEST_URL = 1256;

export interface MediumDraft {
	name: string;
	sourceType: MediaSourceType;
	width?: number | null;
	height?: number | null;
	mimeType?: string | null;
	url?: string | null;
	video?: Video | null;
}

/** Adds a medium and, in every connected project, its task in BACKLOG [191]. */
export function addMedium(store: Store, dataset: Dataset, draft: MediumDraft): Medium {
	const medium: Medium = {
		id: store.newId(),
		timestamp: Date.now(),
		sourceType: draft.sourceType,
		name: draft.name,
		sortKey: sortKey(draft.name),
		valid: true,
		reason: null,
		url: draft.url ?? null,
		width: draft.width ?? null,
		height: draft.height ?? null,
		mimeType: draft.mimeType ?? null,
		deleted: false,
		dataset,
		tasks: new Set(),
		video: draft.video ?? null,
	};
	enterMedium(store, medium);
	for (const project of dataset.projects) createTask(store, project, medium);
	return medium;
}

/** Makes a medium known; its name and URL are taken as long as it lives. */
export function enterMedium(store: Store, medium: Medium): void {
	store.media.set(medium.id, medium);
	medium.dataset.media.add(medium);
	if (!medium.deleted) countNames(medium, 1);
}

function countNames({ dataset, name, url }: Medium, by: number): void {
	count(dataset.names, equalityKey(name), by);
	if (url !== null) count(dataset.urls, equalityKey(url), by);
}

/** Refuses what an upload may not be named; the content does not matter [070]. */
export function refuseImageName(dataset: Dataset, name: string): void {
	if (dataset.names.has(equalityKey(name))) throw alreadyExists('Image', 'name', name);
}

export function refuseLongName(name: string): void {
	// The database counts characters, so that an emoji is one (measured).
	if ([...name].length > LONGEST_NAME) throw systemFault();
}

type UrlOutcome = 'SUCCESS' | 'UNSUPPORTED_MIME_TYPE' | 'FAILED' | 'DUPLICATE';

export interface UrlResult {
	url: string;
	outcome: UrlOutcome;
	medium: Medium | null;
}

/** Notes the links of a set of URLs; nothing is fetched (docs/contract.md#add-links). One name that is too long undoes all [600]. */
export function addLinks(store: Store, dataset: Dataset, urls: string[]): UrlResult[] {
	const judged = [...new Set(urls)].map((url) => ({ url, outcome: judgeUrl(dataset, url) }));
	for (const { url, outcome } of judged) {
		if (outcome === 'SUCCESS' && (nameOfUrl(url).length > LONGEST_NAME || url.length > LONGEST_URL))
			throw systemFault();
	}
	return judged.map(({ url, outcome }) => ({
		url,
		outcome,
		medium:
			outcome === 'SUCCESS'
				? addMedium(store, dataset, { name: nameOfUrl(url), sourceType: 'SHAREABLE_LINK', url })
				: null,
	}));
}

function judgeUrl(dataset: Dataset, url: string): UrlOutcome {
	// The schemes that Java knows.
	if (!/^\s*(https?|ftp|file|jar|mailto):/i.test(url)) return 'FAILED';
	const ending = url.slice(url.lastIndexOf('.') + 1).toLowerCase();
	if (!['jpeg', 'jpg', 'png'].includes(ending)) return 'UNSUPPORTED_MIME_TYPE';
	return dataset.urls.has(equalityKey(url)) ? 'DUPLICATE' : 'SUCCESS';
}

function nameOfUrl(url: string): string {
	const [path = ''] = url.split('?');
	return path.slice(path.lastIndexOf('/') + 1);
}

/** A soft delete: the tasks vanish from lists and exports but live on [445]. Twice is a fault [437]. */
export function deleteMedium(medium: Medium): void {
	if (medium.deleted) throw ruleBroken('image_delete', medium.id);
	hideMedium(medium, true);
}

/** Undoes a delete; twice is the same fault [ui 142]. */
export function restoreMedium(medium: Medium): void {
	if (!medium.deleted) throw ruleBroken('image_delete', medium.id);
	hideMedium(medium, false);
}

export function hideMedium(medium: Medium, deleted: boolean): void {
	if (medium.deleted === deleted) return;
	medium.deleted = deleted;
	countNames(medium, deleted ? -1 : 1);
}

/** A link that cannot be read takes its tasks along [433-435]. */
export function markInvalid(store: Store, medium: Medium, reason: string): void {
	medium.valid = false;
	medium.reason = reason;
	for (const task of medium.tasks) store.board(task.project).move(task, 'SKIPPED');
}

function count(counts: Map<string, number>, key: string, by: number): void {
	const next = (counts.get(key) ?? 0) + by;
	if (next > 0) counts.set(key, next);
	else counts.delete(key);
}
