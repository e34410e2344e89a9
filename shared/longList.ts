import type { Fold } from '@datagym/client';
import { FirstItems, type Steps } from '@datagym/labels';

/** What is searched for, and what is found. */
interface LongEntry {
	readonly name: string;
	readonly value: string;
	/** Of few different ones, such as where an image is stored. */
	readonly detail: string;
}

/** Entries whose names and values are held as one text each, with where each of them ends. */
interface Part {
	readonly names: string;
	readonly nameEnds: Uint32Array;
	readonly values: string;
	readonly valueEnds: Uint32Array;
	readonly details: Uint16Array;
}

/** So few that a step over them takes less than a millisecond. */
const ENTRIES = 512;
/** More are held as the last one. */
const MOST_DETAILS = 2 ** 16;

/**
 * Entries of any number, such as the images of a dataset. As an object each, a million of them take 300 MB; so, some 75, of which the
 * garbage collection has nothing to do.
 */
export class LongEntries implements Fold<LongEntry, LongEntries> {
	private readonly parts: Part[] = [];
	private readonly details: string[] = [];
	private added: LongEntry[] = [];

	add(entry: LongEntry): void {
		this.added.push(entry);
		if (this.added.length === ENTRIES) this.pack();
	}

	end(): this {
		if (this.added.length > 0) this.pack();
		return this;
	}

	/**
	 * Those that match, in no order.
	 *
	 * @param mayBeIn whether something in the texts of a part may match, which is sooner said than of each.
	 */
	*matching(
		mayBeIn: (names: string, values: string, details: readonly string[]) => boolean,
		isWanted: (entry: LongEntry) => boolean,
		take: (entry: LongEntry) => void,
	): Steps<void> {
		for (const part of this.parts) {
			if (mayBeIn(part.names, part.values, this.details))
				for (const entry of this.entriesOf(part)) if (isWanted(entry)) take(entry);
			yield;
		}
	}

	private pack(): void {
		const { added } = this;
		this.added = [];
		this.parts.push({
			names: added.map(({ name }) => name).join(''),
			nameEnds: endsOf(added.map(({ name }) => name)),
			values: added.map(({ value }) => value).join(''),
			valueEnds: endsOf(added.map(({ value }) => value)),
			details: Uint16Array.from(added, ({ detail }) => this.placeOf(detail)),
		});
	}

	private placeOf(detail: string): number {
		const known = this.details.indexOf(detail);
		if (known >= 0 || this.details.length === MOST_DETAILS) return known >= 0 ? known : MOST_DETAILS - 1;
		return this.details.push(detail) - 1;
	}

	private *entriesOf({ names, nameEnds, values, valueEnds, details }: Part): Generator<LongEntry> {
		for (let index = 0; index < details.length; index++)
			yield {
				name: names.slice(nameEnds[index - 1] ?? 0, nameEnds[index]),
				value: values.slice(valueEnds[index - 1] ?? 0, valueEnds[index]),
				detail: this.details[details[index] ?? 0] ?? '',
			};
	}
}

function endsOf(texts: readonly string[]): Uint32Array {
	let end = 0;
	return Uint32Array.from(texts, ({ length }) => (end += length));
}

/** The entries of one thing, such as a dataset, which is shown behind their names. */
export interface LongGroup {
	readonly name: string;
	readonly entries: LongEntries;
}

const COLLATOR = new Intl.Collator();

interface LongSearch {
	readonly filter: string;
	/** How many are left out before the first. */
	readonly start: number;
	readonly most: number;
	/** What an entry is found by as well. */
	readonly keywordOf?: (detail: string) => string;
}

/**
 * The entries that are found by a part of their shown name, by their value or their keyword, sorted by name. A list of a million is
 * not sorted, which would take seconds, but searched for the first of them.
 */
export function* foundIn(
	groups: readonly LongGroup[],
	{ filter, start, most, keywordOf }: LongSearch,
): Steps<{ readonly found: readonly LongEntry[]; readonly hasMore: boolean }> {
	const isKeyword = (detail: string) => keywordOf?.(detail).toLowerCase() === lower;
	const wanted = filter.trim();
	const lower = wanted.toLowerCase();
	const first = new FirstItems<LongEntry>(start + most + 1, (a, b) => COLLATOR.compare(a.name, b.name));
	for (const { name: group, entries } of groups) {
		const behind = ` (${group})`;
		const isInGroup = behind.toLowerCase().includes(lower);
		const mayOverlap = lower.includes(' ');
		yield* entries.matching(
			(names, values, details) =>
				isInGroup ||
				mayOverlap ||
				names.toLowerCase().includes(lower) ||
				values.includes(wanted) ||
				details.some(isKeyword),
			({ name, value, detail }) =>
				lower === '' || `${name}${behind}`.toLowerCase().includes(lower) || value === wanted || isKeyword(detail),
			(entry) => first.add({ ...entry, name: `${entry.name}${behind}` }),
		);
	}
	const all = yield* first.list();
	return { found: all.slice(start, start + most), hasMore: all.length > start + most };
}
