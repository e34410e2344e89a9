import type { ImageSize, LabelObject, Point } from '../model';
import { isRecord, numbersOf, type JsonRecord } from '../parsing/record';
import type { CoordinateUnit } from '../geometry/coordinateUnit';
import { oneImage, reading, type ReadableFormat } from './format';
import { isInThousandths } from './gemini';
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

/** Sides of the picture that Qwen2.5-VL looks at are multiples of this, and its pixels are in this range. */
const PATCH = 28;
const FEWEST_PIXELS = 3136;
const MOST_PIXELS = 12_845_056;

/**
 * The size to which Qwen2.5-VL's processor resizes a picture, whose pixels its coordinates are.
 * Source: huggingface/transformers, `image_processing_qwen2_vl.py`, `smart_resize`; limits of `preprocessor_config.json`.
 */
export function resizedByQwen({ width, height }: ImageSize): ImageSize {
	const [w, h] = [patches(width / PATCH), patches(height / PATCH)];
	const pixels = w * h * PATCH * PATCH;
	if (pixels > MOST_PIXELS) {
		const factor = Math.sqrt((width * height) / MOST_PIXELS) * PATCH;
		return { width: Math.floor(width / factor) * PATCH, height: Math.floor(height / factor) * PATCH };
	}
	if (pixels < FEWEST_PIXELS) {
		const factor = Math.sqrt(FEWEST_PIXELS / (width * height)) / PATCH;
		return { width: Math.ceil(width * factor) * PATCH, height: Math.ceil(height * factor) * PATCH };
	}
	return { width: Math.max(w, 1) * PATCH, height: Math.max(h, 1) * PATCH };
}

/** Python's `round`: a half goes to the even number. */
function patches(number: number): number {
	const whole = Math.round(number);
	return whole - number === 0.5 && whole % 2 === 1 ? whole - 1 : whole;
}

/**
 * Reads the boxes of Qwen-VL: `[{"bbox_2d": [x1, y1, x2, y2], "label"}]`, and points `[{"point_2d": [x, y], "label"}]`. From
 * Qwen2.5-VL they are pixels of the picture as its processor resized it, from Qwen3-VL thousandths of the picture.
 * Source: github.com/QwenLM/Qwen3-VL, cookbooks `spatial_understanding.ipynb` (2.5) and `2d_grounding.ipynb` (3).
 */
export function readQwen(value: unknown, image: PredictedImage, unit: CoordinateUnit): PredictionReading {
	const scale = unit === 'pixels' ? scaleFromResized(image) : scaleOf(image, unit);
	return scale === undefined ? withoutSize(image) : readPredictions(value, '', image, (item) => readOne(item, scale));
}

function scaleFromResized({ width, height }: PredictedImage): Point {
	if (width === undefined || height === undefined) return { x: 1, y: 1 };
	const resized = resizedByQwen({ width, height });
	return { x: width / resized.width, y: height / resized.height };
}

function readOne(item: JsonRecord, scale: Point): LabelObject | string {
	const className = classIn(item) ?? UNNAMED_CLASS;
	const [x, y] = numbersOf(item.point_2d, 2) ?? [];
	if (item.bbox_2d === undefined && x !== undefined && y !== undefined)
		return prediction(className, { type: 'point', x: x * scale.x, y: y * scale.y }, scoreIn(item));
	const box = numbersOf(item.bbox_2d, 4);
	if (box === undefined) return 'This object has no "bbox_2d" of four numbers. Ask the model for [x1, y1, x2, y2].';
	const [left = 0, top = 0, right = 0, bottom = 0] = box;
	const geometry = rectangleBetween(left * scale.x, top * scale.y, right * scale.x, bottom * scale.y);
	return prediction(className, geometry, scoreIn(item));
}

function isLocated({ bbox_2d, point_2d }: JsonRecord): boolean {
	return numbersOf(bbox_2d, 4) !== undefined || numbersOf(point_2d, 2) !== undefined;
}

function locations(value: unknown): number[][] {
	return sampleOf(value).flatMap((item) => {
		const numbers = isRecord(item) ? (numbersOf(item.bbox_2d, 4) ?? numbersOf(item.point_2d, 2)) : undefined;
		return numbers === undefined ? [] : [numbers];
	});
}

export function canBeThousandths(value: unknown): boolean {
	return isListOf(value, isLocated) && locations(value).every(isInThousandths);
}

/** Not if something lies beyond the picture. */
export function canBePixels(value: unknown, size: ImageSize | undefined): boolean {
	if (!isListOf(value, isLocated)) return false;
	const all = locations(value);
	if (!all.some((numbers) => numbers.some((number) => number > 1))) return false;
	const { width, height } = size === undefined ? { width: Infinity, height: Infinity } : resizedByQwen(size);
	return all.every((numbers) => numbers.every((number, index) => number <= (index % 2 === 0 ? width : height)));
}

export const qwen25: ReadableFormat = {
	key: 'qwen25',
	name: 'Qwen2.5-VL Boxes',
	reads: reading({
		input: 'json',
		description: 'List of bbox_2d in pixels and label',
		isStrict: false,
		parameters: ['image'],
		recognizes: (value, { size }) => recognizedIf(canBePixels(value, size)),
		read: (value, { image }) => oneImage(readQwen(asList(value), image, 'pixels')),
	}),
};

export const qwen3: ReadableFormat = {
	key: 'qwen3',
	name: 'Qwen3-VL Boxes',
	reads: reading({
		input: 'json',
		description: 'List of bbox_2d in thousandths and label',
		isStrict: false,
		parameters: ['image'],
		unit: () => 'thousandths',
		recognizes: (value) => recognizedIf(canBeThousandths(value)),
		read: (value, { image }) => oneImage(readQwen(asList(value), image, 'thousandths')),
	}),
};
