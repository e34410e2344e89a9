import {
	type ConversionReport,
	type DatasetClasses,
	briefsOf,
	type ImageList,
	ImageStore,
	type LabeledImage,
	labelOf,
	noTiles,
	type Steps,
	tileCount,
	type TileCounts,
	tileName,
	tilesOf,
	type Tiling,
	type WritableFormat,
	type WritingParameters,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import type { ItemInput } from '../../runner/itemInput';
import { tileEmptyShare, tileOverlap, tileSize, tileVisibleShare } from './fields';

const SMALLEST_TILE = 32;
/** Of one image, so that a slip in the size does not fill a disk. */
const MOST_TILES = 10_000;

/** @throws InputError for tiles that nobody can mean, and for a format of crops. */
export function readTiling({ options }: ItemInput, { name, writes }: WritableFormat): Tiling | undefined {
	const size = Math.floor(options.number(tileSize));
	if (size === 0) {
		const alone = [tileVisibleShare, tileOverlap, tileEmptyShare].find((option) => options.isSet(option));
		if (alone === undefined) return undefined;
		throw new InputError(
			`"${alone.displayName}" has no effect without "Tile Size"`,
			'Set "Tile Size", such as to 640, or remove the option.',
		);
	}
	if (writes.cutsImages === true)
		throw new InputError(
			`"Tile Size" cannot be used with the format ${name}, which cuts the images itself`,
			'Remove the option, or choose another format.',
		);
	if (size < SMALLEST_TILE)
		throw new InputError(
			`"Tile Size" is ${size}, but a tile has at least ${SMALLEST_TILE} pixels`,
			'Enter the size of the images that you train with, such as 640, or 0 for whole images.',
		);
	return {
		size,
		overlap: options.number(tileOverlap) / 100,
		visibleShare: options.number(tileVisibleShare) / 100,
		emptyShare: options.number(tileEmptyShare) / 100,
	};
}

interface Tiled {
	readonly images: ImageList;
	/** The tiles, and the images without the class that they would need: the format says of each that it leaves it out. */
	readonly given: ImageList;
	readonly counts: TileCounts;
}

/** The images as their tiles, if they are to be cut. @throws InputError for an image of too many. */
export function* tiled(
	{
		images,
		read,
		hasClass,
	}: { readonly images: ImageList; readonly read: ImageList; readonly hasClass: (image: LabeledImage) => boolean },
	{ tiling, formatParameters }: { readonly tiling?: Tiling | undefined; readonly formatParameters: WritingParameters },
	classes: DatasetClasses,
	report: ConversionReport,
): Steps<Tiled | undefined> {
	if (tiling === undefined) return undefined;
	for (const image of briefsOf(images)) {
		const { width = 0, height = 0 } = image;
		const count = tileCount({ width, height }, tiling);
		if (count > MOST_TILES)
			throw new InputError(
				`The image "${labelOf(image)}" would become ${count} tiles. An image can become at most ${MOST_TILES}`,
				'Raise "Tile Size", or lower "Tile Overlap (%)".',
			);
		yield;
	}
	const writing = { tiling, classes, report, keepsEmpty: formatParameters.classificationKey !== '' };
	const counts = noTiles();
	const store = new ImageStore();
	for (const image of images) {
		for (const tile of tilesOf(image, writing, counts)) store.append(tile);
		yield;
	}
	const tiles = store.images;
	for (const image of read) {
		if (!hasClass(image)) store.append(image);
		yield;
	}
	return { images: tiles, given: store.images, counts };
}

/** The file name of an image, or of the part of it. */
export function nameOfPart(fileName: string, part: LabeledImage['part']): string {
	const region = part?.regions[part.index];
	return region === undefined ? fileName : tileName(fileName, region);
}
