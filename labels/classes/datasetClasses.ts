import { isGeometryClass, type LabelClass } from '../model';
import { isRecord, ownValue, setOwn, shown } from '../parsing/record';

/** How the classes of a label configuration become those of a dataset. */
export interface ClassRules {
	/** Class key to the name in the dataset; two keys with one name are merged. Keys that are not here keep their key. */
	readonly names?: Readonly<Record<string, string>>;
	/** Keys of the classes that are not in the dataset. */
	readonly exclude?: readonly string[];
	/** Numbers of an earlier export (`DatasetClasses.mapping`), so that they stay what they are. */
	readonly saved?: ClassMapping;
}

/** Name in the dataset to its number; plain JSON, meant to be saved by the user. */
export type ClassMapping = Readonly<Record<string, number>>;

/** What a label's class is in the dataset. */
export interface DatasetClass {
	readonly name: string;
	/** From 0. */
	readonly number: number;
}

export interface DatasetClasses {
	/** The class, or why there is none. */
	classOf(className: string): DatasetClass | 'left-out' | 'unknown-class';
	/** Names by number, from 0 without gaps. A number that only the saved mapping had keeps its name. */
	readonly names: readonly string[];
	/** To be saved and given as `ClassRules.saved` the next time. */
	readonly mapping: ClassMapping;
}

/**
 * Numbers the geometry classes of a configuration for a dataset.
 *
 * Without a saved mapping, names are numbered in the order of their keys, which is always the same for one configuration.
 * With one, old names keep their numbers, also when their class is gone, and new names follow behind the largest.
 */
export function datasetClasses(classes: readonly LabelClass[], rules: ClassRules = {}): DatasetClasses {
	const excluded = new Set(rules.exclude);
	const keys = [
		...new Set(
			classes
				.filter(isGeometryClass)
				.sort((a, b) => a.number - b.number)
				.map(({ key }) => key),
		),
	];
	const nameOf = (key: string) => ownValue(rules.names ?? {}, key) ?? key;
	const numbers = new Map(Object.entries(rules.saved ?? {}));
	let next = Math.max(-1, ...numbers.values()) + 1;
	const byKey = new Map<string, DatasetClass | 'left-out'>();
	for (const key of keys) {
		if (excluded.has(key)) {
			byKey.set(key, 'left-out');
			continue;
		}
		const name = nameOf(key);
		const number = numbers.get(name) ?? next++;
		numbers.set(name, number);
		byKey.set(key, { name, number });
	}
	return {
		classOf: (className) => byKey.get(className) ?? 'unknown-class',
		names: namesByNumber(numbers, next),
		mapping: mappingOf(numbers),
	};
}

function namesByNumber(numbers: ReadonlyMap<string, number>, count: number): string[] {
	const names = Array.from({ length: count }, (_, number) => `unused_${number}`);
	for (const [name, number] of numbers) names[number] = name;
	return names;
}

function mappingOf(numbers: ReadonlyMap<string, number>): ClassMapping {
	const mapping: Record<string, number> = {};
	for (const [name, number] of numbers) setOwn(mapping, name, number);
	return mapping;
}

const LARGEST_NUMBER = 9_999;

/**
 * Checks a saved mapping that a user gives back: names to whole numbers from 0, each used once.
 * Takes anything; returns the mapping or sentences that say what is wrong.
 */
export function readClassMapping(value: unknown): { readonly mapping?: ClassMapping; readonly problems: string[] } {
	if (!isRecord(value))
		return {
			problems: [
				`The class IDs must be an object, but got ${shown(value)}. Provide an object such as {"car": 0, "van": 1}.`,
			],
		};
	const mapping: Record<string, number> = {};
	const used = new Map<number, string>();
	const problems: string[] = [];
	for (const [name, number] of Object.entries(value)) {
		if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number > LARGEST_NUMBER) {
			problems.push(
				`The class ID of "${name}" must be a whole number from 0 to ${LARGEST_NUMBER}, but got ${shown(number)}. Change it.`,
			);
			continue;
		}
		const other = used.get(number);
		if (other !== undefined)
			problems.push(`"${name}" and "${other}" have the same class ID ${number}. Give one of them another ID.`);
		used.set(number, name);
		setOwn(mapping, name, number);
	}
	return problems.length > 0 ? { problems } : { mapping, problems };
}
