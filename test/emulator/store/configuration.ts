import { alreadyExists, ruleBroken, systemFault } from '../errors';
import { GEOMETRY_TYPES, CLASSIFICATION_TYPES, type Configuration, type EntryType, type LabelEntry } from './model';
import { isReserved } from './names';
import type { Store } from './store';
import { forgetValues, isClassification } from './values';

/** An entry as it is sent to PUT /config: names of the wire, every field checked for its form already. */
export interface EntryDraft {
	entryKey: string;
	entryValue: string;
	type: string;
	color: string | null;
	shortcut: string | null;
	required: boolean;
	maxLength: number | null;
	options: Record<string, string>;
	/** Null is what the real server stumbles over [229]. */
	children: EntryDraft[] | null;
}

/** Geometry and three levels of classifications (docs/contract.md#configuration-entries). */
const DEEPEST = 4;

/** Fills an empty configuration, all or nothing; finished tasks have to be looked at again [609, 610]. */
export function fillConfiguration(store: Store, configuration: Configuration, drafts: EntryDraft[]): void {
	if (configuration.roots.length > 0) throw ruleBroken('config_not_cleared', configuration.id);
	const shortcuts = new Set<string>();
	const roots = drafts.map((draft) => build(store, configuration, draft, null, shortcuts));
	refuseTwins(roots.map((root) => root.key));
	for (const root of roots) refuseTwins(keysOf(root));
	configuration.roots = roots;
	for (const entry of roots.flatMap((root) => [...branch(root)])) store.entries.set(entry.id, entry);
	if (roots.length > 0) reopenFinished(store, configuration);
}

/** Deletes all entries and all labels of the project [423-426]. */
export function clearConfiguration(store: Store, configuration: Configuration): void {
	for (const entry of configuration.roots.flatMap((root) => [...branch(root)])) store.entries.delete(entry.id);
	configuration.roots = [];
	for (const task of store.board(configuration.project).all()) forgetValues(store, task);
	reopenFinished(store, configuration);
}

export function reopenFinished(store: Store, configuration: Configuration): void {
	configuration.changedAt = Math.max(Date.now(), configuration.changedAt + 1);
	const board = store.board(configuration.project);
	board.moveAll('COMPLETED', 'WAITING_CHANGED');
	board.moveAll('REVIEWED', 'WAITING_CHANGED');
}

export function build(
	store: Store,
	configuration: Configuration,
	draft: EntryDraft,
	parent: LabelEntry | null,
	shortcuts: Set<string>,
): LabelEntry {
	const type = entryType(draft);
	refuseMisplaced(draft, type, parent);
	if (isReserved(draft.entryKey)) throw ruleBroken('forbidden_keyword', draft.entryKey);
	if (type === 'FREETEXT' && draft.maxLength === null) throw ruleBroken('entry_classification_incorrect', type);
	if (draft.shortcut !== null) {
		if (shortcuts.has(draft.shortcut)) throw alreadyExists('Shortcut', 'value:', draft.shortcut);
		shortcuts.add(draft.shortcut);
	}
	const entry: LabelEntry = {
		id: store.newId(),
		configuration,
		parent,
		children: [],
		key: draft.entryKey,
		value: draft.entryValue,
		type,
		color: draft.color,
		shortcut: draft.shortcut,
		maxLength: type === 'FREETEXT' ? draft.maxLength : null,
		options: draft.options,
		required: draft.required,
	};
	if (draft.children === null) throw systemFault();
	entry.children = draft.children.map((child) => build(store, configuration, child, entry, shortcuts));
	return entry;
}

function entryType(draft: EntryDraft): EntryType {
	const wanted = draft.type.toUpperCase();
	const type = [...GEOMETRY_TYPES, ...CLASSIFICATION_TYPES].find((known) => known === wanted);
	if (!type) throw ruleBroken('entry_type_not_found', 'entry type');
	return type;
}

function refuseMisplaced(draft: EntryDraft, type: EntryType, parent: LabelEntry | null): void {
	if (depth(parent) + 1 > DEEPEST) throw ruleBroken('config_depth');
	if (!parent || isClassification(type)) return;
	const nestable = !isClassification(parent.type) && parent.parent === null;
	if (!nestable) throw ruleBroken('geometry_definition_incorrect', draft.type);
}

function depth(entry: LabelEntry | null): number {
	return entry ? 1 + depth(entry.parent) : 0;
}

/** Keys are unique among the roots and inside one root's tree [207, 611]. */
function refuseTwins(keys: string[]): void {
	const seen = new Set<string>();
	for (const key of keys) {
		if (seen.has(key)) throw alreadyExists('Label entry', 'entryKey:', key);
		seen.add(key);
	}
}

function keysOf(root: LabelEntry): string[] {
	return [...branch(root)].map((entry) => entry.key);
}

export function* branch(entry: LabelEntry): Iterable<LabelEntry> {
	yield entry;
	for (const child of entry.children) yield* branch(child);
}
