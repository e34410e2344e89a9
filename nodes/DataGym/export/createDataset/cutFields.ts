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
	'Pixels to add on each side, in percent of the longer side of the box',
	500,
);

export const minimumCropSize = count(
	'Minimum Crop Size',
	'minimumCropSize',
	0,
	'Shorter side in pixels of the smallest boxes to crop',
);

export const tileVisibleShare = count(
	'Tile Minimum Visible Share (%)',
	'tileVisibleShare',
	10,
	'Share of the area of a label that a tile has to show. Tiles that show less do not have it.',
	100,
);

export const tileOverlap = count(
	'Tile Overlap (%)',
	'tileOverlap',
	20,
	'Share of a tile that the next tile shows, too',
	90,
);

export const tileSize = count(
	'Tile Size',
	'tileSize',
	0,
	'Side in pixels of the tiles to cut larger images into. Use 0 for whole images.',
);

export const tileEmptyShare = count(
	'Tiles Without Labels (%)',
	'tileEmptyShare',
	100,
	'Share of the tiles without labels to keep, as negatives',
	100,
);
