import type { IDataObject } from 'n8n-workflow';
import {
	CLASS_SOURCES,
	deriveConfiguration,
	type DerivedConfiguration,
	isDataGymConfiguration,
	isList,
	isRecord,
	type RenamedKey,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { field } from '@datagym/shared/fields';
import { showHint } from '@datagym/shared/hints';
import { binaryFile } from '../binaryFile';
import type { ItemInput } from '../runner/itemInput';
import type { Run } from '../runner/runContext';
import { entriesForm, entriesFromForm } from './form';

export const inputMode = field({
	displayName: 'Input',
	name: 'inputMode',
	type: 'options',
	default: 'json',
	options: [
		{ name: 'Binary File', value: 'file', description: 'A file of another tool, e.g. data.yaml' },
		{ name: 'Form', value: 'form', description: 'Add the entries one by one' },
		{ name: 'JSON', value: 'json', description: 'Entries as returned by Get, or of another tool' },
		{ name: 'Text', value: 'text', description: 'XML, data.yaml or a list of names' },
	],
	description: 'How to enter the entries',
});

export const entriesJson = field({
	displayName: 'Entries',
	name: 'entriesJson',
	type: 'json',
	default:
		'[\n  { "entryKey": "car", "entryValue": "Car", "type": "rectangle", "color": "#ff0000", "shortcut": "1", "children": [] }\n]',
	required: true,
	displayOptions: { show: { inputMode: ['json'] } },
	description: 'As returned by Get; or COCO, CVAT, Labelbox',
});

export const entriesText = field({
	displayName: 'Classes',
	name: 'entriesText',
	type: 'string',
	default: '',
	required: true,
	typeOptions: { rows: 5 },
	placeholder: 'e.g. car, van, license plate',
	displayOptions: { show: { inputMode: ['text'] } },
	description: 'Names, data.yaml, XML of Label Studio, or JSON',
});

export const entriesFile = field({
	displayName: 'Input Binary Field',
	name: 'binaryPropertyName',
	type: 'string',
	default: 'data',
	required: true,
	displayOptions: { show: { inputMode: ['file'] } },
	hint: 'The name of the input binary field that holds the file with the classes',
	description: 'Name of the binary field in the input',
});

export const classFormat = field({
	displayName: 'Class Format',
	name: 'classFormat',
	type: 'options',
	default: 'auto',
	displayOptions: { hide: { '/inputMode': ['form'] } },
	options: [
		{ name: 'Detect Automatically', value: 'auto', description: 'Recognized by its content' },
		...CLASS_SOURCES.map(({ key, name, description }) => ({ name, value: key, description })),
		{ name: 'DataGym JSON', value: 'dataGym', description: 'Entries as returned by Get' },
	],
	description: 'What the classes are written in',
});

export const classGeometry = field({
	displayName: 'Class Geometry',
	name: 'classGeometry',
	type: 'options',
	default: 'auto',
	displayOptions: { hide: { '/inputMode': ['form'] } },
	options: [
		{ name: 'From Source', value: 'auto', description: 'Polygons if a COCO file has any, else rectangles' },
		{ name: 'Line', value: 'line' },
		{ name: 'Point', value: 'point' },
		{ name: 'Polygon', value: 'polygon' },
		{ name: 'Rectangle', value: 'rectangle' },
		{ name: 'Segmentation', value: 'image_segmentation' },
	],
	description: 'Shape where the source names none',
});

/** Entries that are not checked yet, and what was changed on the way to them. */
export interface GivenEntries {
	readonly entries: unknown;
	readonly renamed: readonly RenamedKey[];
	/** What the output item says of the source. */
	readonly record: IDataObject;
}

/**
 * The item's entries, of the form, DataGym's JSON, or derived from the classes of another tool.
 *
 * @throws InputError if there are none, or nothing recognizes what is given.
 */
export async function readEntries(item: ItemInput, run: Run): Promise<GivenEntries> {
	const mode = item.choice(inputMode);
	if (mode === 'form') {
		const rows = item.rows(entriesForm);
		if (rows.length === 0)
			throw new InputError('"Entries" is empty', 'Add at least one entry, or use Clear to remove all.');
		return plain(entriesFromForm(rows));
	}
	const format = item.options.choice(classFormat);
	const { value, label } = await given(item, run, mode);
	const entries = isRecord(value) && isList(value.entries) ? value.entries : value;
	if (format === 'dataGym' || (format === 'auto' && isDataGymConfiguration(entries))) return plain(entries);
	const source = CLASS_SOURCES.find(({ key }) => key === format);
	const geometry = item.options.choice(classGeometry);
	const derived = deriveConfiguration(value, source, geometry === 'auto' ? undefined : geometry);
	if (derived === undefined && source === undefined && mode === 'json') return plain(entries);
	if (derived === undefined)
		throw new InputError(
			`${label} ${source === undefined ? 'is in no format that classes can be read from' : `is not in the format "${source.name}"`}, so nothing was uploaded`,
			`Provide DataGym's JSON, or one of: ${CLASS_SOURCES.map(({ name }) => name).join(', ')}.`,
		);
	if (typeof derived === 'string')
		throw new InputError(
			`The classes in ${label.replace(/^The/, 'the')} cannot be read, so nothing was uploaded`,
			`${derived} Provide the complete, unchanged file.`,
		);
	await showConversions(run, derived);
	const { conversions, renamed } = derived;
	const record = { classFormat: derived.source.key, conversions: structuredClone(conversions) as object[] };
	return { entries: derived.entries, renamed, record };
}

const plain = (entries: unknown): GivenEntries => ({ entries, renamed: [], record: {} });

async function given(
	item: ItemInput,
	run: Run,
	mode: 'json' | 'text' | 'file',
): Promise<{ readonly value: unknown; readonly label: string }> {
	const jsonOrText = (text: string) => (/^\s*[[{]/.test(text) ? parsedOr(text) : text);
	if (mode === 'file') {
		const file = binaryFile(run.n8n, item, item.requiredText(entriesFile), entriesFile.displayName);
		const text = new TextDecoder().decode(await file.read());
		return { value: jsonOrText(text), label: `The file "${file.fileName}" in the binary field "${file.field}"` };
	}
	if (mode === 'text')
		return { value: jsonOrText(item.requiredText(entriesText)), label: `"${entriesText.displayName}"` };
	const raw = item.raw(entriesJson);
	// An expression can give XML or YAML, which is no JSON with a mistake.
	const isText = typeof raw === 'string' && raw.trim() !== '' && !/^\s*[[{"]/.test(raw);
	return { value: isText ? raw : item.json(entriesJson), label: `"${entriesJson.displayName}"` };
}

function parsedOr(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

/** Names that a line of the hint has; the item has all. */
const MOST_NAMES = 5;

/** What DataGym cannot hold, above the output; said once if several items say the same. */
async function showConversions(run: Run, { conversions, renamed }: DerivedConfiguration): Promise<void> {
	const changed = renamed.filter(({ entryKey, storedAs }) => entryKey.toLowerCase() !== storedAs);
	const lines = [
		...conversions.map(({ names, message }) => `${shortened(names)}: ${message}`),
		...(changed.length === 0
			? []
			: [`${shortened(changed.map(({ entryKey, storedAs }) => `${entryKey} is ${storedAs}`))}: ${KEY_RULE}`]),
	];
	await run.once(`hint: ${lines.join('\n')}`, async () => {
		await Promise.resolve(showHint(run.n8n, lines));
	});
}

const KEY_RULE = 'Keys have the letters a-z, digits, spaces, _ and - only, and each key once.';

function shortened(names: readonly string[]): string {
	const more = names.length - MOST_NAMES;
	return `${names.slice(0, MOST_NAMES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
