import { alreadyExists, notFound, ruleBroken, systemFault } from '../errors';
import { GEOMETRY_TYPES, CLASSIFICATION_TYPES, type Configuration, type EntryType, type LabelEntry } from './model';
import { equalityKey, isReserved } from './names';
import type { Store } from './store';
import { forgetValues, isClassification } from './values';

/** An entry as it is sent to PUT /config: names of the wire, every field checked for its form already. */
export interface EntryDraft {
	/** Of an entry that is there already; the configuration is empty, so there is none. */
	id: string | null;
	entryKey: string;
	entryValue: string;
	type: string;
	color: string | null;
	shortcut: string | null;
	required: boolean;
	maxLength: number | null;
	options: Record<string, string> | null;
	/** Null is what the real server stumbles over [229]. */
	children: EntryDraft[] | null;
}

/** The database's columns of colors and options. */
const LONGEST_TEXT = 255;

/** Geometry and three levels of classifications (docs/contract.md#configuration-entries). */
const DEEPEST = 4;

/** Fills an empty configuration, all or nothing; finished tasks have to be looked at again [609, 610]. */
export function fillConfiguration(store: Store, configuration: Configuration, drafts: EntryDraft[]): void {
	if (configuration.roots.length > 0) throw ruleBroken('config_not_cleared', configuration.id);
	refuseTwins(drafts);
	const shortcuts = new Set<string>();
	for (const draft of drafts) {
		const tree = [...draftBranch(draft)];
		refuseTwins(tree);
		for (const { id } of tree) if (id !== null) throw notFound('Entry', id);
	}
	const roots = drafts.map((draft) => build(store, configuration, draft, null, shortcuts));
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
		key: draft.entryKey.toLowerCase(),
		value: draft.entryValue,
		type,
		color: isClassification(type) ? null : draft.color,
		shortcut: isClassification(type) ? null : draft.shortcut,
		maxLength: type === 'FREETEXT' ? draft.maxLength : null,
		options: type === 'SELECT' || type === 'CHECKLIST' ? draft.options : {},
		required: isClassification(type) && draft.required,
	};
	const texts = [entry.color ?? '', ...Object.entries(entry.options ?? {}).flat()];
	if (texts.some((text) => Array.from(text).length > LONGEST_TEXT)) throw systemFault();
	const optionKeys = Object.keys(entry.options ?? {}).map(equalityKey);
	if (new Set(optionKeys).size < optionKeys.length) throw systemFault();
	if (draft.children === null) throw systemFault();
	entry.children = draft.children
		// Without a word, as the real server does with a child whose children are null.
		.filter((child) => child.children !== null)
		.map((child) => build(store, configuration, child, entry, shortcuts));
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

/** Keys are unique among the roots and inside one root's tree [207, 611], compared as they are sent: `Car` and `car` pass. */
function refuseTwins(drafts: EntryDraft[]): void {
	const seen = new Set<string>();
	for (const { entryKey } of drafts) {
		if (seen.has(entryKey)) throw alreadyExists('Label entry', 'entryKey:', entryKey);
		seen.add(entryKey);
	}
}

/** Null children are what the real server stumbles over when it looks for twins [229]. */
function* draftBranch(draft: EntryDraft): Iterable<EntryDraft> {
	yield draft;
	for (const child of draft.children ?? []) yield* draftBranch(child);
}

export function* branch(entry: LabelEntry): Iterable<LabelEntry> {
	yield entry;
	for (const child of entry.children) yield* branch(child);
}
