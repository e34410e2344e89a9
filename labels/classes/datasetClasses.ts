import { type GeometryType, isGeometryClass, type LabelClass } from '../model';
import { isRecord, setOwn, shown } from '../parsing/record';
import { comparableKey, KeyMap } from './classKey';

/** How the classes of a label configuration become those of a dataset. */
export interface ClassRules {
	/** Class key to the name in the dataset; two keys with one name are merged. Keys that are not here keep their key. */
	readonly names?: Readonly<Record<string, string>>;
	/** Keys of classes that are excluded. */
	readonly exclude?: readonly string[];
	/** Class IDs of an earlier export (`DatasetClasses.mapping`), so that they stay what they are. */
	readonly saved?: ClassMapping;
	/** Types of the geometries that the format has classes of; all of them if it is missing. */
	readonly types?: readonly GeometryType[] | undefined;
}

/** Name in the dataset to its class ID; plain JSON, meant to be saved by the user. */
export type ClassMapping = Readonly<Record<string, number>>;

/** What a label's class is in the dataset. */
export interface DatasetClass {
	readonly name: string;
	/** The class ID in the dataset, from 0. */
	readonly id: number;
}

/** Why a label has no class in the dataset; `geometry-type` if the format has no classes of that type. */
type ClasslessReason = 'excluded' | 'unknown-class' | 'geometry-type';

export interface DatasetClasses {
	/** The class, or why there is none. */
	classOf(className: string): DatasetClass | ClasslessReason;
	/** Names by class ID, from 0 without gaps. An ID that only the saved mapping had keeps its name. */
	readonly names: readonly string[];
	/** To be saved and given as `ClassRules.saved` the next time. */
	readonly mapping: ClassMapping;
}

/**
 * Gives the geometry classes of a configuration their IDs in a dataset.
 *
 * Without a saved mapping, names get IDs in the order of their keys, which is always the same for one configuration.
 * With one, old names keep their IDs, also when their class is gone, and new names are appended. A saved `Car` is the class `car`,
 * and keeps its spelling.
 */
export function datasetClasses(classes: readonly LabelClass[], rules: ClassRules = {}): DatasetClasses {
	const exclude = new Set(rules.exclude?.map(comparableKey));
	const names = KeyMap.of(rules.names ?? {});
	const sorted = classes.filter(isGeometryClass).sort((a, b) => a.number - b.number);
	const keys = new Set(sorted.map(({ key }) => key));
	const fitting = sorted.filter(({ type }) => rules.types?.includes(type) ?? true);
	const fittingKeys = new Set(fitting.map(({ key }) => key));
	const savedNames = new KeyMap<string>();
	for (const name of Object.keys(rules.saved ?? {})) savedNames.set(name, name);
	const nameOf = (key: string) => names.get(key) ?? savedNames.get(key) ?? key;
	const ids = new Map(Object.entries(rules.saved ?? {}));
	let next = Math.max(-1, ...ids.values()) + 1;
	const byKey = new KeyMap<DatasetClass | ClasslessReason>();
	for (const key of keys) {
		if (exclude.has(comparableKey(key))) {
			byKey.set(key, 'excluded');
			continue;
		}
		if (!fittingKeys.has(key)) {
			byKey.set(key, 'geometry-type');
			continue;
		}
		const name = nameOf(key);
		const id = ids.get(name) ?? next++;
		ids.set(name, id);
		byKey.set(key, { name, id });
	}
	return {
		classOf: (className) => byKey.get(className) ?? 'unknown-class',
		names: namesById(ids, next),
		mapping: mappingOf(ids),
	};
}

function namesById(ids: ReadonlyMap<string, number>, count: number): string[] {
	const names = Array.from({ length: count }, (_, id) => `unused_${id}`);
	for (const [name, id] of ids) names[id] = name;
	return names;
}

function mappingOf(ids: ReadonlyMap<string, number>): ClassMapping {
	const mapping: Record<string, number> = {};
	for (const [name, id] of ids) setOwn(mapping, name, id);
	return mapping;
}

const MAX_CLASS_ID = 9_999;

/**
 * Checks a saved mapping that a user gives back: names to whole numbers from 0, each used once.
 * Takes anything; returns the mapping or sentences that say what is wrong.
 */
export function readClassMapping(value: unknown): { readonly mapping?: ClassMapping; readonly problems: string[] } {
	if (!isRecord(value))
		return {
			problems: [`The class IDs must be an object, but got ${shown(value)}. Enter JSON such as {"car": 0, "van": 1}.`],
		};
	const mapping: Record<string, number> = {};
	const used = new Map<number, string>();
	const problems: string[] = [];
	for (const [name, id] of Object.entries(value)) {
		if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id > MAX_CLASS_ID) {
			problems.push(
				`The class ID of "${name}" must be a whole number from 0 to ${MAX_CLASS_ID}, but got ${shown(id)}. Change it.`,
			);
			continue;
		}
		const other = used.get(id);
		if (other !== undefined)
			problems.push(`"${name}" and "${other}" have the same class ID ${id}. Change one of them.`);
		used.set(id, name);
		setOwn(mapping, name, id);
	}
	return problems.length > 0 ? { problems } : { mapping, problems };
}
