import { isList, isRecord } from '../parsing/record';
import { ClassReport, type ChosenGeometry, type ClassConversion, type ClassSource } from './classSource';
import { cocoClasses } from './coco';
import { cvatClasses } from './cvat';
import { entriesOf, type DerivedEntries } from './entries';
import { labelboxClasses } from './labelbox';
import { labelStudioClasses } from './labelStudio';
import { classNames } from './names';
import { ultralyticsClasses } from './ultralytics';

/** Everything that classes can be read from, in the order of their names; the list of names takes what no other does. */
export const CLASS_SOURCES: readonly ClassSource[] = [
	cocoClasses,
	cvatClasses,
	labelboxClasses,
	labelStudioClasses,
	classNames,
	ultralyticsClasses,
];

export interface DerivedConfiguration extends DerivedEntries {
	readonly source: ClassSource;
	readonly conversions: readonly ClassConversion[];
}

/**
 * The label configuration for the classes of another tool.
 *
 * @param value a text, or parsed JSON.
 * @param wanted the source; without it, the one that recognizes the value.
 * @param geometry of classes whose source does not say how they are drawn.
 * @returns a sentence if there are no classes in it; undefined if no source recognizes it.
 */
export function deriveConfiguration(
	value: unknown,
	wanted: ClassSource | undefined,
	geometry: ChosenGeometry | undefined,
): DerivedConfiguration | string | undefined {
	const json = typeof value === 'string' ? jsonOf(value) : value;
	const sources =
		wanted === undefined ? [...CLASS_SOURCES.filter((each) => each !== classNames), classNames] : [wanted];
	for (const source of sources) {
		const part = source.partOf(json);
		if (part === undefined) continue;
		const report = new ClassReport();
		const classes = source.read(part, report, geometry);
		if (typeof classes === 'string') return classes;
		const derived = entriesOf(classes, report);
		if (derived.entries.length === 0) return 'It has no classes that DataGym can hold.';
		return { ...derived, source, conversions: report.all() };
	}
	return undefined;
}

/** Whether a value has the fields of DataGym's own entries. */
export function isDataGymConfiguration(value: unknown): boolean {
	return (
		isList(value) &&
		value.some((entry) => isRecord(entry) && (entry.entryKey !== undefined || entry.entryValue !== undefined))
	);
}

/** A text that is JSON, parsed; every other one as it is. */
function jsonOf(text: string): unknown {
	if (!/^\s*[[{]/.test(text)) return text;
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}
