import { isGeometryType, type LabelClass } from '../model';
import { comparableKey } from './classKey';

/** Label classes arranged for looking up which class a label belongs to, by keys as the server compares them. */
export interface ClassTree {
	/** The class of that key and kind directly below the parents; `elsewhere` when it only exists below others. */
	find(
		kind: 'geometry' | 'classification',
		parents: readonly string[],
		key: string,
	): LabelClass | 'elsewhere' | 'unknown';
	/** The keys of the classifications directly below the parents, as they are stored. */
	classificationsBelow(parents: readonly string[]): readonly string[];
	/** The classifications directly below the parents that need a value. */
	required(parents: readonly string[]): readonly LabelClass[];
}

/** Classes without known parents (header of an export) are found below any parents. */
export function classTree(classes: readonly LabelClass[]): ClassTree {
	const byKey = new Map<string, LabelClass[]>();
	const required = new Map<string, LabelClass[]>();
	for (const labelClass of classes) {
		append(byKey, `${kindOf(labelClass)} ${comparableKey(labelClass.key)}`, labelClass);
		if (labelClass.required === true && labelClass.parents !== undefined)
			append(required, placeOf(labelClass.parents), labelClass);
	}
	return {
		find(kind, parents, key) {
			const candidates = byKey.get(`${kind} ${comparableKey(key)}`);
			if (candidates === undefined) return 'unknown';
			const place = placeOf(parents);
			return (
				candidates.find((candidate) => candidate.parents === undefined || placeOf(candidate.parents) === place) ??
				'elsewhere'
			);
		},
		classificationsBelow: (parents) => {
			const place = placeOf(parents);
			const below = classes.filter((known) => known.parents !== undefined && placeOf(known.parents) === place);
			return below.filter((known) => kindOf(known) === 'classification').map(({ key }) => key);
		},
		required: (parents) => required.get(placeOf(parents)) ?? [],
	};
}

function kindOf({ type }: LabelClass): 'geometry' | 'classification' {
	return isGeometryType(type) ? 'geometry' : 'classification';
}

/** Keys hold no line break (docs/contract.md#configuration-entries), so the joined text is unique. */
function placeOf(parents: readonly string[]): string {
	return parents.map(comparableKey).join('\n');
}

function append(lists: Map<string, LabelClass[]>, key: string, labelClass: LabelClass): void {
	const list = lists.get(key);
	if (list === undefined) lists.set(key, [labelClass]);
	else list.push(labelClass);
}

/**
 * The name of a classification in formats whose names are flat: `class/key/below` for one of an object, `key/below` for one
 * of the image.
 */
export function classificationName(classification: LabelClass, labelClasses: readonly LabelClass[]): string {
	const { parents = [], key } = classification;
	const ownerKey = ownerOf(classification, labelClasses);
	const below = ownerKey === undefined ? parents : parents.slice(parents.lastIndexOf(ownerKey));
	return [...below, key].join('/');
}

/** The key of the innermost geometry class that a classification belongs to; nothing for one of the image. */
export function ownerOf({ parents = [] }: LabelClass, labelClasses: readonly LabelClass[]): string | undefined {
	return parents.findLast((parent, level) =>
		labelClasses.some(
			({ key, type, parents: above }) => key === parent && isGeometryType(type) && above?.length === level,
		),
	);
}
