import { NEW_CLASS_COLORS } from '../classes/newClassColors';
import { comparableKey } from '../classes/classKey';
import { compareKeys, type EntryType, type LabelConfigEntry } from '../classes/labelClass';
import { keyFor, nameFor, unusedKey, withoutAccents } from '../classes/newKeys';
import type { Classification, Geometry, GeometryType, LabeledImage, LabelObject } from '../model';

/** How the classes of a dataset become those of a project. */
export interface FoundConfiguration {
	readonly entries: readonly LabelConfigEntry[];
	readonly renamed: RenamedClasses;
}

/** The keys of classes whose names DataGym does not take, or takes for another geometry: by name, or by geometry and name. */
export type RenamedClasses = ReadonlyMap<string, string>;

/** The key of the class of a label. */
export function renamedKey({ className, geometry }: LabelObject, renamed: RenamedClasses): string {
	return renamed.get(placeOf(kindOf(geometry), className)) ?? renamed.get(className) ?? className;
}

/** Labels of one kind can be converted to each other. */
type GeometryKind = 'area' | 'line' | 'point';

function kindOf({ type }: Geometry): GeometryKind {
	return type === 'line' || type === 'point' ? type : 'area';
}

/** Among the renamed classes, those that differ from another one by their geometry only. */
function placeOf(kind: GeometryKind, className: string): string {
	return `${kind}\n${className}`;
}

/** Whether a place among the renamed classes is that of a geometry. */
export function isOfGeometry(place: string): boolean {
	return place.startsWith('line\n') || place.startsWith('point\n');
}

/** Of a classification that is a choice; more are texts of people. */
const MOST_OPTIONS = 100;
const LONGEST_OPTION = 255;
/** The wider type takes the labels of the narrower one as well. */
const WIDER: readonly GeometryType[] = ['point', 'line', 'rectangle', 'polygon', 'segmentation'];

/**
 * The label configuration that holds the labels of a dataset: a class of each name, with the geometry of its labels, the classes
 * nested in it, and the classifications that its labels have answers of.
 *
 * @param drawsSegmentations whether the server takes areas with holes; without it, their outlines are polygons.
 */
export function configurationOf(images: Iterable<LabeledImage>, drawsSegmentations: boolean): FoundConfiguration {
	const top = new Level();
	for (const { objects, classifications } of images) {
		for (const object of objects) top.addObject(object, drawsSegmentations);
		top.addAnswers(classifications);
	}
	const renamed = new Map<string, string>();
	return { entries: top.entries(renamed), renamed };
}

const KINDS: readonly GeometryKind[] = ['area', 'line', 'point'];

interface FoundClass {
	readonly name: string;
	readonly kind: GeometryKind;
	type: GeometryType;
	readonly inside: Level;
}

/** The classes and classifications of one level of the tree. */
class Level {
	private readonly objects = new Map<string, FoundClass>();
	private readonly answers = new Map<
		string,
		{ readonly name: string; isSeveral: boolean; readonly values: Set<string> }
	>();

	addObject(object: LabelObject, drawsSegmentations: boolean): void {
		const type = typeOf(object.geometry, drawsSegmentations);
		const kind = kindOf(object.geometry);
		const key = placeOf(kind, comparableKey(object.className));
		const known = this.objects.get(key) ?? { name: object.className, kind, type, inside: new Level() };
		if (WIDER.indexOf(type) > WIDER.indexOf(known.type)) known.type = type;
		this.objects.set(key, known);
		for (const child of object.children) known.inside.addObject(child, drawsSegmentations);
		known.inside.addAnswers(object.classifications);
	}

	addAnswers(classifications: Readonly<Record<string, Classification>>): void {
		for (const [name, { values }] of Object.entries(classifications)) {
			if (values.length === 0) continue;
			const key = comparableKey(name);
			const known = this.answers.get(key) ?? { name, isSeveral: false, values: new Set<string>() };
			known.isSeveral ||= values.length > 1;
			for (const value of values) known.values.add(value);
			this.answers.set(key, known);
		}
	}

	entries(renamed: Map<string, string>): LabelConfigEntry[] {
		const used = new Set<string>();
		const objects = sorted(this.objects.values()).map(({ name, kind, type, inside }, index): LabelConfigEntry => {
			const isSecond = this.hasWiderKind(name, kind);
			const key = unusedKey(isSecond ? `${name} ${kind}` : name, used);
			if (isSecond) renamed.set(placeOf(kind, name), key);
			else if (key !== comparableKey(name)) renamed.set(name, key);
			return {
				entryKey: key,
				entryValue: nameFor(name) || key,
				type: type === 'segmentation' ? 'image_segmentation' : type,
				color: NEW_CLASS_COLORS[index % NEW_CLASS_COLORS.length] ?? '#e6194b',
				children: type === 'segmentation' ? inside.answerEntries(used) : inside.entries(renamed),
			};
		});
		return [...objects, ...this.answerEntries(used)];
	}

	/** Whether the name is taken for labels that those of this kind cannot become. */
	private hasWiderKind(name: string, kind: GeometryKind): boolean {
		const wider = KINDS.slice(0, KINDS.indexOf(kind));
		return wider.some((other) => this.objects.has(placeOf(other, comparableKey(name))));
	}

	private answerEntries(used: Set<string>): LabelConfigEntry[] {
		return sorted(this.answers.values()).flatMap(({ name: key, isSeveral, values }): LabelConfigEntry[] => {
			const options = [...values].filter((value) => value.length <= LONGEST_OPTION).sort();
			// Answers go by the key of their question, which therefore stays as it is.
			if (keyFor(key) !== comparableKey(key) || used.has(comparableKey(key)) || options.length === 0) return [];
			used.add(comparableKey(key));
			const isText = options.length > MOST_OPTIONS && !isSeveral;
			const type: EntryType = isText ? 'freetext' : isSeveral ? 'checklist' : 'select';
			return [
				{
					entryKey: comparableKey(key),
					entryValue: nameFor(key) || key,
					type,
					children: [],
					...(isText ? { maxLength: LONGEST_OPTION } : { options: optionsOf(options) }),
				},
			];
		});
	}
}

function typeOf(geometry: Geometry, drawsSegmentations: boolean): GeometryType {
	if (geometry.type !== 'segmentation') return geometry.type;
	const isPlain = geometry.regions.every((rings) => rings.length === 1);
	return drawsSegmentations && !isPlain ? 'segmentation' : 'polygon';
}

/** DataGym takes options that differ in case and accents only for one. */
function optionsOf(values: readonly string[]): Record<string, string> {
	const options = new Map<string, string>();
	for (const value of values) {
		const plain = comparableKey(withoutAccents(value));
		if (!options.has(plain)) options.set(plain, value);
	}
	return Object.fromEntries([...options.values()].map((value) => [value, value]));
}

function sorted<Each extends { readonly name: string }>(values: Iterable<Each>): Each[] {
	return [...values].sort((a, b) => compareKeys(a.name, b.name));
}
