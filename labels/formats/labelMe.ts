import { attributesOf } from '../classes/attributes';
import type { DatasetClass } from '../classes/datasetClasses';
import { type Classifications, type LabeledImage, type LabelObject, labelOf, type Point } from '../model';
import type { ConversionReport } from '../dataset/conversionReport';
import { imageFiles } from '../dataset/datasetFile';
import { stemOf } from '../dataset/fileNames';
import { boxCorners } from '../geometry/shapes';
import { isList, isRecord, setOwn } from '../parsing/record';
import { isAnyListOf, recognizedIf } from './shared/recognition';
import { oneImage, reading, writing, type RoundTripFormat } from './format';
import { readLabelMe } from './labelMeReader';
import { countDetails, eachUsable, hasSize, type LabelWriting } from './shared/boxes';

export interface LabelMeWriting extends LabelWriting {
	/** Name of the image's file; its own name by default. */
	readonly fileName?: string;
}

/** One file of LabelMe. `imageData` null says that the image lies beside the file. */
export interface LabelMeFile {
	readonly version: string;
	readonly flags: Readonly<Record<string, boolean>>;
	readonly shapes: readonly LabelMeShape[];
	readonly imagePath: string;
	readonly imageData: null;
	readonly imageHeight: number;
	readonly imageWidth: number;
}

interface LabelMeShape {
	readonly label: string;
	readonly points: readonly [number, number][];
	/** Shapes of one label and one group are one thing. */
	readonly group_id: number | null;
	readonly description: string;
	readonly shape_type: 'rectangle' | 'polygon' | 'linestrip' | 'point';
	readonly flags: Readonly<Record<string, boolean>>;
}

/**
 * Writes one image as LabelMe JSON: rectangles by two corners, polygons, line strips, points; the parts of a segmentation
 * are polygons of one group. Answers are flags that are set: `"color=red": true`, `"damage/note=left door": true`.
 *
 * The image is expected as it is displayed: LabelMe applies the EXIF orientation, and refuses a file of another size.
 *
 * Skipped: holes, nesting, scores. Nothing for an image whose size is not known. Coordinates are not clipped.
 * Source: github.com/wkentaro/labelme, `labelme/_label_file.py`.
 */
export function writeLabelMe(image: LabeledImage, options: LabelMeWriting): LabelMeFile | undefined {
	const { report, fileName } = options;
	const name = labelOf(image);
	if (!hasSize(image)) {
		report.add('no-size', name);
		return undefined;
	}
	const shapes: LabelMeShape[] = [];
	let groups = 0;
	eachUsable(image, options, ({ object, datasetClass, parent }) => {
		const written = shapesOf(object, datasetClass, groups + 1, name, report);
		if (written[0]?.group_id !== null) groups++;
		countDetails(object, parent, name, report, { classifications: true });
		shapes.push(...written);
	});
	return {
		version: '5.5.0',
		flags: flagsOf(image.classifications),
		shapes,
		imagePath: fileName ?? image.imageName,
		imageData: null,
		imageHeight: image.height,
		imageWidth: image.width,
	};
}

function shapesOf(
	object: LabelObject,
	{ name: label }: DatasetClass,
	group: number,
	image: string,
	report: ConversionReport,
): LabelMeShape[] {
	const { geometry } = object;
	const shape = (
		shape_type: LabelMeShape['shape_type'],
		points: readonly Point[],
		group_id: number | null = null,
	): LabelMeShape => ({
		label,
		points: points.map(({ x, y }) => [x, y]),
		group_id,
		description: '',
		shape_type,
		flags: flagsOf(object.classifications),
	});
	switch (geometry.type) {
		case 'rectangle':
			return [
				shape(
					'rectangle',
					boxCorners(geometry).filter((_, index) => index % 2 === 0),
				),
			];
		case 'point':
			return [shape('point', [geometry])];
		case 'line':
			return [shape('linestrip', geometry.points)];
		case 'polygon':
			return [shape('polygon', geometry.points)];
		case 'segmentation':
			if (geometry.regions.some((rings) => rings.length > 1)) report.add('reduced-to-polygon', image, object.className);
			return geometry.regions.map(([outline = []]) => shape('polygon', outline, group));
	}
}

function flagsOf(classifications: Classifications): Record<string, boolean> {
	const flags: Record<string, boolean> = {};
	for (const [key, value] of Object.entries(attributesOf(classifications) ?? {})) {
		for (const each of typeof value === 'string' ? [value] : value) setOwn(flags, `${key}=${each}`, true);
	}
	return flags;
}

/** A JSON beside each image, in the folder of its split. */
export const labelMe: RoundTripFormat = {
	key: 'labelMe',
	name: 'LabelMe',
	reads: reading({
		input: 'json',
		description: 'The JSON file of one image',
		isStrict: false,
		parameters: [],
		recognizes: (value) =>
			recognizedIf(
				isRecord(value) && 'imagePath' in value && isAnyListOf(value.shapes, ({ points }) => isList(points)),
			),
		read: (value) => oneImage(readLabelMe(value)),
	}),
	writes: writing({
		description: 'All geometries in one JSON file per image',
		orientation: 'applied',
		needsSizes: true,
		alwaysIncludesImages: false,
		conversions: ['excluded', 'unknown-class', 'reduced-to-polygon', 'nesting', 'score', 'broken', 'no-size'],
		parameters: [],
		*files(images, dataset) {
			yield* imageFiles(images, dataset, (split) => split);
			for (const image of images) {
				const fileName = dataset.fileNameOf(image);
				const file = writeLabelMe(image, { ...dataset, fileName });
				if (file !== undefined)
					yield {
						path: `${dataset.splitOf(image)}/${stemOf(fileName)}.json`,
						text: [`${JSON.stringify(file, null, 2)}\n`],
						labelsOf: image,
					};
			}
		},
	}),
};
