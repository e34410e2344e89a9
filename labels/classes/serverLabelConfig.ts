import {
	CLASSIFICATION_ENTRY_TYPES,
	compareKeys,
	type EntryType,
	flattenLabelConfig,
	GEOMETRY_ENTRY_TYPES,
	type LabelConfigEntry,
	type LabelConfigProblem,
} from './labelClass';
import { DEEPEST_LEVEL, type LabelClass } from '../model';
import { isList, isRecord, ownValue, setOwn, shown, textOf, type JsonRecord } from '../parsing/record';

/** An entry with the ID by which labels refer to it; empty if the server has told none. */
export interface ServerEntry extends LabelConfigEntry {
	readonly entryId: string;
	readonly children: readonly ServerEntry[];
}

/** A label configuration as the server has it. */
export interface ServerLabelConfig {
	readonly configId?: string;
	/** Ready to be uploaded again (`checkLabelConfig` says whether today's rules accept them). */
	readonly entries: LabelConfigEntry[];
	/** The same entries with their IDs. */
	readonly serverEntries: ServerEntry[];
	readonly classes: LabelClass[];
	/** What could not be read and is missing from the entries. */
	readonly problems: LabelConfigProblem[];
}

const ENTRY_TYPES: readonly EntryType[] = [...GEOMETRY_ENTRY_TYPES, ...CLASSIFICATION_ENTRY_TYPES];

/**
 * Reads the response of `PUT /config/{id}` or the `labelConfig` of `GET /task/{id}`: types in UPPER case, null for what is
 * not set, ids and timestamps.
 *
 * Takes anything, never throws. It is laxer than `checkLabelConfig`, since what a server already holds must be readable
 * even when it was made under other rules. Source: docs/contract.md#upload-a-configuration, recording 192.
 */
export function readServerLabelConfig(value: unknown): ServerLabelConfig {
	const problems: LabelConfigProblem[] = [];
	const answer = isRecord(value) ? value : {};
	const serverEntries = readEntries(answer.entries, 'entries', 1, problems);
	const entries = serverEntries.map(withoutIds);
	const configId = textOf(answer.id);
	return {
		...(configId !== undefined && { configId }),
		entries,
		serverEntries,
		classes: flattenLabelConfig(entries),
		problems,
	};
}

function withoutIds(entry: ServerEntry): LabelConfigEntry {
	const plain: LabelConfigEntry & { entryId?: string } = { ...entry, children: entry.children.map(withoutIds) };
	delete plain.entryId;
	return plain;
}

function readEntries(value: unknown, path: string, level: number, problems: LabelConfigProblem[]): ServerEntry[] {
	if (!isList(value) || level > DEEPEST_LEVEL) {
		problems.push({
			path,
			message: `Expected a list of entries in the server's response, but got ${shown(value)}. Check the server's version.`,
		});
		return [];
	}
	const entries: ServerEntry[] = [];
	value.forEach((entry, index) => {
		const read = readEntry(entry, `${path}[${index}]`, level, problems);
		if (read !== undefined) entries.push(read);
	});
	// The server has no order of entries, nor of options.
	return entries.sort((a, b) => compareKeys(a.entryKey, b.entryKey));
}

function readEntry(
	value: unknown,
	path: string,
	level: number,
	problems: LabelConfigProblem[],
): ServerEntry | undefined {
	const record = isRecord(value) ? value : {};
	const entryKey = textOf(record.entryKey);
	const lowerCase = typeof record.type === 'string' ? record.type.toLowerCase() : undefined;
	const type = ENTRY_TYPES.find((known) => known === lowerCase);
	if (entryKey === undefined || type === undefined) {
		problems.push({
			path,
			message: `This entry has no key or an unknown type (${shown(record.type)}) and was skipped. Check the server's version.`,
		});
		return undefined;
	}
	return {
		entryId: textOf(record.id) ?? '',
		entryKey,
		entryValue: textOf(record.entryValue) ?? entryKey,
		type,
		...optionalFields(record, type),
		children: readEntries(record.children ?? [], `${path}.children`, level + 1, problems),
	};
}

function optionalFields(record: JsonRecord, type: EntryType): Partial<LabelConfigEntry> {
	const color = textOf(record.color);
	const shortcut = textOf(record.shortcut);
	const asked = type === 'select' || type === 'checklist' || type === 'freetext';
	return {
		...(color !== undefined && { color }),
		...(shortcut !== undefined && { shortcut }),
		...(asked && { required: record.required === true }),
		...((type === 'select' || type === 'checklist') && { options: readOptions(record.options) }),
		...(type === 'freetext' && typeof record.maxLength === 'number' && { maxLength: record.maxLength }),
	};
}

function readOptions(value: unknown): Record<string, string> {
	const options: Record<string, string> = {};
	if (!isRecord(value)) return options;
	for (const key of Object.keys(value).sort(compareKeys)) setOwn(options, key, textOf(ownValue(value, key)) ?? key);
	return options;
}
