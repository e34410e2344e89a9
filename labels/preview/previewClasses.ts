import { isGeometryClass, type LabelClass } from '../model';
import { classColors, type ClassColor } from './classColors';

/** A class of geometries as the page shows it. */
export interface PreviewClass {
	readonly key: string;
	readonly name: string;
	/** What the page's style sheet calls it: `c0`, `c1`, ... */
	readonly css: string;
	readonly color: ClassColor;
	/** Of labels whose class the label configuration does not have. */
	readonly isUnknown: boolean;
	readonly labels: number;
}

export interface PreviewClasses {
	/** By number; unknown ones follow by key. */
	readonly all: readonly PreviewClass[];
	find(key: string): PreviewClass | undefined;
	/** The name of a classification, or its key when the label configuration does not have it. */
	classificationName(key: string): string;
}

/** @param counts labels by the key of their class: classes that only labels name are shown, too. */
export function previewClasses(classes: readonly LabelClass[], counts: ReadonlyMap<string, number>): PreviewClasses {
	const known = new Map<string, LabelClass>();
	const sorted = classes.filter(isGeometryClass).sort((a, b) => a.number - b.number);
	for (const labelClass of sorted) if (!known.has(labelClass.key)) known.set(labelClass.key, labelClass);
	const keys = [...known.keys(), ...[...counts.keys()].filter((key) => !known.has(key)).sort()];
	const colors = classColors(keys.map((key) => known.get(key)?.color));
	const all = keys.map((key, index): PreviewClass => {
		const color = colors[index] ?? { ink: '#808080', edge: '#000000' };
		return {
			key,
			name: known.get(key)?.name ?? key,
			css: `c${index}`,
			color,
			isUnknown: !known.has(key),
			labels: counts.get(key) ?? 0,
		};
	});
	const byKey = new Map(all.map((shown) => [shown.key, shown]));
	const names = new Map(
		classes.filter((labelClass) => !isGeometryClass(labelClass)).map(({ key, name }) => [key, name]),
	);
	return { all, find: (key) => byKey.get(key), classificationName: (key) => names.get(key) ?? key };
}
