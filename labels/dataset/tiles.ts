import type { DatasetClasses } from '../classes/datasetClasses';
import { geometryInside } from '../formats/shared/usableGeometry';
import { cutGeometry } from '../geometry/cutting';
import type { Box } from '../geometry/shapes';
import { eachObject, type ImageSize, type LabeledImage, type LabelObject, labelOf } from '../model';
import type { ConversionReport } from './conversionReport';
import { stemOf } from './fileNames';
import { stableHash } from './stableHash';

/** How large images are cut into tiles. */
export interface Tiling {
	/** Of a tile's sides, in pixels. */
	readonly size: number;
	/** The share of a tile that the next one shows, too; below 1. */
	readonly overlap: number;
	/** The share of a label that a tile has to show to have it, 0 to 1. */
	readonly visibleShare: number;
	/** The share of the tiles without labels to keep, 0 to 1. */
	readonly emptyShare: number;
}

/** What became of images that were cut into tiles. */
export interface TileCounts {
	/** Images that are larger than a tile. */
	cutImages: number;
	/** Tiles, and whole images that are no larger than one. */
	tiles: number;
	/** Tiles without labels that were left out. */
	emptyTilesLeftOut: number;
	/** Labels in tiles that show a part of them. */
	cutLabels: number;
	/** Labels that were left out of a tile, which shows too little of them. */
	labelsLeftOut: number;
}

/**
 * Where tiles begin along a side: evenly from the start, and the last one moved back, so that all have their full size, as SAHI
 * does (`get_slice_bboxes` in `sahi/slicing.py`). One at 0 if the side is no longer than a tile.
 */
export function tilePositions(length: number, { size, overlap }: Pick<Tiling, 'size' | 'overlap'>): number[] {
	const step = Math.max(1, size - Math.floor(size * overlap));
	const positions: number[] = [];
	for (let position = 0; position + size < length; position += step) positions.push(position);
	return [...positions, Math.max(0, length - size)];
}

/** How many tiles an image has. */
export function tileCount({ width, height }: ImageSize, tiling: Tiling): number {
	return tilePositions(width, tiling).length * tilePositions(height, tiling).length;
}

/** The tiles row by row, in whole pixels. */
function tileRegions({ width, height }: ImageSize, tiling: Tiling): Box[] {
	const columns = tilePositions(width, tiling);
	const size = { width: Math.min(width, tiling.size), height: Math.min(height, tiling.size) };
	return tilePositions(height, tiling).flatMap((y) => columns.map((x) => ({ x, y, ...size })));
}

export interface TileWriting {
	readonly tiling: Tiling;
	readonly classes: DatasetClasses;
	/** Labels that cannot be cut, or are in no tile, are counted here. */
	readonly report: ConversionReport;
	/** Whether tiles without labels are kept whatever `emptyShare` says, since the whole image has a class. */
	readonly keepsEmpty: boolean;
}

/** Images as their tiles, one image after the other, with their labels cut. Those whose size is not known stay as they are. */
export function tiledImages(
	images: readonly LabeledImage[],
	writing: TileWriting,
): { readonly images: LabeledImage[]; readonly counts: TileCounts } {
	const counts = noTiles();
	return { images: images.flatMap((image) => tilesOf(image, writing, counts)), counts };
}

export function noTiles(): TileCounts {
	return { cutImages: 0, tiles: 0, emptyTilesLeftOut: 0, cutLabels: 0, labelsLeftOut: 0 };
}

/** The tiles of one image, which are added to the counts. */
export function tilesOf(image: LabeledImage, writing: TileWriting, counts: TileCounts): LabeledImage[] {
	const { width, height, imageId, imageName } = image;
	if (width === undefined || height === undefined) return [image];
	const size = { width, height };
	const regions = tileRegions(size, writing.tiling);
	const cutter = new LabelCutter(size, writing.tiling.visibleShare, counts);
	const whole = { ...image, objects: objectsInside(image.objects, image, size, writing) };
	const cut = regions.map((region) => cutter.objectsIn(whole.objects, region));
	const isKept = (index: number) => writing.keepsEmpty || isTileKept(cut[index] ?? [], image, regions[index], writing);
	// All of an image's tiles are made when the first of them is asked for: so those that are left out must not be among them.
	const kept = regions.flatMap((region, index) => (isKept(index) ? [{ region, objects: cut[index] ?? [] }] : []));
	const keptRegions = kept.map(({ region }) => region);
	eachObject(whole, (object) => {
		if (!cutter.shown.has(object)) writing.report.add('not-in-tiles', labelOf(image), object.className);
	});
	counts.cutImages += regions.length > 1 ? 1 : 0;
	counts.tiles += kept.length;
	counts.emptyTilesLeftOut += regions.length - kept.length;
	return kept.map(({ region, objects }, index) => ({
		...image,
		imageId: '',
		imageName: tileName(imageName, region),
		width: region.width,
		height: region.height,
		objects,
		part: { of: { imageId, ...size }, regions: keptRegions, index },
	}));
}

/** Whether a tile has labels of the dataset, or is among those without that are kept: always the same ones. */
function isTileKept(
	objects: readonly LabelObject[],
	{ imageId }: LabeledImage,
	{ x, y }: Pick<Box, 'x' | 'y'> = { x: 0, y: 0 },
	{ classes, tiling }: TileWriting,
): boolean {
	let hasLabels = false;
	eachObject({ objects }, ({ className }) => (hasLabels ||= typeof classes.classOf(className) !== 'string'));
	return hasLabels || stableHash(`${imageId} ${x} ${y}`) < tiling.emptyShare;
}

/** The labels as far as they are in the image. Those nested in one that is not move up. */
function objectsInside(
	objects: readonly LabelObject[],
	image: LabeledImage,
	size: ImageSize,
	writing: TileWriting,
): LabelObject[] {
	return objects.flatMap((object) => {
		const children = objectsInside(object.children, image, size, writing);
		const inside = geometryInside(object.geometry, size);
		if (typeof inside !== 'string' && !inside.isClipped) return [{ ...object, children }];
		// Of labels without a class in the dataset, formats say so.
		if (typeof writing.classes.classOf(object.className) !== 'string')
			writing.report.add(typeof inside === 'string' ? inside : 'clipped', labelOf(image), object.className);
		return typeof inside === 'string' ? children : [{ ...object, geometry: inside.geometry, children }];
	});
}

class LabelCutter {
	/** The labels that are in any tile. */
	readonly shown = new Set<LabelObject>();

	constructor(
		private readonly image: ImageSize,
		private readonly visibleShare: number,
		private readonly counts: TileCounts,
	) {}

	/** Labels of which too little is in the tile are left out with all that is nested in them. */
	objectsIn(objects: readonly LabelObject[], region: Box): LabelObject[] {
		return objects.flatMap((object) => {
			const { geometries, share } = cutGeometry(object.geometry, region, this.image);
			if (geometries.length === 0) return [];
			if (share < this.visibleShare) {
				this.counts.labelsLeftOut++;
				return [];
			}
			if (share < 1) this.counts.cutLabels++;
			this.shown.add(object);
			const children = this.objectsIn(object.children, region);
			return geometries.map((geometry, index) => ({ ...object, geometry, children: index === 0 ? children : [] }));
		});
	}
}

/** The name of a tile: where it begins in its image stands behind the image's name. No two tiles of images with different stems share one. */
export function tileName(imageName: string, { x, y }: Pick<Box, 'x' | 'y'>): string {
	const stem = stemOf(imageName);
	return `${stem}_${x}_${y}${imageName.slice(stem.length)}`;
}
