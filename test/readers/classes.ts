import { flattenLabelConfig } from '@datagym/labels/classes/labelClass';
import type { LabelConfigEntry } from '@datagym/labels/classes/labelClass';

/** A configuration with every kind of class, and keys for the hostile names below. */
const CONFIG: LabelConfigEntry[] = [
	{
		entryKey: 'car',
		entryValue: 'Car',
		type: 'rectangle',
		children: [
			{ entryKey: 'color', entryValue: 'Color', type: 'select', options: { red: 'Red', blue: 'Blue' }, children: [] },
			{
				entryKey: 'damage',
				entryValue: 'Damage',
				type: 'checklist',
				options: { dent: 'Dent', scratch: 'Scratch' },
				children: [{ entryKey: 'note', entryValue: 'Note', type: 'freetext', maxLength: 80, children: [] }],
			},
			{
				entryKey: 'plate',
				entryValue: 'Plate',
				type: 'polygon',
				children: [{ entryKey: 'text', entryValue: 'Text', type: 'freetext', maxLength: 10, children: [] }],
			},
		],
	},
	{ entryKey: 'van', entryValue: 'Van', type: 'rectangle', children: [] },
	{
		entryKey: 'person',
		entryValue: 'Person',
		type: 'rectangle',
		children: [
			{ entryKey: 'nose', entryValue: 'Nose', type: 'point', children: [] },
			{ entryKey: 'left_hand', entryValue: 'Left hand', type: 'point', children: [] },
			{ entryKey: 'right_hand', entryValue: 'Right hand', type: 'point', children: [] },
		],
	},
	...['path', 'quotes', 'tags', 'lines', 'umlauts', 'separators', 'colons', 'semicolons', 'formula'].map(
		(entryKey) => ({
			entryKey,
			entryValue: entryKey,
			type: 'rectangle' as const,
			children: [],
		}),
	),
	{ entryKey: 'road', entryValue: 'Road', type: 'polygon', children: [] },
	{ entryKey: 'sky', entryValue: 'Sky', type: 'image_segmentation', children: [] },
	{ entryKey: 'lane', entryValue: 'Lane', type: 'line', children: [] },
	{ entryKey: 'lamp', entryValue: 'Lamp', type: 'point', children: [] },
	{ entryKey: 'secret', entryValue: 'Secret', type: 'rectangle', children: [] },
	{ entryKey: 'never_drawn', entryValue: 'Never drawn', type: 'polygon', children: [] },
	{
		entryKey: 'scene',
		entryValue: 'Scene',
		type: 'select',
		options: { indoor: 'Indoor', outdoor: 'Outdoor' },
		children: [],
	},
	{
		entryKey: 'weather',
		entryValue: 'Weather',
		type: 'checklist',
		options: { sun: 'Sun', wind: 'Wind' },
		children: [],
	},
];

export const LABEL_CLASSES = flattenLabelConfig(CONFIG);

/** Names in the dataset: two classes of one name, and every kind of character that breaks a format. */
export const NAMES: Readonly<Record<string, string>> = {
	van: 'car',
	path: '../x',
	quotes: '"quotes" & \'marks\'',
	tags: '<tags>]]>',
	lines: 'two\nlines',
	umlauts: 'Äpfel süß 蘋果 🍏',
	separators: 'a:b,c;d|e\tf',
	// The same as the one before where colons cannot be.
	colons: 'a_b,c;d|e\tf',
	// The same where semicolons cannot be.
	semicolons: 'a:b,c_d|e\tf',
	formula: '=1+1',
};

export const EXCLUDED = ['secret'];
/** Classes of the points in a person, in the order of YOLO's pose. */
export const KEYPOINTS = ['nose', 'left_hand', 'right_hand'];

/** Names by number, said here once more and independently of `datasetClasses`: in the order of the keys, each name once. */
export const EXPECTED_NAMES = namesOf(['rectangle', 'polygon', 'segmentation', 'line', 'point']);

/** The same where only areas have classes, as in YOLO's pose. */
export const EXPECTED_AREA_NAMES = namesOf(['rectangle', 'polygon', 'segmentation']);

function namesOf(types: readonly string[]): string[] {
	const keys = LABEL_CLASSES.filter(({ type }) => types.includes(type)).map(({ key }) => key);
	const included = keys.filter((key) => !EXCLUDED.includes(key)).sort();
	return [...new Set(included.map((key) => NAMES[key] ?? key))];
}
