import type { Geometry, LabelObject } from '../model';
import { isFiniteNumber, isList, isRecord, numbersOf, type JsonRecord } from '../parsing/record';
import { oneImage, reading, type ReadableFormat } from './format';
import { pointsOf } from './shared/flatPoints';
import { readRunLengths } from './shared/masks';
import {
	asList,
	classIn,
	prediction,
	readPredictions,
	UNNAMED_CLASS,
	type PredictedImage,
	type PredictionReading,
} from './shared/predictions';
import { isListOf, recognizedIf } from './shared/recognition';

/**
 * Reads what Segment Anything's mask generator gives: `[{"segmentation", "bbox": [x, y, width, height], "predicted_iou",
 * "stability_score"}]`, pixels. The segmentation is run lengths (`output_mode="coco_rle"`), polygons, or the mask itself as rows
 * of true and false. Masks have no class: they are of the class `object` until they are mapped.
 * Source: facebookresearch/segment-anything, `automatic_mask_generator.py`, `generate`.
 */
function readSegmentAnything(value: unknown, image: PredictedImage): PredictionReading {
	return readPredictions(value, '', image, readOne);
}

function readOne(item: JsonRecord): LabelObject | string {
	const geometry = geometryOf(item.segmentation);
	if (typeof geometry === 'string') return geometry;
	return prediction(classIn(item) ?? UNNAMED_CLASS, geometry, item.predicted_iou);
}

function geometryOf(value: unknown): Geometry | string {
	if (isRecord(value)) return readRunLengths(value);
	const lists = isList(value) ? value : [];
	const rings = lists.map(pointsOf).filter((ring) => ring !== undefined);
	const [first] = rings;
	if (first !== undefined && rings.length === lists.length)
		return rings.length === 1
			? { type: 'polygon', points: first }
			: { type: 'segmentation', regions: rings.map((ring) => [ring]) };
	const rows = lists.every(isList) ? readRows(lists) : undefined;
	return rows ?? 'This mask is no run lengths and no polygons. Use output_mode="coco_rle".';
}

/** A mask as rows of true and false. */
function readRows(rows: readonly (readonly unknown[])[]): Geometry | string | undefined {
	const [height, width] = [rows.length, rows[0]?.length ?? 0];
	if (rows.some((row) => row.length !== width || typeof row[0] !== 'boolean')) return undefined;
	const counts: number[] = [];
	let run = 0;
	let isOn = false;
	for (let x = 0; x < width; x++)
		for (const row of rows) {
			if ((row[x] === true) !== isOn) {
				counts.push(run);
				run = 0;
				isOn = !isOn;
			}
			run++;
		}
	return readRunLengths({ counts: [...counts, run], size: [height, width] });
}

function isMask({ segmentation, bbox, predicted_iou }: JsonRecord): boolean {
	const isShape = isRecord(segmentation) || isList(segmentation);
	return isShape && numbersOf(bbox, 4) !== undefined && isFiniteNumber(predicted_iou);
}

export const segmentAnything: ReadableFormat = {
	key: 'segmentAnything',
	name: 'Segment Anything',
	reads: reading({
		input: 'json',
		description: 'Masks with segmentation, bbox and predicted_iou',
		isStrict: false,
		parameters: ['image'],
		recognizes: (value) => recognizedIf(isListOf(value, isMask)),
		read: (value, { image }) => oneImage(readSegmentAnything(asList(value), image)),
	}),
};
