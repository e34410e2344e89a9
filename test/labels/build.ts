import { flattenLabelConfig, type LabelConfigEntry } from '@datagym/labels/classes/labelClass';
import type { Classifications, Geometry, LabeledImage, LabelObject } from '@datagym/labels/model';

/** The configuration of the recordings' project "Fleet" (recording 192), as far as these tests need it. */
const FLEET: LabelConfigEntry[] = [
	{
		entryKey: 'car',
		entryValue: 'Car',
		type: 'rectangle',
		children: [
			{
				entryKey: 'color',
				entryValue: 'Color',
				type: 'select',
				required: true,
				options: { red: 'Red', blue: 'Blue' },
				children: [],
			},
			{
				entryKey: 'damage',
				entryValue: 'Damage',
				type: 'checklist',
				options: { dent: 'Dent', scratch: 'Scratch' },
				children: [{ entryKey: 'note', entryValue: 'Note', type: 'freetext', maxLength: 40, children: [] }],
			},
			{
				entryKey: 'plate',
				entryValue: 'Plate',
				type: 'polygon',
				children: [{ entryKey: 'text', entryValue: 'Text', type: 'freetext', maxLength: 10, children: [] }],
			},
		],
	},
	{ entryKey: 'road', entryValue: 'Road', type: 'polygon', children: [] },
	{ entryKey: 'lane', entryValue: 'Lane', type: 'line', children: [] },
	{ entryKey: 'lamp', entryValue: 'Lamp', type: 'point', children: [] },
	{ entryKey: 'sky', entryValue: 'Sky', type: 'image_segmentation', children: [] },
	{
		entryKey: 'weather',
		entryValue: 'Weather',
		type: 'select',
		required: true,
		options: { sun: 'Sunny', rain: 'Rainy' },
		children: [],
	},
];

export const FLEET_CLASSES = flattenLabelConfig(FLEET);

export function object(className: string, geometry: Geometry, more: Partial<LabelObject> = {}): LabelObject {
	return { className, geometry, classifications: {}, children: [], ...more };
}

export function rectangle(x = 10, y = 20, width = 30, height = 40): Geometry {
	return { type: 'rectangle', x, y, width, height };
}

export function polygon(...corners: [number, number][]): Geometry {
	return { type: 'polygon', points: corners.map(([x, y]) => ({ x, y })) };
}

/** Answers without anything below them: `answers({color: ['red']})`. */
export function answers(values: Record<string, string[]>): Classifications {
	return Object.fromEntries(Object.entries(values).map(([key, list]) => [key, { values: list, children: {} }]));
}

export function image(objects: LabelObject[] = [], more: Partial<LabeledImage> = {}): LabeledImage {
	return { imageId: 'id-1', imageName: 'car_001.jpg', objects, classifications: {}, ...more };
}
