import { isList, isRecord } from '../parsing/record';
import { yamlIn } from '../parsing/yaml';

/** Keys under which files of models have their class names. */
const NAME_KEYS = ['names', 'id2label', 'classes', 'labels'] as const;
const LARGEST_ID = 99_999;

/**
 * Class names by class ID, as people paste them: `car, van`, one name in a line (`classes.txt`), lines with IDs (`0: car`), JSON
 * (`["car"]`, `{"0": "car"}`, `{"car": 0}`, `{"id2label": …}`), or YOLO's `data.yaml`, as a whole or only its `names`.
 *
 * @returns undefined if the text has no names in any of these forms. An ID without a name has an empty one.
 */
export function readClassNames(text: string): readonly string[] | undefined {
	const trimmed = text.trim();
	if (trimmed === '') return [];
	if (/^[[{]/.test(trimmed)) {
		const value = parsed(trimmed);
		return value === undefined ? namesOfYaml(yamlIn(trimmed)) : namesIn(value);
	}
	if (isDataYaml(trimmed)) return namesOfYaml(yamlIn(trimmed));
	// The block below `names:` alone, which is YAML as well, but for names with a colon.
	return (/^(?:- |\d{1,5} ?:)/.test(trimmed) ? namesOfYaml(yamlIn(trimmed)) : undefined) ?? lineNames(trimmed);
}

/** Whether a text is YAML with `names`, as Ultralytics has it. */
export function isDataYaml(text: string): boolean {
	return /^["']?names["']?[ \t]*:/m.test(text);
}

/** Class names of a YAML whose values are texts: a list, by ID, or IDs by name; the same below `names`. */
export function namesOfYaml(value: unknown): readonly string[] | undefined {
	if (isList(value))
		return value.every((name) => typeof name === 'string') ? value.map((name) => name.trim()) : undefined;
	if (!isRecord(value)) return undefined;
	const { names } = value;
	if (isList(names) || isRecord(names)) return namesOfYaml(names);
	const entries = Object.entries(value).map(([key, name]) => [key, typeof name === 'string' ? name.trim() : undefined]);
	const named = entries.flatMap(([key = '', name]) => (name === undefined ? [] : [[key, name] as const]));
	if (named.length < entries.length) return undefined;
	return byId(named) ?? byId(named.map(([name, id]) => [id, name]));
}

/** Class names by class ID from parsed JSON; undefined if it has none. */
export function namesIn(value: unknown): readonly string[] | undefined {
	if (isList(value)) return value.every(isName) ? value : namesOfEntries(value);
	if (!isRecord(value)) return undefined;
	for (const key of NAME_KEYS) if (value[key] !== undefined) return namesIn(value[key]);
	const entries = Object.entries(value);
	if (entries.every(([, name]) => isName(name))) return byId(entries.map(([id, name]) => [id, String(name)]));
	return byId(entries.map(([name, id]) => [String(id), name]));
}

/** COCO's categories: `[{"id": 1, "name": "car"}]`. */
function namesOfEntries(list: readonly unknown[]): readonly string[] | undefined {
	const entries = list.flatMap((entry) =>
		isRecord(entry) && isName(entry.name) ? [[String(entry.id), entry.name] as const] : [],
	);
	return entries.length === list.length ? byId(entries) : undefined;
}

const isName = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';

function byId(entries: ReadonlyArray<readonly [string, string]>): readonly string[] | undefined {
	const names = new Map<number, string>();
	for (const [id, name] of entries) {
		const number = /^\d{1,5}$/.test(id) ? Number(id) : NaN;
		if (!(number <= LARGEST_ID) || names.has(number)) return undefined;
		names.set(number, name);
	}
	if (names.size === 0) return undefined;
	return Array.from({ length: Math.max(...names.keys()) + 1 }, (_, id) => names.get(id) ?? '');
}

function lineNames(text: string): readonly string[] | undefined {
	const lines = text.split(/\r?\n/).map((line) => line.trim());
	const [only = ''] = lines;
	const names = (lines.length === 1 ? parts(only) : lines)
		.map((line) => line.replace(/^- +/, '').replace(/,$/, '').trim())
		.filter((line) => line !== '');
	const withIds = names.map((line) => /^(\d{1,5}) ?: ?(\S.*)$/.exec(line));
	if (names.length > 0 && withIds.every((match) => match !== null))
		return byId(withIds.map(([, id = '', name = '']) => [id, unquoted(name)]));
	return names.map(unquoted);
}

/** Parts between commas that do not stand in quotes. */
function parts(text: string): readonly string[] {
	const found: string[] = [''];
	let quote = '';
	for (const character of text) {
		if (quote === '' && character === ',') {
			found.push('');
			continue;
		}
		const last = found[found.length - 1] ?? '';
		if (quote === '' && /["']/.test(character) && /(?:^|:)\s*$/.test(last)) quote = character;
		else if (character === quote) quote = '';
		found[found.length - 1] = last + character;
	}
	return found.map((part) => part.trim()).filter((part) => part !== '');
}

function unquoted(name: string): string {
	const [first] = name;
	const isQuoted = name.length > 1 && (first === '"' || first === "'") && name.endsWith(first);
	return isQuoted ? name.slice(1, -1).trim() : name;
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
