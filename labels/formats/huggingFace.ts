import { isRecord, textOf, type JsonRecord } from '../parsing/record';
import { oneImage, reading, type ReadableFormat } from './format';
import {
	asList,
	fourNumbers,
	prediction,
	readPredictions,
	rectangleBetween,
	type PredictedImage,
	type PredictionReading,
} from './shared/predictions';
import { canBeThousandths, hasNumbers, isListOf, recognizedIf, sampleOf } from './shared/recognition';

const CORNERS = ['xmin', 'ymin', 'xmax', 'ymax'] as const;

/**
 * Reads what Hugging Face's object-detection pipeline and inference API answer:
 * `[{"score", "label", "box": {"xmin", "ymin", "xmax", "ymax"}}]`, pixels.
 * Source: huggingface.co/docs/inference-providers/tasks/object-detection.
 */
export function readHuggingFaceDetections(value: unknown, image: PredictedImage): PredictionReading {
	return readPredictions(value, '', image, (item) => {
		const className = textOf(item.label);
		const corners = fourNumbers(item.box, CORNERS);
		if (className === undefined || corners === undefined)
			return 'This detection has no label or no box. Provide {"score", "label", "box": {"xmin", "ymin", "xmax", "ymax"}}.';
		return prediction(className, rectangleBetween(...corners), item.score);
	});
}

/** Language models write boxes in this way, too, in their own unit. */
function cornersIn(value: unknown): number[] {
	return sampleOf(value).flatMap((item) => (isRecord(item) ? (fourNumbers(item.box, CORNERS) ?? []) : []));
}

function isDetection({ label, box }: JsonRecord): boolean {
	return typeof label === 'string' && hasNumbers(box, CORNERS);
}

export const huggingFace: ReadableFormat = {
	key: 'huggingFace',
	name: 'Hugging Face Object Detection',
	reads: reading({
		input: 'json',
		description: 'List of label, score and box',
		isStrict: false,
		parameters: ['image'],
		recognizes: (value, { isOfLanguageModel }) =>
			recognizedIf(isListOf(value, isDetection) && !(isOfLanguageModel && canBeThousandths(cornersIn(value)))),
		read: (value, { image }) => oneImage(readHuggingFaceDetections(asList(value), image)),
	}),
};
