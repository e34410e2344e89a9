import { isFiniteNumber, isList, isRecord, textOf } from '../parsing/record';
import { readingError } from '../parsing/problem';
import { oneImage, reading, type ReadableFormat } from './format';
import { asList, classifiedImage, type PredictedImage, type PredictionReading } from './shared/predictions';
import { recognizedIf, sampleOf } from './shared/recognition';

/**
 * Reads what Hugging Face's image-classification pipeline and inference API answer: `[{"label", "score"}]`. The label with the
 * highest score is the class of the whole image.
 * Source: huggingface.co/docs/inference-providers/tasks/image-classification.
 */
function readHuggingFaceClasses(value: unknown, image: PredictedImage): PredictionReading {
	const classes = (isList(value) ? value : []).flatMap((item) => (isClass(item) ? [item] : []));
	const [best] = [...classes].sort((a, b) => b.score - a.score);
	if (best !== undefined || (isList(value) && value.length === 0))
		return classifiedImage(image, best === undefined ? [] : [best.label], best?.score);
	const message = 'There are no classes with label and score. Provide the complete output.';
	return { image: { ...image, objects: [], classifications: {} }, problems: [readingError('unreadable', '', message)] };
}

interface ImageClass {
	readonly label: string;
	readonly score: number;
}

function isClass(value: unknown): value is ImageClass {
	return isRecord(value) && textOf(value.label) !== undefined && isFiniteNumber(value.score);
}

/** A class and nothing that could be a place in the image. */
function isClassAlone(value: unknown): boolean {
	if (!isClass(value)) return false;
	return Object.entries(value).every(
		([key, part]) => key === 'score' || typeof part === 'boolean' || (typeof part === 'string' && !isPlace(part)),
	);
}

/** Four numbers in a text, such as `[10, 20, 30, 40]`. */
function isPlace(text: string): boolean {
	const words = text.split(/[\s,;()[\]]/).filter((word) => word !== '');
	return words.length >= 4 && words.every((word) => !Number.isNaN(Number(word)));
}

export const huggingFaceClassification: ReadableFormat = {
	key: 'huggingFaceClassification',
	name: 'Hugging Face Image Classification',
	reads: reading({
		input: 'json',
		description: 'Labels and scores of the whole image',
		isStrict: false,
		// Attributes of a box look the same.
		isGeneric: true,
		parameters: ['image'],
		recognizes: (value) => recognizedIf(sampleOf(value).every(isClassAlone)),
		read: (value, { image }) => oneImage(readHuggingFaceClasses(asList(value), image)),
	}),
};
