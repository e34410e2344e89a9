import type { LabelObject, Point } from '../model';
import { boundingBox } from '../geometry/shapes';
import { isRecord, numbersOf, textOf, type JsonRecord } from '../parsing/record';
import { oneImage, reading, type ReadableFormat } from './format';
import { readPngMask } from './shared/masks';
import {
	asList,
	classIn,
	prediction,
	readPredictions,
	rectangleBetween,
	scaleOf,
	scoreIn,
	UNNAMED_CLASS,
	withoutSize,
	type PredictedImage,
	type PredictionReading,
} from './shared/predictions';
import { isListOf, recognizedIf, sampleOf } from './shared/recognition';

/**
 * Reads the boxes of Gemini and of models that follow it: `[{"box_2d": [ymin, xmin, ymax, xmax], "label"}]`, y before x, in
 * thousandths of the image's height and width; `mask` is a PNG in base64 that fills the box; points are `[{"point": [y, x], "label"}]`.
 * Source: ai.google.dev/gemini-api/docs/image-understanding, "Object detection" and "Segmentation"; robotics-overview, "Pointing".
 */
function readGemini(value: unknown, image: PredictedImage): PredictionReading {
	const scale = scaleOf(image, 'thousandths');
	return scale === undefined ? withoutSize(image) : readPredictions(value, '', image, (item) => readOne(item, scale));
}

function readOne(item: JsonRecord, scale: Point): LabelObject | string {
	const className = classIn(item) ?? UNNAMED_CLASS;
	const [pointY, pointX] = numbersOf(item.point, 2) ?? [];
	if (item.box_2d === undefined && pointX !== undefined && pointY !== undefined)
		return prediction(className, { type: 'point', x: pointX * scale.x, y: pointY * scale.y }, scoreIn(item));
	const box = numbersOf(item.box_2d, 4);
	if (box === undefined)
		return 'This object has no "box_2d" of four numbers. Ask the model for [ymin, xmin, ymax, xmax] in thousandths.';
	const [top = 0, left = 0, bottom = 0, right = 0] = box;
	const geometry = rectangleBetween(left * scale.x, top * scale.y, right * scale.x, bottom * scale.y);
	const [place, mask] = [boundingBox(geometry), textOf(item.mask)];
	if (mask === undefined || place === undefined) return prediction(className, geometry, scoreIn(item));
	const region = readPngMask(mask, place);
	return typeof region === 'string' ? region : prediction(className, region, scoreIn(item));
}

function isBox({ box_2d }: JsonRecord): boolean {
	return numbersOf(box_2d, 4) !== undefined;
}

function isEachInThousandths(value: unknown): boolean {
	return sampleOf(value).every((item) => {
		const box = isRecord(item) ? numbersOf(item.box_2d, 4) : undefined;
		return box === undefined || isInThousandths(box);
	});
}

/** Models draw a little beyond the edge. */
const BEFORE_EDGE = -20;

/** Numbers beyond a thousand, or fractions below one, are in another unit, whatever the name of their field says. */
export function isInThousandths(numbers: readonly number[]): boolean {
	return (
		numbers.every((number) => number >= BEFORE_EDGE && number <= 1000) &&
		(numbers.some((number) => number > 1) || numbers.every(Number.isInteger))
	);
}

export const gemini: ReadableFormat = {
	key: 'gemini',
	name: 'Gemini Boxes',
	reads: reading({
		input: 'json',
		description: 'List of box_2d and label',
		isStrict: false,
		parameters: ['image'],
		unit: () => 'thousandths',
		recognizes: (value) => recognizedIf(isListOf(value, isBox) && isEachInThousandths(value)),
		read: (value, { image }) => oneImage(readGemini(asList(value), image)),
	}),
};
