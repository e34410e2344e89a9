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
	const { added, missing: unwanted, retyped, isMore } = merger;
	return { entries, added, missing: unwanted, retyped, isMore };
}

class Merger implements Omit<MergedEntries, 'entries'> {
	readonly added: string[] = [];
	readonly missing: string[] = [];
	readonly retyped: string[] = [];
	isMore = false;

	constructor(private readonly keepsMissing: boolean) {}

	/** @param above the keys above, each with a slash after it. */
	merge(existing: readonly ServerEntry[], wanted: readonly LabelConfigEntry[], above: string): EntryChange[] {
		const changes = wanted.map((entry) => {
			const old = existing.find(({ entryKey }) => sameKey(entryKey, entry.entryKey));
			return old === undefined ? this.add(entry, above) : this.change(old, entry, above);
		});
		const unnamed = existing.filter(({ entryKey }) => !wanted.some((entry) => sameKey(entry.entryKey, entryKey)));
		this.missing.push(...unnamed.map(({ entryKey }) => above + entryKey));
		return this.keepsMissing ? [...changes, ...unnamed.map(unchanged)] : changes;
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

function unchanged(entry: ServerEntry): EntryChange {
	return { ...withoutId(entry), id: entry.entryId, children: entry.children.map(unchanged) };
}

function withoutId(entry: ServerEntry): LabelConfigEntry {
	const plain: LabelConfigEntry & { entryId?: string } = { ...entry };
	delete plain.entryId;
	return plain;
}

const nameOf = (type: EntryType) => type.replace('_', ' ');
