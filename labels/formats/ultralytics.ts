import type { LabelObject, Point } from '../model';
import { isRecord, numbersOf, textOf, type JsonRecord } from '../parsing/record';
import { oneImage, reading, type ReadableFormat } from './format';
import {
	asList,
	fourNumbers,
	prediction,
	readPredictions,
	rectangleBetween,
	scaleOf,
	withoutSize,
	type PredictedImage,
	type PredictionReading,
} from './shared/predictions';

const CORNERS = ['x1', 'y1', 'x2', 'y2', 'x3', 'y3', 'x4', 'y4'];

/**
 * Reads what Ultralytics' `results.to_json()` writes for one image:
 * `[{"name", "class", "confidence", "box": {"x1", "y1", "x2", "y2"}, "segments"?: {"x": [], "y": []}}]`.
 *
 * `segments` make a polygon, a box of four corners (obb) too. `isNormalized` says that numbers are fractions of the image
 * (`normalize=True`); the output does not tell. Source: docs.ultralytics.com/reference/engine/results, `summary`.
 */
export function readUltralytics(value: unknown, image: PredictedImage, isNormalized = false): PredictionReading {
	const scale = scaleOf(image, isNormalized);
	return scale === undefined ? withoutSize(image) : readPredictions(value, '', image, (item) => readOne(item, scale));
}

function readOne(item: JsonRecord, scale: Point): LabelObject | string {
	const className = textOf(item.name);
	if (className === undefined) return 'This prediction has no name. Provide the output of to_json().';
	const points = polygon(item, scale);
	if (points !== undefined) return prediction(className, { type: 'polygon', points }, item.confidence);
	const box = fourNumbers(item.box, ['x1', 'y1', 'x2', 'y2']);
	if (box === undefined) return 'This prediction has no box of four finite numbers. Provide the output of to_json().';
	const [x1, y1, x2, y2] = box;
	return prediction(
		className,
		rectangleBetween(x1 * scale.x, y1 * scale.y, x2 * scale.x, y2 * scale.y),
		item.confidence,
	);
}

function polygon({ segments, box }: JsonRecord, scale: Point): Point[] | undefined {
	const corners = isRecord(box) ? numbersOf(CORNERS.map((name) => box[name])) : undefined;
	const xs = isRecord(segments) ? numbersOf(segments.x) : corners?.filter((_, index) => index % 2 === 0);
	const ys = isRecord(segments) ? numbersOf(segments.y) : corners?.filter((_, index) => index % 2 === 1);
	if (xs === undefined || ys === undefined || xs.length !== ys.length || xs.length < 3) return undefined;
	return xs.map((x, index) => ({ x: x * scale.x, y: (ys[index] ?? 0) * scale.y }));
}

export const ultralytics: ReadableFormat = {
	key: 'ultralytics',
	name: 'Ultralytics JSON',
	reads: reading({
		input: 'json',
		description: 'The output of results.to_json() for one image',
		isStrict: false,
		parameters: ['image', 'isNormalized'],
		unit: ({ isNormalized }) => (isNormalized ? 'fractions' : 'pixels'),
		read: (value, { image, isNormalized }) => oneImage(readUltralytics(asList(value), image, isNormalized)),
	}),
};
