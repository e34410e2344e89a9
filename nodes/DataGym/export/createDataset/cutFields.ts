import { field } from '@datagym/shared/fields';

/** A whole number of pixels or percent, with what it is without the option. */
const count = (displayName: string, name: string, value: number, description: string, maxValue?: number) =>
	field({
		displayName,
		name,
		type: 'number',
		default: value,
		typeOptions: { minValue: 0, ...(maxValue !== undefined && { maxValue }) },
		description,
	});

export const cropMargin = count(
	'Crop Margin (%)',
	'cropMargin',
	0,
	'Space around the box, relative to its longer side',
	500,
);

export const minimumCropSize = count(
	'Minimum Crop Size',
	'minimumCropSize',
	0,
	'Shorter side of the smallest boxes to crop, in pixels',
);

export const tileVisibleShare = count(
	'Tile Minimum Visible Share (%)',
	'tileVisibleShare',
	10,
	"Share of a label's area a tile must show",
	100,
);

export const tileOverlap = count(
	'Tile Overlap (%)',
	'tileOverlap',
	20,
	'Share of a tile that the next one repeats',
	90,
);

export const tileSize = count('Tile Size', 'tileSize', 0, 'Side in pixels. Use 0 for whole images.');

export const tileEmptyShare = count(
	'Tiles Without Labels (%)',
	'tileEmptyShare',
	100,
	'Share to keep as negatives',
	100,
);
