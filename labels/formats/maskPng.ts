import { eachObject, labelOf } from '../eachObject';
import { writeIndexedPng, type Color } from '../indexedPng';
import { runLengthsOf } from '../mask';
import type { Geometry, LabelledImage, Region } from '../model';
import { boxCorners } from '../shapes';
import { hasSize, type LabelWriting } from './boxes';

const BACKGROUND: Color = [0, 0, 0];
const MOST_CLASSES = 255;

/**
 * Writes the labels of one image as a semantic mask: a PNG of the stored image's size with a palette, 0 = background,
 * class number + 1 = palette index. Labels are painted in their order in the image, nested ones after what they are in; a
 * later one covers an earlier one. No pixel is mixed: it belongs to a shape when its centre does.
 *
 * Lost: lines, points, instances of one class that touch, classes after the 255th. Nothing for an image without a size.
 */
export function writeMaskPng(image: LabelledImage, { classes, losses }: LabelWriting): Uint8Array | undefined {
	const name = labelOf(image);
	if (!hasSize(image)) {
		losses.add('no-size', name);
		return undefined;
	}
	const pixels = new Uint8Array(image.width * image.height);
	eachObject(image, ({ className, geometry }) => {
		const datasetClass = classes.classOf(className);
		if (typeof datasetClass === 'string') return losses.add(datasetClass, name, className);
		const regions = regionsOf(geometry);
		if (regions === undefined || datasetClass.number >= MOST_CLASSES) return losses.add('geometry-type', name, className);
		paint(pixels, image.width, image.height, regions, datasetClass.number + 1);
	});
	return writeIndexedPng(image.width, image.height, pixels, maskPalette(classes.names.length));
}

/** Black for the background, then a colour for each class: hues a golden angle apart, so that neighbours differ. */
export function maskPalette(classCount: number): Color[] {
	const colors = Array.from({ length: Math.min(classCount, MOST_CLASSES) }, (_, number) => hueColor((number * 137.508) % 360));
	return [BACKGROUND, ...colors];
}

function regionsOf(geometry: Geometry): readonly Region[] | undefined {
	switch (geometry.type) {
		case 'rectangle':
			return [[boxCorners(geometry)]];
		case 'polygon':
			return [[geometry.points]];
		case 'segmentation':
			return geometry.regions;
		case 'line':
		case 'point':
			return undefined;
	}
}

function paint(pixels: Uint8Array, width: number, height: number, regions: readonly Region[], value: number): void {
	let position = 0;
	let isOn = false;
	for (const length of runLengthsOf(regions, width, height)) {
		if (isOn) {
			for (let index = position; index < position + length; index++) {
				pixels[(index % height) * width + Math.floor(index / height)] = value;
			}
		}
		position += length;
		isOn = !isOn;
	}
}

/** Saturated and of middle lightness. */
function hueColor(hue: number): Color {
	const channel = (offset: number) => {
		const part = (offset + hue / 30) % 12;
		return Math.round(255 * (0.5 - 0.45 * Math.max(-1, Math.min(part - 3, 9 - part, 1))));
	};
	return [channel(0), channel(8), channel(4)];
}
