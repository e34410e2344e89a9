import { isFiniteNumber, isList, isRecord, numbersOf, textOf } from '../parsing/record';
import { oneImage, reading, type ReadableFormat } from './format';
import {
	classifiedImage,
	prediction,
	readPredictions,
	rectangleBetween,
	scaleOf,
	withoutSize,
	type PredictedImage,
	type PredictionReading,
} from './shared/predictions';
import { isListOfBoxes, recognizedIf } from './shared/recognition';

/**
 * Reads a prediction of a Vertex AI (AutoML) image model: `{"displayNames", "confidences", "bboxes": [[xMin, xMax, yMin, yMax]]}`,
 * fractions of the image, both x before both y. Without boxes, the most certain name is the class of the whole image.
 * Source: cloud.google.com/vertex-ai/docs/image-data/object-detection/get-predictions and …/classification/get-predictions.
 */
function readVertexAi(value: unknown, image: PredictedImage): PredictionReading {
	const { displayNames, confidences, bboxes } = isRecord(value) ? value : {};
	const names = isList(displayNames) ? displayNames : [];
	const scores = isList(confidences) ? confidences : [];
	if (isList(displayNames) && bboxes === undefined) {
		const certainty = (index: number) => (isFiniteNumber(scores[index]) ? scores[index] : 0);
		const [best] = [...names.keys()].sort((a, b) => certainty(b) - certainty(a));
		const name = best === undefined ? undefined : textOf(names[best]);
		return classifiedImage(image, name === undefined ? [] : [name], best === undefined ? undefined : scores[best]);
	}
	const scale = scaleOf(image, 'fractions');
	if (scale === undefined) return withoutSize(image);
	const rows = isList(bboxes)
		? bboxes.map((box, index) => ({ box, name: names[index], score: scores[index] }))
		: bboxes;
	return readPredictions(rows, 'bboxes', image, ({ box, name, score }) => {
		const className = textOf(name);
		const [left, right, top, bottom] = numbersOf(box, 4) ?? [];
		if (
			className === undefined ||
			left === undefined ||
			right === undefined ||
			top === undefined ||
			bottom === undefined
		)
			return 'This box has no display name or no four finite numbers. Provide the complete response.';
		const geometry = rectangleBetween(left * scale.x, top * scale.y, right * scale.x, bottom * scale.y);
		return prediction(className, geometry, score);
	});
}

export const vertexAi: ReadableFormat = {
	key: 'vertexAi',
	name: 'Vertex AI',
	reads: reading({
		input: 'json',
		description: 'Predictions with displayNames, confidences and bboxes',
		isStrict: false,
		parameters: ['image'],
		unit: () => 'fractions',
		recognizes: (value) =>
			recognizedIf(
				isRecord(value) &&
					isList(value.displayNames) &&
					isList(value.confidences) &&
					(value.bboxes === undefined || isListOfBoxes(value.bboxes)),
			),
		read: (value, { image }) => oneImage(readVertexAi(value, image)),
	}),
};
