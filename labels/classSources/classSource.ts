import type { EntryType } from '../classes/labelClass';

/** A class or classification as a labeling tool has it, before it becomes an entry of DataGym. */
export interface SourceClass {
	/** What the tool's labels call it, or its answers for a classification. */
	readonly name: string;
	/** What labelers see, if it is something else. */
	readonly title?: string | undefined;
	readonly type: EntryType;
	/** As CSS writes it. */
	readonly color?: string | undefined;
	/** One digit. */
	readonly shortcut?: string | undefined;
	readonly required?: boolean;
	/** Only select and checklist. */
	readonly options?: readonly SourceOption[];
	readonly children: readonly SourceClass[];
}

export interface SourceOption {
	readonly name: string;
	readonly title?: string | undefined;
}

/** The geometry that the user has chosen for classes whose source has none. */
export type ChosenGeometry = Extract<EntryType, 'rectangle' | 'polygon' | 'image_segmentation' | 'line' | 'point'>;

/** A way in which tools write down their classes, found by its shape. */
export interface ClassSource {
	/** Saved in workflows: never renamed. */
	readonly key: string;
	readonly name: string;
	readonly description: string;
	/** What it reads of a text or of parsed JSON; undefined if that is of another tool. */
	readonly partOf: (value: unknown) => unknown;
	/** The classes in such a part, or a sentence that says why there are none. What DataGym cannot hold goes into `report`. */
	readonly read: (
		part: unknown,
		report: ClassReport,
		geometry: ChosenGeometry | undefined,
	) => readonly SourceClass[] | string;
}

/** What becomes different in DataGym, by reason: a sentence about the classes or classifications that follow it. */
const CONVERSIONS = {
	'assumed-geometry':
		'The source does not say how these classes are drawn, so they are rectangles. Choose another shape in "Class Geometry".',
	'several-geometries': 'These classes allow several shapes; DataGym has one per class, the most general was taken.',
	ellipse: 'DataGym has no ellipses; these classes are rectangles.',
	skeleton: 'DataGym has no lines between the points of a skeleton. The points are nested in the class.',
	'points-beside': 'Nothing can be drawn inside a segmentation, so these points are classes of their own.',
	'unnamed-points': 'The source has no names for these points. Rename them in DataGym if needed.',
	'not-supported': 'DataGym has nothing of this kind, so these were skipped.',
	'other-media': 'These are not about images and were skipped.',
	parent: 'No annotation uses this category, which only groups the others. It was skipped.',
	group: 'DataGym has no groups of classes, so this group was dropped and its classes kept.',
	unnamed: 'These have no name and were skipped.',
	'in-task': 'The source reads these classes from the data of each task. Add them yourself.',
	double: 'These are the same class in DataGym, which ignores case. The first one was kept.',
	'double-option': 'DataGym takes these options for others of the list, since it ignores case and accents.',
	option: 'The keys of these options have characters that DataGym does not allow. Labelers see their full text.',
	title: 'These names are too long or have characters that DataGym does not allow.',
	tag: 'DataGym has no classes without a shape, so these are options of one checklist about the image.',
	range: 'DataGym does not check numbers. These are texts, without minimum, maximum and step.',
	text: 'Texts have at most 255 characters in DataGym, and these are texts there.',
	'default-value': 'DataGym has no default values.',
	mutable: 'DataGym labels images one by one, so values that change during a video are asked for on each image.',
	condition: 'DataGym asks for these always, not only after a certain answer, so they are not required.',
	depth: 'DataGym nests four levels deep at most, so these were skipped.',
	flattened: 'Nested options are one list of options in DataGym.',
	required: 'DataGym cannot require that a class is drawn.',
} as const;

export type ConversionReason = keyof typeof CONVERSIONS;

export interface ClassConversion {
	readonly reason: ConversionReason;
	/** Each once, in the order of the source. */
	readonly names: readonly string[];
	readonly message: string;
}

/** What DataGym cannot hold of the classes of a source, or holds in another way. */
export class ClassReport {
	private readonly found = new Map<ConversionReason, Set<string>>();

	add(reason: ConversionReason, name: string): void {
		const names = this.found.get(reason) ?? new Set<string>();
		this.found.set(reason, names.add(name));
	}

	all(): readonly ClassConversion[] {
		return [...this.found].map(([reason, names]) => ({ reason, names: [...names], message: CONVERSIONS[reason] }));
	}
}
