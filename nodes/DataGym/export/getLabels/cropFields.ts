import type { CropOptions, PictureFormat } from '@datagym/pixels';
import { field } from '@datagym/shared/fields';
import type { Parameters } from '../../runner/itemInput';

const margin = field({
	displayName: 'Margin (%)',
	name: 'margin',
	type: 'number',
	default: 0,
	typeOptions: { minValue: 0, maxValue: 500 },
	description: 'Pixels to add on each side, in percent of the longer side of the box',
});

const isSquare = field({
	displayName: 'Square',
	name: 'square',
	type: 'boolean',
	default: false,
	description: 'Whether to extend the shorter side to the longer one, as many models expect',
});

const background = field({
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
	description: 'What to show around polygons and segmentations, and beside the image in a square',
});

const maxSize = field({
	displayName: 'Maximum Size',
	name: 'maxSize',
	type: 'number',
	default: 0,
	typeOptions: { minValue: 0 },
	description: 'Longer side in pixels to scale larger crops down to. Use 0 to keep their size.',
});

const fileFormat = field({
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

export const crop = field({
	displayName: 'Crop',
	name: 'crop',
	type: 'collection',
	placeholder: 'Add setting',
	default: {},
	options: [background, fileFormat, margin, maxSize, isSquare],
});

export interface CropParameters {
	readonly binaryField: string;
	readonly options: CropOptions;
	/** Whether what lies around a polygon or segmentation is painted over. */
	readonly isMasked: boolean;
}

const COLORS = { black: [0, 0, 0], white: [255, 255, 255], transparent: 'transparent' } as const;

export function readCrop(settings: Parameters): Omit<CropParameters, 'binaryField'> {
	const color = settings.choice(background);
	const chosen = settings.choice(fileFormat);
	const format: PictureFormat | undefined = color === 'transparent' ? 'png' : chosen === 'image' ? undefined : chosen;
	const longest = Math.floor(settings.number(maxSize));
	return {
		isMasked: color !== 'keep',
		options: {
			margin: settings.number(margin) / 100,
			isSquare: settings.flag(isSquare),
			...(color === 'keep' ? {} : { background: COLORS[color] }),
			...(longest === 0 ? {} : { maxSize: longest }),
			...(format === undefined ? {} : { format }),
		},
	};
}
