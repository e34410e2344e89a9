import type { ImageSize } from '../model';
import { readingError, type LabelProblem } from '../parsing/problem';
import { isList, numbersOf } from '../parsing/record';
import { oneImage, reading, type ReadableFormat } from './format';
import { prediction, UNNAMED_CLASS, type PredictedImage, type PredictionReading } from './shared/predictions';
import { isListOfBoxes, recognizedIf, sampleOf } from './shared/recognition';

/**
 * Reads a list of `[x, y, width, height]` in pixels without classes, as OpenCV's `detectMultiScale` and `boundingRect` give them.
 * The boxes are of the class `object` until it is mapped. Source: docs.opencv.org, `cv::CascadeClassifier::detectMultiScale`.
 */
function readOpenCv(value: unknown, image: PredictedImage): PredictionReading {
	const problems: LabelProblem[] = [];
	if (!isList(value))
		problems.push(readingError('unreadable', '', 'The boxes must be a list. Provide [[x, y, width, height]].'));
	const objects = (isList(value) ? value : []).flatMap((box, index) => {
		const [x, y, width, height] = numbersOf(box, 4) ?? [];
		if (x !== undefined && y !== undefined && width !== undefined && height !== undefined)
			return [prediction(UNNAMED_CLASS, { type: 'rectangle', x, y, width, height })];
		const message = 'This box is no list of four finite numbers. Provide [x, y, width, height].';
		problems.push(readingError('unreadable', `[${index}]`, message));
		return [];
	});
	return { image: { ...image, objects, classifications: {} }, problems };
}

/** Whether boxes can be corner and size: nothing else says which order lists of numbers have. */
function canBeCornerAndSize(value: unknown, size: ImageSize | undefined): boolean {
	if (!isList(value) || value.length === 0 || !isListOfBoxes(value)) return false;
	const { width: right, height: bottom } = size ?? { width: Infinity, height: Infinity };
	return sampleOf(value).every((box) => {
		const [x = 0, y = 0, width = 0, height = 0] = numbersOf(box) ?? [];
		return width >= 0 && height >= 0 && x + width <= right + 1 && y + height <= bottom + 1;
	});
}

export const openCv: ReadableFormat = {
	key: 'openCv',
	name: 'OpenCV Boxes',
	reads: reading({
		input: 'json',
		description: 'List of [x, y, width, height], without classes',
		isStrict: false,
		isGeneric: true,
		parameters: ['image'],
		recognizes: (value, { size }) => recognizedIf(canBeCornerAndSize(value, size)),
		read: (value, { image }) => oneImage(readOpenCv(value, image)),
	}),
};
