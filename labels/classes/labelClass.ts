import { isGeometryType, type ClassificationType, type GeometryType, type LabelClass } from '../model';

/** Types of geometry entries, in the words of the wire. */
export const GEOMETRY_ENTRY_TYPES = ['point', 'line', 'polygon', 'rectangle', 'image_segmentation'] as const;
/** Types of classification entries. */
export const CLASSIFICATION_ENTRY_TYPES = ['select', 'checklist', 'freetext'] as const;

/** Characters that the value of a freetext has at most. */
export const LONGEST_FREETEXT = 255;

export type EntryType = (typeof GEOMETRY_ENTRY_TYPES)[number] | (typeof CLASSIFICATION_ENTRY_TYPES)[number];

/** An entry of a label configuration as `PUT /config/{id}` takes it. */
export interface LabelConfigEntry {
	readonly entryKey: string;
	readonly entryValue: string;
	readonly type: EntryType;
	readonly color?: string;
	/** One digit. */
	readonly shortcut?: string;
	/** Only select and checklist: option key to displayed name. */
	readonly options?: Readonly<Record<string, string>>;
	readonly required?: boolean;
	/** Only freetext: 1 to 255. */
	readonly maxLength?: number;
	readonly children: readonly LabelConfigEntry[];
}

export interface LabelConfigProblem {
	/** `[0].children[1].entryKey`; empty for the configuration as a whole. */
	readonly path: string;
	/** A sentence that ends with the remedy. */
	readonly message: string;
}

/** An entry's or an export header's type as the type of a class: only image_segmentation has another name. */
export function classTypeOf(entryType: EntryType): LabelClass['type'] {
	return entryType === 'image_segmentation' ? 'segmentation' : entryType;
}

/** The wire's word for a class type. */
export function entryTypeOf(type: GeometryType | ClassificationType): EntryType {
	return type === 'segmentation' ? 'image_segmentation' : type;
}

/**
 * All classes of a label configuration, parents before children, with their numbers.
 *
 * Takes entries as `checkLabelConfig` or `readServerLabelConfig` returns them. Entries of one level are sorted by key,
 * and so are options, since the server returns both in any order.
 */
export function flattenLabelConfig(entries: readonly LabelConfigEntry[]): LabelClass[] {
	return numberClasses(classesBelow(entries, []));
}

function classesBelow(entries: readonly LabelConfigEntry[], parents: readonly string[]): Unnumbered[] {
	return [...entries]
		.sort((a, b) => compareKeys(a.entryKey, b.entryKey))
		.flatMap((entry) => [classOf(entry, parents), ...classesBelow(entry.children, [...parents, entry.entryKey])]);
}

type Unnumbered = Omit<LabelClass, 'number'>;

function classOf(entry: LabelConfigEntry, parents: readonly string[]): Unnumbered {
	const type = classTypeOf(entry.type);
	const asked = type === 'select' || type === 'checklist';
	return {
		key: entry.entryKey,
		name: entry.entryValue,
		type,
		parents,
		required: entry.required ?? false,
		...(asked && { options: Object.keys(entry.options ?? {}).sort(compareKeys) }),
		...(entry.maxLength !== undefined && { maxLength: entry.maxLength }),
		...(entry.color !== undefined && { color: entry.color }),
	};
}

/** Gives the classes their numbers: by key, geometries and classifications apart (see `LabelClass.number`). */
export function numberClasses(classes: readonly Unnumbered[]): LabelClass[] {
	const geometries = numbersByKey(classes.filter(({ type }) => isGeometryType(type)));
	const classifications = numbersByKey(classes.filter(({ type }) => !isGeometryType(type)));
	return classes.map((labelClass) => {
		const numbers = isGeometryType(labelClass.type) ? geometries : classifications;
		return { ...labelClass, number: numbers.get(labelClass.key) ?? 0 };
	});
}

function numbersByKey(classes: readonly Unnumbered[]): Map<string, number> {
	const keys = [...new Set(classes.map(({ key }) => key))].sort(compareKeys);
	return new Map(keys.map((key, index) => [key, index]));
}

/** By code units, so that the order does not depend on the machine's language. */
export function compareKeys(a: string, b: string): number {
	if (a === b) return 0;
	return a < b ? -1 : 1;
}
