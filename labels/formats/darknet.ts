import type { LabelObject, Point } from '../model';
import { readingError } from '../parsing/problem';
import { isList, isRecord, textOf, type JsonRecord } from '../parsing/record';
import { oneImage, reading, type ReadableFormat } from './format';
import {
	asList,
	fourNumbers,
	prediction,
	readPredictions,
	rectangleAround,
	scaleOf,
	withoutSize,
	type PredictedImage,
	type PredictionReading,
} from './shared/predictions';
import { hasNumbers, isAnyListOf, isListOf, recognizedIf } from './shared/recognition';

const BOX = ['center_x', 'center_y', 'width', 'height'] as const;

/**
 * Reads the JSON of Darknet (`-ext_output -out result.json`) for one image: `[{"frame_id", "filename", "objects": [{"class_id",
 * "name", "relative_coordinates": {"center_x", "center_y", "width", "height"}, "confidence"}]}]`, fractions of the image.
 * Source: AlexeyAB/darknet, `src/detector.c` and `src/image.c`, `detection_to_json`.
 */
function readDarknet(value: unknown, image: PredictedImage): PredictionReading {
	const [frame, ...others] = isList(value) ? value : [];
	if (others.length > 0) {
		const message = 'The output is about several images. Provide the element of one image.';
		return { image: { ...image, objects: [], classifications: {} }, problems: [readingError('no-image', '', message)] };
	}
	const scale = scaleOf(image, 'fractions');
	if (scale === undefined) return withoutSize(image);
	return readPredictions(isRecord(frame) ? frame.objects : undefined, 'objects', image, (item) => readOne(item, scale));
}

function readOne({ name, relative_coordinates, confidence }: JsonRecord, scale: Point): LabelObject | string {
	const className = textOf(name);
	const [x, y, width, height] = fourNumbers(relative_coordinates, BOX) ?? [];
	if (className === undefined || x === undefined || y === undefined || width === undefined || height === undefined)
		return 'This object has no name or no relative_coordinates. Provide the complete output.';
	return prediction(
		className,
		rectangleAround(x * scale.x, y * scale.y, width * scale.x, height * scale.y),
		confidence,
	);
}

function isFrame({ frame_id, objects }: JsonRecord): boolean {
	return frame_id !== undefined && isAnyListOf(objects, (item) => hasNumbers(item.relative_coordinates, BOX));
}

export const darknet: ReadableFormat = {
	key: 'darknet',
	name: 'Darknet JSON',
	reads: reading({
		input: 'json',
		description: 'Objects of one image with relative_coordinates',
		isStrict: false,
		parameters: ['image'],
		unit: () => 'fractions',
		recognizes: (value) => recognizedIf(isListOf(value, isFrame)),
		read: (value, { image }) => oneImage(readDarknet(asList(value), image)),
	}),
};
