/** Types of entries that are drawn, in the words of the wire. */
export const GEOMETRY_ENTRY_TYPES = ['point', 'line', 'polygon', 'rectangle', 'image_segmentation'] as const;
/** Types of entries that are asked. */
export const CLASSIFICATION_ENTRY_TYPES = ['select', 'checklist', 'freetext'] as const;

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
