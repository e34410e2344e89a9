import type { PictureFormat } from '@datagym/pixels';
import type { CropParameters } from './crops';
import { field } from './fields';

export const margin = field({
	displayName: 'Margin (%)',
	name: 'margin',
	type: 'number',
	default: 0,
	typeOptions: { minValue: 0, maxValue: 500 },
	description: 'Space around the box, relative to its longer side',
});

export const square = field({
	displayName: 'Square',
	name: 'square',
	type: 'boolean',
	default: false,
	description: 'Whether to extend the shorter side',
});

export const background = field({
	displayName: 'Background',
	name: 'background',
	type: 'options',
	default: 'keep',
	options: [
		{ name: 'Black', value: 'black' },
		{ name: 'Keep', value: 'keep', description: 'The image around the label' },
		{ name: 'Transparent', value: 'transparent', description: 'Always PNG' },
		{ name: 'White', value: 'white' },
	],
	description: 'What to show around polygons and segmentations',
});

export const maxSize = field({
	displayName: 'Maximum Size',
	name: 'maxSize',
	type: 'number',
	default: 0,
	typeOptions: { minValue: 0 },
	description: 'Longer side in pixels. Use 0 to keep the size.',
});

export const fileFormat = field({
	displayName: 'File Format',
	name: 'fileFormat',
	type: 'options',
	default: 'image',
	options: [
		{ name: 'As the Image', value: 'image', description: 'Without loss from PNG' },
		{ name: 'JPEG', value: 'jpeg' },
		{ name: 'PNG', value: 'png' },
	],
});

/** A collection of all of them. */
export const crop = field({
	displayName: 'Crop',
	name: 'crop',
	type: 'collection',
	placeholder: 'Add setting',
	default: {},
	options: [background, fileFormat, margin, maxSize, square],
});

/** What the user has set for crops, as the fields above name it. */
export interface CropSettings {
	/** Percent. */
	readonly margin: number;
	readonly square: boolean;
	readonly background: keyof typeof COLORS | 'keep';
	/** Pixels; 0 for no limit. */
	readonly maxSize: number;
	readonly fileFormat: PictureFormat | 'image';
}

const COLORS = { black: [0, 0, 0], white: [255, 255, 255], transparent: 'transparent' } as const;

/** @param binaryField for the crops. */
export function cropParameters(binaryField: string, settings: CropSettings): CropParameters {
	const { margin: percent, square, background: color, maxSize: longest, fileFormat: chosen } = settings;
	const format = color === 'transparent' ? 'png' : chosen === 'image' ? undefined : chosen;
	return {
		binaryField,
		isMasked: color !== 'keep',
		options: {
			margin: percent / 100,
			isSquare: square,
			...(color === 'keep' ? {} : { background: COLORS[color] }),
			...(longest < 1 ? {} : { maxSize: Math.floor(longest) }),
			...(format === undefined ? {} : { format }),
		},
	};
}
