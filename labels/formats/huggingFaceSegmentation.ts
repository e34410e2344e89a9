import { textOf, type JsonRecord } from '../parsing/record';
import { oneImage, reading, type ReadableFormat } from './format';
import { readPngMask } from './shared/masks';
import { asList, prediction, readPredictions, type PredictedImage, type PredictionReading } from './shared/predictions';
import { isListOf, recognizedIf } from './shared/recognition';

/**
 * Reads what Hugging Face's image-segmentation pipeline and inference API answer: `[{"score", "label", "mask"}]`, the mask being a
 * black and white PNG of the image's size in base64; the score of a semantic segmentation is null.
 * Source: huggingface.co/docs/inference-providers/tasks/image-segmentation.
 */
function readHuggingFaceSegments(value: unknown, image: PredictedImage): PredictionReading {
	return readPredictions(value, '', image, (item) => {
		const [className, mask] = [textOf(item.label), textOf(item.mask)];
		if (className === undefined || mask === undefined)
			return 'This segment has no label or no mask. Provide {"score", "label", "mask": "<base64 PNG>"}.';
		const geometry = readPngMask(mask);
		return typeof geometry === 'string' ? geometry : prediction(className, geometry, item.score);
	});
}

function isSegment({ label, mask }: JsonRecord): boolean {
	return textOf(label) !== undefined && textOf(mask) !== undefined;
}

export const huggingFaceSegmentation: ReadableFormat = {
	key: 'huggingFaceSegmentation',
	name: 'Hugging Face Image Segmentation',
	reads: reading({
		input: 'json',
		description: 'List of label, score and mask',
		isStrict: false,
		parameters: ['image'],
		recognizes: (value) =>
			recognizedIf(isListOf(value, isSegment) && !isListOf(value, ({ box_2d }) => box_2d !== undefined)),
		read: (value, { image }) => oneImage(readHuggingFaceSegments(asList(value), image)),
	}),
};
