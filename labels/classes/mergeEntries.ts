import { sameKey } from './classKey';
import type { EntryType, LabelConfigEntry } from './labelClass';
import type { ServerEntry } from './serverLabelConfig';

/** An entry as an update of the configuration sends it: with its ID if it stays, without one if it is new. */
export interface EntryChange extends LabelConfigEntry {
	readonly id?: string;
	readonly children: readonly EntryChange[];
}

/** What an update does. Entries are named by their keys from the top, `car/color`, and options by `car/color: red`. */
export interface MergedEntries {
	/** All entries of the updated configuration. */
	readonly entries: readonly EntryChange[];
	readonly added: readonly string[];
	/** Existing entries and options that are not wanted; of a branch of entries only the first. */
	readonly missing: readonly string[];
	/** Wanted entries of another type than the existing one with the key; the server would make a second one beside it. */
	readonly retyped: readonly string[];
	/** Existing entries that would stay beside another one with the key, which the server refuses; none of them can be left out. */
	readonly doubled: readonly string[];
	/** Whether the server takes it for more than before: something new, or a classification that becomes required. */
	readonly isMore: boolean;
}

/**
 * Merges wanted entries into those of the server, so that labels stay: an entry is the same if its key and those above it are
 * (docs/contract.md#ui-label-configuration). What a wanted entry does not say, such as a color, stays.
 *
 * @param missing what becomes of existing entries and options that are not wanted; either way they are named.
 */
export function mergeEntries(
	existing: readonly ServerEntry[],
	wanted: readonly LabelConfigEntry[],
	missing: 'keep' | 'delete' = 'keep',
): MergedEntries {
	const merger = new Merger(missing === 'keep');
	const entries = merger.merge(existing, wanted, '');
	const { added, missing: unwanted, retyped, doubled, isMore } = merger;
	return { entries, added, missing: unwanted, retyped, doubled, isMore };
}

class Merger implements Omit<MergedEntries, 'entries'> {
	readonly added: string[] = [];
	readonly missing: string[] = [];
	readonly retyped: string[] = [];
	readonly doubled: string[] = [];
	isMore = false;

	constructor(private readonly keepsMissing: boolean) {}

	/** @param above the keys above, each with a slash after it. */
	merge(existing: readonly ServerEntry[], wanted: readonly LabelConfigEntry[], above: string): EntryChange[] {
		const kept = new Set<ServerEntry>();
		const changes = wanted.map((entry) => {
			const old = sameEntry(existing, entry);
			if (old === undefined) return this.add(entry, above);
			kept.add(old);
			return this.change(old, entry, above);
		});
		const unnamed = existing.filter((entry) => !kept.has(entry));
		this.missing.push(...unnamed.map((entry) => above + nameAmong(existing, entry)));
		if (!this.keepsMissing) return changes;
		this.noteDoubled(existing, above);
		return [...changes, ...unnamed.map((entry) => this.unchanged(entry, above))];
	}

	private unchanged(entry: ServerEntry, above: string): EntryChange {
		const path = `${above}${entry.entryKey}/`;
		this.noteDoubled(entry.children, path);
		const children = entry.children.map((child) => this.unchanged(child, path));
		return { ...withoutId(entry), id: entry.entryId, children };
	}

	private noteDoubled(siblings: readonly ServerEntry[], above: string): void {
		for (const entry of siblings) {
			const name = nameAmong(siblings, entry);
			if (name !== entry.entryKey) this.doubled.push(above + name);
		}
	}

	private add(entry: LabelConfigEntry, above: string): EntryChange {
		// The server compares keys as they are sent, and stores them in lower case.
		const entryKey = entry.entryKey.toLowerCase();
		this.added.push(above + entryKey);
		this.isMore = true;
		return { ...entry, entryKey, children: entry.children.map((child) => this.add(child, `${above}${entryKey}/`)) };
	}

	private change(old: ServerEntry, entry: LabelConfigEntry, above: string): EntryChange {
		const path = above + old.entryKey;
		if (old.type !== entry.type) this.retyped.push(`${path}: ${nameOf(old.type)} to ${nameOf(entry.type)}`);
		this.isMore ||= entry.required === true && old.required !== true;
		const options = this.mergeOptions(old, entry, path);
		return {
			...withoutId(old),
			...entry,
			id: old.entryId,
			entryKey: old.entryKey,
			...(options !== undefined && { options }),
			children: this.merge(old.children, entry.children, `${path}/`),
		};
	}

	private mergeOptions(old: ServerEntry, entry: LabelConfigEntry, path: string): LabelConfigEntry['options'] {
		if (old.options === undefined || entry.options === undefined) return entry.options ?? old.options;
		const wanted = entry.options;
		const unnamed = Object.keys(old.options).filter((key) => !Object.hasOwn(wanted, key));
		this.missing.push(...unnamed.map((key) => `${path}: ${key}`));
		return this.keepsMissing ? { ...old.options, ...wanted } : wanted;
	}
}

/** DataGym's user interface can leave two entries of one key and two types beside each other. */
function sameEntry(existing: readonly ServerEntry[], wanted: LabelConfigEntry): ServerEntry | undefined {
	const named = existing.filter(({ entryKey }) => sameKey(entryKey, wanted.entryKey));
	return named.find(({ type }) => type === wanted.type) ?? named[0];
}

function nameAmong(siblings: readonly ServerEntry[], { entryKey, type }: ServerEntry): string {
	const isAlone = siblings.filter((other) => sameKey(other.entryKey, entryKey)).length === 1;
	return isAlone ? entryKey : `${entryKey} (${nameOf(type)})`;
}

function withoutId(entry: ServerEntry): LabelConfigEntry {
	const plain: LabelConfigEntry & { entryId?: string } = { ...entry };
	delete plain.entryId;
	return plain;
}

const nameOf = (type: EntryType) => type.replace('_', ' ');
