import type { EntryType, LabelConfigEntry, LabelConfigProblem } from './labelClass';
import { acceptableKey, checkEntryFields } from './labelConfigFields';
import { comparableKey } from './classKey';
import { isList, isRecord, shown } from '../parsing/record';

export type LabelConfigCheck =
	| { readonly ok: true; readonly entries: LabelConfigEntry[] }
	| { readonly ok: false; readonly problems: LabelConfigProblem[] };

/** The server refuses deeper entries. */
const CONFIG_LEVELS = 4;

/** Where a key stands first, as it is written there. */
interface FirstUse {
	readonly key: string;
	readonly path: string;
}

/** What the check has seen above and beside an entry. */
interface Surroundings {
	readonly level: number;
	readonly parentType?: EntryType | undefined;
	/** Keys of the root's tree (of the roots themselves for a root) as the server compares them, each with its first use. */
	readonly keys: Map<string, FirstUse>;
	/** Shortcuts of the whole configuration with the path of their first use. */
	readonly shortcuts: Map<string, string>;
	readonly problems: LabelConfigProblem[];
	/** As the database compares keys of options. */
	readonly optionKeyOf: (key: string) => string;
}

/**
 * Checks a label configuration against every rule of the server and reports all problems at once.
 *
 * Takes anything, never throws. The entries of a good configuration come back typed, with types in lower case and without
 * what only the server's responses hold (ids, timestamps, nulls), so they can be uploaded.
 * @param optionKeyOf the key of an option in the form in which the server's database compares names.
 * Source: docs/contract.md#configuration-entries, recordings 192-239 and 611; `LabelConfigurationServiceImpl` of datagym-core.
 */
export function checkLabelConfig(value: unknown, optionKeyOf = comparableKey): LabelConfigCheck {
	if (!isList(value)) {
		const message = `The label configuration must be a list of entries, but got ${shown(value)}. Provide a JSON array such as [{"entryKey": "car", "entryValue": "Car", "type": "rectangle"}].`;
		return { ok: false, problems: [{ path: '', message }] };
	}
	const problems: LabelConfigProblem[] = [];
	const rootKeys = new Map<string, FirstUse>();
	const shortcuts = new Map<string, string>();
	const entries = value.map((root, index) => {
		const path = `[${index}]`;
		const key = isRecord(root) ? root.entryKey : undefined;
		if (typeof key === 'string') noteKey(key, `${path}.entryKey`, rootKeys, 'at the top level', problems);
		return checkEntry(root, path, { level: 1, keys: new Map(), shortcuts, problems, optionKeyOf });
	});
	if (problems.length > 0) return { ok: false, problems };
	return { ok: true, entries: entries.filter((entry) => entry !== undefined) };
}

function checkEntry(value: unknown, path: string, around: Surroundings): LabelConfigEntry | undefined {
	const { problems } = around;
	if (!isRecord(value)) {
		problems.push({
			path,
			message: `An entry must be an object, but got ${shown(value)}. Provide entryKey, entryValue and type.`,
		});
		return undefined;
	}
	const fields = checkEntryFields(value, path, problems, around.optionKeyOf);
	const { entryKey, type } = fields;
	if (entryKey !== undefined) noteKey(entryKey, `${path}.entryKey`, around.keys, 'within one root entry', problems);
	if (fields.shortcut !== undefined) noteShortcut(fields.shortcut, `${path}.shortcut`, around.shortcuts, problems);
	if (type !== undefined) checkNesting(type, `${path}.type`, around);
	const children = checkChildren(value.children, `${path}.children`, {
		...around,
		level: around.level + 1,
		parentType: type,
	});
	if (entryKey === undefined || fields.entryValue === undefined || type === undefined) return undefined;
	return { ...fields, entryKey, entryValue: fields.entryValue, type, children };
}

function checkChildren(value: unknown, path: string, around: Surroundings): LabelConfigEntry[] {
	if (value === undefined) return [];
	if (!isList(value)) {
		around.problems.push({
			path,
			message: `"children" must be a list, but got ${shown(value)}. Remove the field, or use [].`,
		});
		return [];
	}
	if (value.length > 0 && around.level > CONFIG_LEVELS) {
		around.problems.push({
			path,
			message: `Entries can be nested ${CONFIG_LEVELS} levels deep at most. Move these entries up.`,
		});
		return [];
	}
	return value
		.map((child, index) => checkEntry(child, `${path}[${index}]`, around))
		.filter((entry) => entry !== undefined);
}

/** The server does not count image_segmentation as a geometry here: nothing limits where it stands, but nothing is drawn in it. */
function checkNesting(type: EntryType, path: string, { level, parentType, problems }: Surroundings): void {
	if (!isPlainGeometry(type) || level === 1) return;
	if (level > 2) {
		problems.push({
			path,
			message: `A ${type} is only allowed at the top level or directly inside a top-level geometry. Move it up.`,
		});
	} else if (parentType !== undefined && !isPlainGeometry(parentType)) {
		problems.push({
			path,
			message: `A ${type} is not allowed inside a ${parentType}. Move it to the top level, or into a point, line, polygon or rectangle.`,
		});
	}
}

function isPlainGeometry(type: EntryType): boolean {
	return type === 'point' || type === 'line' || type === 'polygon' || type === 'rectangle';
}

function noteKey(
	key: string,
	path: string,
	keys: Map<string, FirstUse>,
	where: string,
	problems: LabelConfigProblem[],
): void {
	const first = keys.get(comparableKey(key));
	if (first === undefined) {
		keys.set(comparableKey(key), { key, path });
		return;
	}
	const clash =
		first.key === key
			? `The key "${key}" is already used at ${first.path}`
			: `DataGym stores keys in lower case, so the key "${key}" is the same as "${first.key}" at ${first.path}`;
	problems.push({ path, message: `${clash}, and keys must be unique ${where}. Choose another key.` });
}

function noteShortcut(
	shortcut: string,
	path: string,
	shortcuts: Map<string, string>,
	problems: LabelConfigProblem[],
): void {
	const first = shortcuts.get(shortcut);
	if (first === undefined) shortcuts.set(shortcut, path);
	else
		problems.push({
			path,
			message: `The shortcut "${shortcut}" is already used at ${first}. Choose another digit, or remove it.`,
		});
}

/** Entries of the server's in a form in which it takes them again. */
export function entriesToUploadAgain(entries: readonly LabelConfigEntry[]): LabelConfigEntry[] {
	return entries.map((entry) => ({
		...entry,
		entryKey: acceptableKey(entry.entryKey),
		children: entriesToUploadAgain(entry.children),
	}));
}
