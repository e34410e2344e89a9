import { alreadyExists, notFound, ruleBroken, systemFault } from '../errors';
import { branch, build, reopenFinished, type EntryDraft } from './configuration';
import type { Configuration, LabelEntry, LabelValue } from './model';
import { isReserved } from './names';
import type { Store } from './store';
import { contentFault } from './valueRules';
import { allValues, isClassification, valuesOf, withDescendants } from './values';

/** An entry as it is sent to PUT /lconfig; with an id it is one that is there already. */
export interface EntryChange extends Omit<EntryDraft, 'children'> {
	id: string | null;
	children: EntryChange[] | null;
}

/** What is to become of one sent entry, before anything is changed. */
interface Plan {
	/** The entry that stays, or the new one. */
	entry: LabelEntry;
	/** Title, color and so on as sent. */
	looks: LabelEntry;
	children: Plan[];
}

/** Geometry and three levels of classifications. */
const DEEPEST = 4;

/**
 * Makes a configuration be what is sent: entries with their id stay with their labels, the others are new, and what is not named
 * goes with its labels [ui 168-182, 309-328]. One wrong entry undoes all. Anything new reopens finished tasks, unless
 * `changeStatus` is false.
 */
export function updateConfiguration(
	store: Store,
	configuration: Configuration,
	changes: EntryChange[],
	changeStatus: boolean,
): void {
	refuseClashes(store, changes);
	const named = new Set(changes.flatMap(({ id }) => (id === null ? [] : [store.entry(id)])));
	const plans = changes.map((change) => plan(store, configuration, change, null, 1, named));
	const before = new Set(configuration.roots.flatMap((root) => [...branch(root)]));
	const isMore = changes.some((change) => [...changeBranch(change)].some((sent) => isAddition(store, sent)));
	const stray = oldTypes(store, changes);
	configuration.roots = [...plans.map((root) => settle(root, null)), ...stray];
	const after = new Set(configuration.roots.flatMap((root) => [...branch(root)]));
	for (const entry of before) if (!after.has(entry)) store.entries.delete(entry.id);
	for (const entry of after) store.entries.set(entry.id, entry);
	forgetValuesOf(store, configuration, (entry) => before.has(entry) && !after.has(entry));
	if (isMore && changeStatus) reopenFinished(store, configuration);
	else if (isMore) configuration.changedAt = Math.max(Date.now(), configuration.changedAt + 1);
	for (const task of store.board(configuration.project).all())
		for (const value of allValues(task)) value.valid = contentFault(value) === null;
}

/** Keys are compared as they are sent: `Car` and `car` pass. */
function refuseClashes(store: Store, changes: EntryChange[]): void {
	const [ids, shortcuts] = [new Set<string>(), new Set<string>()];
	refuseTwins(changes.map(({ entryKey }) => entryKey));
	for (const root of changes) {
		const tree = [...changeBranch(root)];
		refuseTwins(tree.map(({ entryKey }) => entryKey));
		for (const { entryKey, id, shortcut } of tree) {
			if (isReserved(entryKey)) throw ruleBroken('forbidden_keyword', entryKey);
			if (id !== null) once(ids, store.entry(id).id, 'Label entry', 'id:');
			if (shortcut !== null) once(shortcuts, shortcut, 'Shortcut', 'value:');
		}
	}
}

function refuseTwins(keys: string[]): void {
	const seen = new Set<string>();
	for (const key of keys) once(seen, key, 'Label entry', 'entryKey:');
}

function once(seen: Set<string>, value: string, what: string, field: string): void {
	if (seen.has(value)) throw alreadyExists(what, field, value);
	seen.add(value);
}

/** The server stumbles over children that are null; a child that has none of its own is left out without a word. */
function* changeBranch(change: EntryChange): Iterable<EntryChange> {
	yield change;
	for (const child of sentChildren(change)) yield* changeBranch(child);
}

function sentChildren({ children }: EntryChange): EntryChange[] {
	if (children === null) throw systemFault();
	return children.filter((child) => child.children !== null);
}

/** A class that becomes required counts as new; an old id with another type does not [ui 315, 318]. */
function isAddition(store: Store, { id, required }: EntryChange): boolean {
	if (id === null) return true;
	const old = store.entry(id);
	return isClassification(old.type) && !old.required && required;
}

function plan(
	store: Store,
	configuration: Configuration,
	change: EntryChange,
	parent: LabelEntry | null,
	level: number,
	/** Roots that are named; the others are gone, with all below them, before any entry is looked at. */
	named: ReadonlySet<LabelEntry>,
): Plan {
	if (level > DEEPEST) throw ruleBroken('config_depth');
	const alone: EntryDraft = { ...change, entryKey: change.entryKey.toLowerCase(), children: [] };
	const looks = build(store, configuration, alone, parent, new Set());
	if (change.id !== null && !named.has(rootOf(store.entry(change.id)))) throw notFound('Entry', change.id);
	const old = keptEntry(store, change);
	const entry = old ?? looks;
	const children = sentChildren(change).map((child) => {
		const planned = plan(store, configuration, child, entry, level + 1, named);
		if (child.id !== null && change.id === null) throw ruleBroken('entry_definition_incorrect', child.id);
		return planned;
	});
	return { entry, looks, children };
}

function rootOf(entry: LabelEntry): LabelEntry {
	return entry.parent ? rootOf(entry.parent) : entry;
}

/** The entry of the same id and type. */
function keptEntry(store: Store, { id, type }: EntryChange): LabelEntry | undefined {
	if (id === null) return undefined;
	const old = store.entry(id);
	return old.type === type.toUpperCase() ? old : undefined;
}

/** Roots that are named by their id with another type: the old ones stay beside the new ones [ui 315, 316]. */
function oldTypes(store: Store, changes: EntryChange[]): LabelEntry[] {
	return changes.flatMap((change) => (change.id !== null && !keptEntry(store, change) ? [store.entry(change.id)] : []));
}

function settle({ entry, looks, children }: Plan, parent: LabelEntry | null): LabelEntry {
	const { key, value, color, shortcut, maxLength, options, required } = looks;
	Object.assign(entry, { parent, key, value, color, shortcut, maxLength, options, required });
	entry.children = children.map((child) => settle(child, entry));
	return entry;
}

/** In all tasks of the project, with what hangs below. */
function forgetValuesOf(store: Store, configuration: Configuration, isGone: (entry: LabelEntry) => boolean): void {
	const kept = (values: LabelValue[]): LabelValue[] =>
		values.filter((value) => {
			if (isGone(value.entry)) {
				for (const each of withDescendants(value)) store.values.delete(each.id);
				return false;
			}
			value.children = kept(value.children);
			return true;
		});
	for (const task of store.board(configuration.project).all()) task.values = kept(valuesOf(task));
}
