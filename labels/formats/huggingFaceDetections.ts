import { textOf } from '../parsing/record';
import {
	fourNumbers,
	prediction,
	readPredictions,
	rectangleBetween,
	type PredictedImage,
	type PredictionReading,
} from './prediction';

/**
 * Reads what Hugging Face's object-detection pipeline and inference API answer:
 * `[{"score", "label", "box": {"xmin", "ymin", "xmax", "ymax"}}]`, pixels.
 * Source: huggingface.co/docs/inference-providers/tasks/object-detection.
 */
export function readHuggingFaceDetections(value: unknown, image: PredictedImage): PredictionReading {
	return readPredictions(value, '', image, (item) => {
		const className = textOf(item.label);
		const corners = fourNumbers(item.box, ['xmin', 'ymin', 'xmax', 'ymax']);
		if (className === undefined || corners === undefined)
			return 'This detection has no label or no box. Give {"score", "label", "box": {"xmin", "ymin", "xmax", "ymax"}}.';
		return prediction(className, rectangleBetween(...corners), item.score);
	});
}
