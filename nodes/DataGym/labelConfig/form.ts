import type { IDataObject } from 'n8n-workflow';
import { LONGEST_FREETEXT, sameKey } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { field } from '@datagym/shared/fields';

const DEFAULT_COLOR = '#ff0000';
const GEOMETRIES = [
	{ name: 'Line', value: 'line' },
	{ name: 'Point', value: 'point' },
	{ name: 'Polygon', value: 'polygon' },
	{ name: 'Rectangle', value: 'rectangle' },
	{ name: 'Segmentation', value: 'image_segmentation' },
];
const CLASSIFICATIONS = [
	{ name: 'Checklist', value: 'checklist' },
	{ name: 'Free Text', value: 'freetext' },
	{ name: 'Select', value: 'select' },
];

const type = field({
	displayName: 'Type',
	name: 'type',
	type: 'options',
	default: 'rectangle',
	options: [...CLASSIFICATIONS, ...GEOMETRIES],
	description: 'Shape to draw, or kind of classification',
});

const entryKey = field({
	displayName: 'Key',
	name: 'entryKey',
	type: 'string',
	default: '',
	placeholder: 'e.g. car',
	description: 'Letters a-z, digits, spaces, dashes, underscores. Stored in lower case.',
});

const entryValue = field({
	displayName: 'Label',
	name: 'entryValue',
	type: 'string',
	default: '',
	placeholder: 'e.g. Car',
	description: 'Name that labelers see',
});

const color = field({
	displayName: 'Color',
	name: 'color',
	type: 'color',
	default: DEFAULT_COLOR,
	description: 'Color of the labels in DataGym',
	displayOptions: { show: { type: GEOMETRIES.map(({ value }) => value) } },
});

const options = field({
	displayName: 'Options',
	name: 'options',
	type: 'string',
	default: '',
	placeholder: 'e.g. red=Red, blue=Blue',
	displayOptions: { show: { type: ['checklist', 'select'] } },
	description: 'Keys and labels of the options, separated by commas',
});

const required = field({
	displayName: 'Required',
	name: 'required',
	type: 'boolean',
	default: false,
	displayOptions: { show: { type: CLASSIFICATIONS.map(({ value }) => value) } },
	description: 'Whether completing a task requires a value',
});

const maxLength = field({
	displayName: 'Max Length',
	name: 'maxLength',
	type: 'number',
	default: LONGEST_FREETEXT,
	typeOptions: { minValue: 1, maxValue: LONGEST_FREETEXT },
	description: 'Maximum number of characters',
	displayOptions: { show: { type: ['freetext'] } },
});

const parentKey = field({
	displayName: 'Parent Key',
	name: 'parentKey',
	type: 'string',
	default: '',
	placeholder: 'e.g. car',
	description: 'Entry to nest this one in. Leave empty for the whole image.',
});

const shortcut = field({
	displayName: 'Shortcut',
	name: 'shortcut',
	type: 'string',
	default: '',
	placeholder: 'e.g. 1',
	description: 'A digit, different for each entry',
});

/** One row an entry; nesting by the key of the row above. */
export const entriesForm = field({
	displayName: 'Entries',
	name: 'entriesForm',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, sortable: true },
	placeholder: 'Add entry',
	default: {},
	displayOptions: { show: { inputMode: ['form'] } },
	description: "Classes and classifications, in the labelers' order",
	options: [
		{
			displayName: 'Entry',
			name: 'entry',
			values: [
				// In the order in which people think of an entry.
				type,
				entryKey,
				entryValue,
				color,
				options,
				required,
				maxLength,
				parentKey,
				shortcut,
			],
		},
	],
});

interface Entry extends IDataObject {
	children: Entry[];
}

/** The tree that DataGym takes, from the rows of the form. The entries themselves are checked afterward. */
export function entriesFromForm(rows: readonly IDataObject[]): readonly Entry[] {
	const entries = rows.map(toEntry);
	const roots: Entry[] = [];
	rows.forEach((row, index) => {
		const entry = entries[index];
		if (entry === undefined) return;
		const above = textOf(row.parentKey);
		(above === '' ? roots : parentOf(entries, entry, above).children).push(entry);
	});
	return roots;
}

function parentOf(entries: readonly Entry[], child: Entry, key: string): Entry {
	const parents = entries.filter((entry) => entry !== child && sameKey(textOf(entry.entryKey), key));
	const [parent] = parents;
	if (parents.length === 1 && parent !== undefined) return parent;
	throw new InputError(
		`"Parent Key" of the entry "${textOf(child.entryKey)}" is "${key}", but ${parents.length === 0 ? 'no entry has' : 'several entries have'} that key`,
		parents.length === 0 ? 'Add an entry with that key.' : 'Set "Input" to "JSON" to use a key more than once.',
	);
}

function toEntry(row: IDataObject): Entry {
	const type = textOf(row.type) || 'rectangle';
	const isGeometry = GEOMETRIES.some(({ value }) => value === type);
	const entry: Entry = {
		entryKey: textOf(row.entryKey),
		entryValue: textOf(row.entryValue) || textOf(row.entryKey),
		type,
		children: [],
	};
	if (isGeometry) entry.color = textOf(row.color) || DEFAULT_COLOR;
	if (textOf(row.shortcut) !== '') entry.shortcut = textOf(row.shortcut);
	if (!isGeometry) entry.required = row.required === true;
	if (type === 'freetext') entry.maxLength = typeof row.maxLength === 'number' ? row.maxLength : LONGEST_FREETEXT;
	if (type === 'select' || type === 'checklist') entry.options = parseOptions(textOf(row.options));
	return entry;
}

function parseOptions(text: string): IDataObject {
	const pairs = text
		.split(',')
		.map((pair) => pair.trim())
		.filter((pair) => pair !== '');
	return Object.fromEntries(
		pairs.map((pair) => {
			const [key = '', ...label] = pair.split('=');
			return [key.trim(), label.join('=').trim() || key.trim()];
		}),
	);
}

const textOf = (value: unknown) => (typeof value === 'string' ? value.trim() : '');
