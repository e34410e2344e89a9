import { isList, isRecord, textOf, type JsonRecord } from '../parsing/record';
import { type ImageSize, type LabelObject, type Point, possibleSizes } from '../model';
import { oneImage, reading, type ReadableFormat } from './format';
import {
	fourNumbers,
	numberOf,
	prediction,
	readPredictions,
	rectangleAround,
	type PredictedImage,
	type PredictionReading,
} from './shared/predictions';

/**
 * Reads a response of Roboflow's inference API:
 * `{"image": {"width", "height"}, "predictions": [{"x", "y", "width", "height", "confidence", "class", "points"?}]}`.
 *
 * x and y are the center, pixels; sizes may be texts. `points` make a polygon. When the model saw another size than that
 * of the image, coordinates are scaled. Source: docs.roboflow.com/deploy, "Response object format".
 */
export function readRoboflow(value: unknown, image: PredictedImage): PredictionReading {
	const response = isRecord(value) ? value : {};
	const seen = isRecord(response.image) ? response.image : {};
	const width = numberOf(seen.width) ?? 0;
	const height = numberOf(seen.height) ?? 0;
	if (width <= 0 || height <= 0)
		return readPredictions(response.predictions, 'predictions', image, (item) => readOne(item, { x: 1, y: 1 }));
	const [size = { width, height }] = [...possibleSizes(image)].sort(
		(a, b) => distortion(a, { width, height }) - distortion(b, { width, height }),
	);
	const scale = { x: size.width / width, y: size.height / height };
	return readPredictions(response.predictions, 'predictions', { ...image, ...size }, (item) => readOne(item, scale));
}

/** How differently width and height would be scaled, to tell how an image of unknown orientation is displayed. */
function distortion(size: ImageSize, seen: ImageSize): number {
	return Math.abs(Math.log(size.width / seen.width / (size.height / seen.height)));
}

function readOne(item: JsonRecord, scale: Point): LabelObject | string {
	const className = textOf(item.class);
	if (className === undefined) return 'This prediction has no class. Provide the complete response.';
	const points = isList(item.points) ? item.points.flatMap((point) => pointOf(point, scale)) : [];
	if (points.length >= 3) return prediction(className, { type: 'polygon', points }, item.confidence);
	const box = fourNumbers(item, ['x', 'y', 'width', 'height']);
	if (box === undefined) return 'This prediction has no x, y, width and height. Provide the complete response.';
	const [x, y, width, height] = box;
	return prediction(
		className,
		rectangleAround(x * scale.x, y * scale.y, width * scale.x, height * scale.y),
		item.confidence,
	);
}

function pointOf(value: unknown, scale: Point): Point[] {
	const x = isRecord(value) ? numberOf(value.x) : undefined;
	const y = isRecord(value) ? numberOf(value.y) : undefined;
	return x === undefined || y === undefined ? [] : [{ x: x * scale.x, y: y * scale.y }];
}

export const roboflow: ReadableFormat = {
	key: 'roboflow',
	name: 'Roboflow',
	reads: reading({
		input: 'json',
		description: 'The response of a Roboflow inference server or its hosted API',
		isStrict: false,
		parameters: ['image'],
		read: (value, { image }) => oneImage(readRoboflow(value, image)),
	}),
};
