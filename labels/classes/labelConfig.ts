import type { EntryType, LabelConfigEntry, LabelConfigProblem } from './labelClass';
import { checkEntryFields } from './labelConfigFields';
import { isList, isRecord, shown } from '../parsing/record';

export type LabelConfigCheck =
	| { readonly ok: true; readonly entries: LabelConfigEntry[] }
	| { readonly ok: false; readonly problems: LabelConfigProblem[] };

/** The server refuses deeper entries. */
const CONFIG_LEVELS = 4;

/** What the check has seen above and beside an entry. */
interface Surroundings {
	readonly level: number;
	readonly parentType?: EntryType | undefined;
	/** Keys of the root's tree (of the roots themselves for a root), each with the path of its first use. */
	readonly keys: Map<string, string>;
	/** Shortcuts of the whole configuration with the path of their first use. */
	readonly shortcuts: Map<string, string>;
	readonly problems: LabelConfigProblem[];
}

/**
 * Checks a label configuration against every rule of the server and reports all problems at once.
 *
 * Takes anything, never throws. The entries of a good configuration come back typed, with types in lower case and without
 * what only the server's responses hold (ids, timestamps, nulls), so they can be uploaded.
 * Source: docs/contract.md#configuration-entries, recordings 192-239 and 611; `LabelConfigurationServiceImpl` of datagym-core.
 */
export function checkLabelConfig(value: unknown): LabelConfigCheck {
	if (!isList(value)) {
		const message = `The label configuration must be a list of entries, but got ${shown(value)}. Provide a JSON array such as [{"entryKey": "car", "entryValue": "Car", "type": "rectangle"}].`;
		return { ok: false, problems: [{ path: '', message }] };
	}
	const problems: LabelConfigProblem[] = [];
	const rootKeys = new Map<string, string>();
	const shortcuts = new Map<string, string>();
	const entries = value.map((root, index) => {
		const path = `[${index}]`;
		const key = isRecord(root) ? root.entryKey : undefined;
		if (typeof key === 'string') noteKey(key, `${path}.entryKey`, rootKeys, 'at the top level', problems);
		return checkEntry(root, path, { level: 1, keys: new Map(), shortcuts, problems });
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
	const fields = checkEntryFields(value, path, problems);
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
	keys: Map<string, string>,
	where: string,
	problems: LabelConfigProblem[],
): void {
	const first = keys.get(key);
	if (first === undefined) keys.set(key, path);
	else
		problems.push({
			path,
			message: `The key "${key}" is already used at ${first}, and keys must be unique ${where}. Choose another key.`,
		});
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
