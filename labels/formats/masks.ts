import type { DatasetClasses } from '../classes/datasetClasses';
import { writeIndexedPng } from '../codecs/indexedPng';
import { type DatasetFile, imageFiles } from '../dataset/datasetFile';
import { stemOf } from '../dataset/fileNames';
import { type Geometry, type LabeledImage, labelOf, type Region } from '../model';
import { runLengthsOf } from '../geometry/mask';
import { boxCorners } from '../geometry/shapes';
import { reading, type RoundTripFormat, writing } from './format';
import { isMaskFile, readClassMask } from './masksReader';
import { recognizedIf } from './shared/recognition';
import { countAnswers, countDetails, eachArea, hasSize, type LabelWriting } from './shared/boxes';
import { GEOMETRY_CONVERSIONS, geometryInside } from './shared/usableGeometry';

/** A mask of classes: one byte a pixel, row by row from the top left. */
export interface ClassMask {
	readonly width: number;
	readonly height: number;
	/** 0 is background, a class its ID plus 1. */
	readonly pixels: Uint8Array;
}

/** A palette has 256 colors, and one is the background. */
const MAX_CLASSES = 255;

/**
 * Paints an image's areas (rectangles, polygons, segmentations with holes) as a mask of classes, without smoothing. Labels
 * are painted in their order, nested ones after the one that they are in; what is painted later covers what was before.
 * A pixel belongs to an area when its center does.
 *
 * Nothing for an image whose size is not known. Throws RangeError for more than 255 classes, which a byte cannot hold.
 */
export function paintClassMask(image: LabeledImage, options: LabelWriting): ClassMask | undefined {
	const { classes, report } = options;
	if (classes.names.length > MAX_CLASSES)
		throw new RangeError(
			`Masks support ${MAX_CLASSES} classes, but there are ${classes.names.length}. Merge or exclude classes.`,
		);
	const name = labelOf(image);
	if (!hasSize(image)) {
		report.add('no-size', name);
		return undefined;
	}
	const { width, height } = image;
	const pixels = new Uint8Array(width * height);
	countAnswers(image.classifications, undefined, name, report, {});
	eachArea(image, options, ({ object, datasetClass, parent }) => {
		const inside = geometryInside(object.geometry, image);
		if (typeof inside === 'string') return report.add(inside, name, object.className);
		const regions = regionsOf(object.geometry);
		// Columns of the transposed mask are rows of the mask.
		const transposed = regions.map((rings) => rings.map((ring) => ring.map(({ x, y }) => ({ x: y, y: x }))));
		const painted = paint(pixels, runLengthsOf(transposed, height, width), datasetClass.id + 1);
		if (painted === 0) return report.add('too-small', name, object.className);
		countDetails(object, parent, name, report, {});
	});
	return { width, height, pixels };
}

function regionsOf(geometry: Geometry): readonly Region[] {
	switch (geometry.type) {
		case 'rectangle':
			return [[boxCorners(geometry)]];
		case 'polygon':
			return [[geometry.points]];
		case 'segmentation':
			return geometry.regions;
		case 'line':
		case 'point':
			return [];
	}
}

/** Number of pixels painted. */
function paint(pixels: Uint8Array, counts: readonly number[], value: number): number {
	let position = 0;
	let painted = 0;
	counts.forEach((count, index) => {
		if (index % 2 === 1) {
			pixels.fill(value, position, position + count);
			painted += count;
		}
		position += count;
	});
	return painted;
}

/**
 * Colors for a mask's values, three bytes each (red, green, blue): black for the background, then those of Pascal VOC,
 * which differ most for the first classes. Source: VOCdevkit, `VOClabelcolormap.m`.
 */
export function maskPalette({ names }: DatasetClasses): Uint8Array {
	const palette = new Uint8Array((names.length + 1) * 3);
	for (let value = 0; value <= names.length; value++) {
		for (let bit = 0, rest = value; bit < 8 && rest > 0; bit++, rest >>= 3) {
			for (let channel = 0; channel < 3; channel++) {
				const at = value * 3 + channel;
				palette[at] = (palette[at] ?? 0) | (((rest >> channel) & 1) << (7 - bit));
			}
		}
	}
	return palette;
}

/** The file of a mask, a PNG with a palette: 0 is the background, class ID + 1 the palette index. It is packed when it is read. */
function maskFile(
	path: string,
	{ width, height, pixels }: ClassMask,
	labelsOf: LabeledImage,
	{ classes }: LabelWriting,
): DatasetFile {
	const palette = maskPalette(classes);
	return {
		path,
		labelsOf,
		madeOf: [new TextEncoder().encode(`${width} ${height} `), palette, pixels],
		get bytes() {
			return writeIndexedPng(width, height, pixels, palette);
		},
	};
}

/** `masks/<split>` beside `images/<split>`, and the class of each palette index in `classes.txt`. */
export const masks: RoundTripFormat = {
	key: 'masks',
	name: 'Masks (PNG)',
	reads: reading({
		input: 'bytes',
		description: 'PNG whose pixels are class IDs plus 1',
		isStrict: false,
		parameters: ['image', 'classNames', 'labelClasses'],
		recognizes: (bytes) => recognizedIf(isMaskFile(bytes)),
		read: (bytes, { image, classNames, labelClasses }) => readClassMask(bytes, image, classNames, labelClasses),
	}),
	writes: writing({
		description: 'One palette PNG per image, with 0 as background',
		orientation: 'mixed',
		needsSizes: true,
		alwaysIncludesImages: false,
		maxClasses: MAX_CLASSES,
		conversions: [
			'excluded',
			'unknown-class',
			'geometry-type',
			...GEOMETRY_CONVERSIONS,
			'classification',
			'nesting',
			'score',
			'no-size',
		],
		parameters: [],
		*files(images, dataset) {
			const names = ['background', ...dataset.classes.names];
			yield { path: 'classes.txt', text: names.map((name) => `${name.replace(/\s+/g, ' ')}\n`) };
			yield* imageFiles(images, dataset, (split) => `images/${split}`);
			for (const image of images) {
				const mask = paintClassMask(image, dataset);
				const path = `masks/${dataset.splitOf(image)}/${stemOf(dataset.fileNameOf(image))}.png`;
				if (mask !== undefined) yield maskFile(path, mask, image, dataset);
			}
		},
	}),
};
