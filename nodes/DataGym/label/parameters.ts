import {
	type Classifications,
	type Geometry,
	type GeometryType,
	isGeometryKey,
	isList,
	isRecord,
	type LabelProblem,
	readClassifications,
	readGeometry,
	setOwn,
	storedClassifications,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { field } from '@datagym/shared/fields';
import { labelLocator } from '../fields';
import type { ItemInput } from '../runner/itemInput';
import type { OpenTask } from './openTask';

/** The label that is changed. */
export const labelId = labelLocator({
	displayName: 'Label',
	name: 'labelId',
	required: true,
	description: 'The label to operate on',
});

export const geometry = field({
	displayName: 'Geometry',
	name: 'geometry',
	type: 'json',
	default: '{}',
	placeholder: '[{ "x": 10, "y": 20, "w": 30, "h": 40 }]',
	description: 'Rectangle or points, in pixels from the top left',
});

export const classifications = field({
	displayName: 'Classifications',
	name: 'classifications',
	type: 'json',
	default: '{}',
	placeholder: '{ "color": "red", "damage": ["dent", "scratch"] }',
	description: 'Option keys or texts by classification key',
});

export const comment = field({
	displayName: 'Comment',
	name: 'comment',
	type: 'string',
	default: '',
	placeholder: 'e.g. Check the rear wheel',
	description: 'Shown to labelers in DataGym',
});

/** The geometry in the field, as DataGym's import has it or as this node returns it; nothing if the field is empty. */
export function geometryInput(item: ItemInput, classType: GeometryType): Geometry | undefined {
	const value = item.enteredJson(geometry);
	if (value === undefined) return undefined;
	const { key, list } = toImportForm(value);
	const read = readGeometry(isGeometryKey(key) ? key : 'geometry', list, classType);
	if (read.type !== 'fault') return read;
	throw new InputError(
		`"Geometry" is not valid: ${read.message}`,
		'Enter a rectangle such as [{"x": 1, "y": 2, "w": 3, "h": 4}], or points such as [{"x": 1, "y": 2}, {"x": 3, "y": 4}].',
	);
}

function toImportForm(value: unknown): { key: string; list: unknown } {
	if (!isRecord(value)) return { key: 'geometry', list: value };
	switch (value.type) {
		case 'rectangle':
			return { key: 'rectangle', list: [corner(value)] };
		case 'point':
			return { key: 'point', list: [value] };
		case 'line':
		case 'polygon':
			return { key: value.type, list: value.points };
		case 'segmentation':
			return { key: 'image_segmentation', list: rings(value.regions) };
		default:
			return { key: 'geometry', list: [corner(value)] };
	}
}

function corner({ x, y, w, h, width = w, height = h }: Record<string, unknown>): Record<string, unknown> {
	return width === undefined && height === undefined ? { x, y } : { x, y, w: width, h: height };
}

/** The server cannot tell a second region's outline from a hole. */
function rings(regions: unknown): unknown {
	if (isList(regions) && regions.length > 1) {
		throw new InputError(
			'The segmentation has several regions, but a label can only have one',
			'Create one label per region.',
		);
	}
	return isList(regions) ? regions[0] : regions;
}

/** The answers in the field; nothing if the field is empty. */
function classificationsInput(item: ItemInput): Classifications | undefined {
	const value = item.enteredJson(classifications);
	if (value === undefined) return undefined;
	const problems: LabelProblem[] = [];
	const read = readClassifications(toLists(value), problems);
	const [first] = problems;
	if (first === undefined) return read;
	throw new InputError(
		`"Classifications" is not valid: ${first.path === '' ? '' : `${first.path}: `}${first.message}`,
		'Enter values by classification key, such as {"color": "red"}.',
	);
}

/** The same with the keys as the label configuration has them, so that they are found among the values of the label. */
export function classificationsOf(
	item: ItemInput,
	{ reading }: OpenTask,
	parents: readonly string[],
): Classifications | undefined {
	const given = classificationsInput(item);
	return given && storedClassifications(given, parents, reading.classes);
}

/** A single answer, or one in the form of the label model, as the list that DataGym's import has. */
function toLists(value: unknown): unknown {
	if (!isRecord(value)) return value;
	const lists: Record<string, unknown> = {};
	for (const [key, answer] of Object.entries(value)) setOwn(lists, key, toList(answer));
	return lists;
}

function toList(answer: unknown): unknown {
	if (answer === null || answer === '') return [];
	if (isList(answer)) return answer.map((part) => (typeof part === 'number' ? String(part) : toLists(part)));
	if (isRecord(answer) && isList(answer.values))
		return [...answer.values, ...(isRecord(answer.children) ? [toLists(answer.children)] : [])];
	return isRecord(answer) ? answer : [String(answer)];
}
