import type { LabelObject, Point } from '../model';
import { isFiniteNumber, isList, isRecord, textOf, type JsonRecord } from '../parsing/record';
import { oneImage, reading, type ReadableFormat } from './format';
import {
	classifiedImage,
	fourNumbers,
	prediction,
	readPredictions,
	scaleOf,
	withoutSize,
	type PredictedImage,
	type PredictionReading,
} from './shared/predictions';
import { isListOf, recognizedIf } from './shared/recognition';

/**
 * Reads an answer of Azure Custom Vision: `{"predictions": [{"tagName", "probability", "boundingBox": {left, top, width, height}}]}`,
 * fractions of the image. Without boxes, the most probable tag is the class of the whole image.
 * Source: learn.microsoft.com, "Custom Vision Prediction API v3.1, Detect Image" and "Classify Image".
 */
function readCustomVision(value: unknown, image: PredictedImage): PredictionReading {
	const predictions = isRecord(value) ? value.predictions : undefined;
	if (isList(predictions) && predictions.length > 0 && predictions.every((item) => isRecord(item) && !isLocated(item)))
		return bestClass(image, predictions.filter(isRecord));
	const scale = scaleOf(image, 'fractions');
	if (scale === undefined) return withoutSize(image);
	return readPredictions(predictions, 'predictions', image, (item) => readOne(item, scale));
}

function isLocated({ boundingBox }: JsonRecord): boolean {
	return boundingBox !== undefined && boundingBox !== null;
}

function bestClass(image: PredictedImage, predictions: readonly JsonRecord[]): PredictionReading {
	const certainty = ({ probability }: JsonRecord) => (isFiniteNumber(probability) ? probability : 0);
	const [best] = [...predictions].sort((a, b) => certainty(b) - certainty(a));
	const name = best === undefined ? undefined : textOf(best.tagName);
	return classifiedImage(image, name === undefined ? [] : [name], best?.probability);
}

function readOne({ tagName, probability, boundingBox }: JsonRecord, scale: Point): LabelObject | string {
	const className = textOf(tagName);
	const box = fourNumbers(boundingBox, ['left', 'top', 'width', 'height']);
	if (className === undefined || box === undefined)
		return 'This prediction has no tagName or no bounding box. Provide the complete response.';
	const [left, top, width, height] = box;
	return prediction(
		className,
		{ type: 'rectangle', x: left * scale.x, y: top * scale.y, width: width * scale.x, height: height * scale.y },
		probability,
	);
}

export const azureCustomVision: ReadableFormat = {
	key: 'azureCustomVision',
	name: 'Azure Custom Vision',
	reads: reading({
		input: 'json',
		description: 'Predictions with tagName and probability',
		isStrict: false,
		parameters: ['image'],
		unit: () => 'fractions',
		recognizes: (value) =>
			recognizedIf(
				isRecord(value) &&
					isList(value.predictions) &&
					isListOf(value.predictions, (item) => textOf(item.tagName) !== undefined && isFiniteNumber(item.probability)),
			),
		read: (value, { image }) => oneImage(readCustomVision(value, image)),
	}),
};
