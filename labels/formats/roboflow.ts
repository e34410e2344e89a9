import { isFiniteNumber, isList, isRecord, textOf, type JsonRecord } from '../parsing/record';
import type { LabelObject, Point } from '../model';
import { oneImage, reading, type ReadableFormat } from './format';
import { scaledGeometry } from '../geometry/orientation';
import { readRunLengths } from './shared/masks';
import {
	classIn,
	classifiedImage,
	fourNumbers,
	numberOf,
	prediction,
	readPredictions,
	rectangleAround,
	scaledFrom,
	sizeIn,
	type PredictedImage,
	type PredictionReading,
} from './shared/predictions';
import { hasNumbers, isListOf, recognizedIf } from './shared/recognition';

const BOX = ['x', 'y', 'width', 'height'] as const;

/**
 * Reads a response of Roboflow's inference API, or a part of a workflow's: `{"image": {"width", "height"}, "predictions": [{"x",
 * "y", "width", "height", "confidence", "class", "points"?, "rle"?, "keypoints"?}]}`.
 *
 * x and y are the center, pixels; sizes may be texts. `points` make a polygon, `rle` a segmentation, `keypoints` points in the
 * label. When the model saw another size than that of the image, coordinates are scaled. Models of classification give the
 * class of the whole image: the `top` one, or all `predicted_classes`.
 * Source: docs.roboflow.com/deploy, "Response object format"; roboflow/inference, `core/entities/responses/inference.py`.
 */
export function readRoboflow(value: unknown, image: PredictedImage): PredictionReading {
	const response = isRecord(value) ? value : {};
	const classes = classesIn(response);
	if (classes !== undefined) return classifiedImage(image, classes, response.confidence);
	const { image: sized, scale } = scaledFrom(image, sizeIn(response.image));
	return readPredictions(response.predictions, 'predictions', sized, (item) => readOne(item, scale));
}

/** The classes of the whole image, if the response is one of classification. */
function classesIn({ top, predicted_classes }: JsonRecord): readonly string[] | undefined {
	if (isList(predicted_classes)) return predicted_classes.flatMap((name) => textOf(name) ?? []);
	return typeof top === 'string' ? [top].filter((name) => name !== '') : undefined;
}

function readOne(item: JsonRecord, scale: Point): LabelObject | string {
	const className = textOf(item.class);
	if (className === undefined) return 'This prediction has no class. Provide the complete response.';
	const points = isList(item.points) ? item.points.flatMap((point) => pointOf(point, scale)) : [];
	if (points.length >= 3) return prediction(className, { type: 'polygon', points }, item.confidence);
	if (isRecord(item.rle)) {
		const geometry = readRunLengths(item.rle);
		if (typeof geometry === 'string') return geometry;
		return prediction(className, scaledGeometry(geometry, scale), item.confidence);
	}
	const box = fourNumbers(item, BOX);
	if (box === undefined) return 'This prediction has no x, y, width and height. Provide the complete response.';
	const [x, y, width, height] = box;
	const geometry = rectangleAround(x * scale.x, y * scale.y, width * scale.x, height * scale.y);
	return { ...prediction(className, geometry, item.confidence), children: keypointsIn(item.keypoints, scale) };
}

function keypointsIn(keypoints: unknown, scale: Point): LabelObject[] {
	return (isList(keypoints) ? keypoints : []).flatMap((keypoint) => {
		const name = isRecord(keypoint) ? classIn(keypoint) : undefined;
		const [point] = pointOf(keypoint, scale);
		if (!isRecord(keypoint) || name === undefined || point === undefined) return [];
		return [prediction(name, { type: 'point', ...point }, keypoint.confidence)];
	});
}

function pointOf(value: unknown, scale: Point): Point[] {
	const x = isRecord(value) ? numberOf(value.x) : undefined;
	const y = isRecord(value) ? numberOf(value.y) : undefined;
	return x === undefined || y === undefined ? [] : [{ x: x * scale.x, y: y * scale.y }];
}

/** A response names the size that the model saw; a workflow can leave it out, but not the ID of each detection. */
function isResponse(value: unknown): boolean {
	if (!isRecord(value)) return false;
	if (classesIn(value) !== undefined) return isFiniteNumber(value.confidence) || isRecord(value.predictions);
	const { image, predictions } = value;
	if (isRecord(image) && sizeIn(image) !== undefined && isList(predictions) && predictions.length === 0) return true;
	const isSized = isRecord(image) && sizeIn(image) !== undefined;
	return (
		isList(predictions) &&
		isListOf(predictions, (item) => isDetection(item) && (isSized || textOf(item.detection_id) !== undefined))
	);
}

function isDetection(item: JsonRecord): boolean {
	return textOf(item.class) !== undefined && hasNumbers(item, BOX);
}

export const roboflow: ReadableFormat = {
	key: 'roboflow',
	name: 'Roboflow',
	reads: reading({
		input: 'json',
		description: 'Response of the inference server, API or workflow',
		isStrict: false,
		parameters: ['image'],
		recognizes: (value) => recognizedIf(isResponse(value)),
		read: (value, { image }) => oneImage(readRoboflow(value, image)),
	}),
};
