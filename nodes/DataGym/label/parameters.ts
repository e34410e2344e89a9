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
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { field } from '@datagym/shared/fields';
import type { ItemInput } from '../runner/itemInput';

/** The label that is changed. */
export const labelId = field({
	displayName: 'Label ID',
	name: 'labelId',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. {{ $json.labelId }}',
	description: 'ID of the label; Label: Get Many returns it',
});

export const geometry = field({
	displayName: 'Geometry',
	name: 'geometry',
	type: 'json',
	default: '',
	placeholder: '[{ "x": 10, "y": 20, "w": 30, "h": 40 }]',
	description:
		'Pixels from the top left corner of the image, decimals allowed: the corner and size of a rectangle, or a list of points, as DataGym\'s import has them; or the "geometry" that this node returns for a label',
});

export const classifications = field({
	displayName: 'Classifications',
	name: 'classifications',
	type: 'json',
	default: '',
	placeholder: '{ "color": "red", "damage": ["dent", "scratch"] }',
	description:
		'Answers by the key of the question: an option\'s key, a text or a list of options\' keys. Answers that belong to an answer stand in an object after it. The "classifications" that this node returns for a label are taken, too.',
});

export const comment = field({
	displayName: 'Comment',
	name: 'comment',
	type: 'string',
	default: '',
	description: 'A note on the label, which labelers see in DataGym',
});

/** The geometry in the field, as DataGym's import has it or as this node returns it; nothing if the field is empty. */
export function geometryInput(item: ItemInput, classType: GeometryType): Geometry | undefined {
	const value = item.optionalJson(geometry);
	if (value === undefined) return undefined;
	const { key, list } = toImportForm(value);
	const read = readGeometry(isGeometryKey(key) ? key : 'geometry', list, classType);
	if (read.type !== 'fault') return read;
	throw new InputError(
		`"Geometry" cannot be read: ${read.message}`,
		'Give it as [{"x": 1, "y": 2, "w": 3, "h": 4}] for a rectangle, as [{"x": 1, "y": 2}, …] for points.',
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
			'The segmentation has several regions, and DataGym keeps one in a label',
			'Create a label for each region.',
		);
	}
	return isList(regions) ? regions[0] : regions;
}

/** The answers in the field; nothing if the field is empty. */
export function classificationsInput(item: ItemInput): Classifications | undefined {
	const value = item.optionalJson(classifications);
	if (value === undefined) return undefined;
	const problems: LabelProblem[] = [];
	const read = readClassifications(toLists(value), problems);
	const [first] = problems;
	if (first === undefined) return read;
	throw new InputError(
		`"Classifications" cannot be read: ${first.path === '' ? '' : `${first.path}: `}${first.message}`,
		'Give answers by the key of the question, such as {"color": "red"}.',
	);
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
