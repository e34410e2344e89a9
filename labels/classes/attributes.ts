import type { Classification, Classifications } from '../model';
import { isList, isRecord, ownValue, setOwn } from '../parsing/record';

/**
 * Classifications as the flat attributes of other formats: `{"color": "red", "damage": ["dent", "scratch"],
 * "damage/note": "left door"}`. One value is a text, several are a list, none is left out. Keys of DataGym hold no slash.
 */
export type Attributes = Record<string, string | string[]>;

/** Nothing when nothing is answered. */
export function attributesOf(classifications: Classifications): Attributes | undefined {
	const attributes: Attributes = {};
	addAttributes(classifications, '', attributes);
	for (const _ in attributes) return attributes;
	return undefined;
}

function addAttributes(classifications: Classifications, prefix: string, attributes: Attributes): void {
	for (const key in classifications) {
		const classification = classifications[key];
		if (classification === undefined) continue;
		const { values, children } = classification;
		const [first] = values;
		if (first !== undefined) setOwn(attributes, prefix + key, values.length === 1 ? first : [...values]);
		addAttributes(children, `${prefix}${key}/`, attributes);
	}
}

/** The inverse of `attributesOf`; numbers and booleans become texts, other values are left out. */
export function classificationsOf(attributes: unknown): Classifications {
	const classifications: Record<string, Mutable> = {};
	if (!isRecord(attributes)) return classifications;
	for (const [path, value] of Object.entries(attributes)) {
		const values = (isList(value) ? value : [value]).flatMap(textsOf);
		if (values.length > 0) place(classifications, partsOf(path), values);
	}
	return classifications;
}

interface Mutable extends Classification {
	values: string[];
	children: Record<string, Mutable>;
}

/** DataGym nests three levels; a path with many slashes is somebody else's name. */
function partsOf(path: string): string[] {
	const parts = path.split('/');
	return parts.length <= DEEPEST_LEVEL ? parts : [path];
}

const DEEPEST_LEVEL = 8;

function place(classifications: Record<string, Mutable>, [key = '', ...rest]: string[], values: string[]): void {
	const classification = ownValue(classifications, key) ?? { values: [], children: {} };
	setOwn(classifications, key, classification);
	if (rest.length === 0) classification.values = values;
	else place(classification.children, rest, values);
}

function textsOf(value: unknown): string[] {
	if (typeof value === 'string') return [value];
	return typeof value === 'number' || typeof value === 'boolean' ? [String(value)] : [];
}
