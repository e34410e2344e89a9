import {
	type Classifications,
	type Geometry,
	type ImageSize,
	type LabeledImage,
	type LabelObject,
	type Point,
	possibleSizes,
} from '../../model';
import { readingError, type LabelProblem, type ProblemReason } from '../../parsing/problem';
import { isFiniteNumber, isList, isPositive, isRecord, shown, textOf, type JsonRecord } from '../../parsing/record';
import { type CoordinateUnit, FAR_EDGE } from '../../geometry/coordinateUnit';

/** The image that a model's output belongs to; its size is needed where the output holds fractions. */
export type PredictedImage = Pick<LabeledImage, 'imageId' | 'imageName' | 'width' | 'height' | 'storedSize'>;

export interface PredictionReading {
	readonly image: LabeledImage;
	/** What could not be read, with paths like `[3]` or `predictions[3]`. */
	readonly problems: LabelProblem[];
}

/** Why a label cannot be read: a sentence, with its reason if that is another one than `unreadable`. */
export type Unread = string | { readonly reason: ProblemReason; readonly message: string };

/**
 * Reads a list of predictions for one image, each by `readOne`, which returns a label or says why there is none. `place` is
 * where the list stands in the output. Takes anything, never throws.
 */
export function readPredictions(
	list: unknown,
	place: string,
	image: PredictedImage,
	readOne: (item: JsonRecord) => LabelObject | Unread,
): PredictionReading {
	const problems: LabelProblem[] = [];
	const objects: LabelObject[] = [];
	if (!isList(list))
		problems.push(
			readingError(
				'unreadable',
				place,
				`The predictions must be a list, but got ${shown(list)}. Provide the complete output of the model.`,
			),
		);
	(isList(list) ? list : []).forEach((item, index) => {
		const read = isRecord(item) ? readOne(item) : `A prediction must be an object, but got ${shown(item)}. Remove it.`;
		if (typeof read === 'string') problems.push(readingError('unreadable', `${place}[${index}]`, read));
		else if ('message' in read) problems.push(readingError(read.reason, `${place}[${index}]`, read.message));
		else objects.push(read);
	});
	return { image: { ...image, objects, classifications: {} }, problems };
}

/** A label with nothing in it; a score is only kept when it is a number. */
export function prediction(className: string, geometry: Geometry, score?: unknown): LabelObject {
	return { className, geometry, classifications: {}, children: [], ...(isFiniteNumber(score) && { score }) };
}

/** A number that some tools write as text. */
export function numberOf(value: unknown): number | undefined {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	return isFiniteNumber(number) ? number : undefined;
}

/** The four numbers under the given names, or nothing when one is missing. */
export function fourNumbers(
	record: unknown,
	names: readonly [string, string, string, string],
): [number, number, number, number] | undefined {
	if (!isRecord(record)) return undefined;
	const [first, second, third, fourth] = names.map((name) => numberOf(record[name]));
	if (first === undefined || second === undefined || third === undefined || fourth === undefined) return undefined;
	return [first, second, third, fourth];
}

/** Rectangle from two opposite corners, in whatever order. */
export function rectangleBetween(x1: number, y1: number, x2: number, y2: number): Geometry {
	return {
		type: 'rectangle',
		x: Math.min(x1, x2),
		y: Math.min(y1, y2),
		width: Math.abs(x2 - x1),
		height: Math.abs(y2 - y1),
	};
}

export function rectangleAround(centerX: number, centerY: number, width: number, height: number): Geometry {
	return { type: 'rectangle', x: centerX - width / 2, y: centerY - height / 2, width, height };
}

/** Factors from an output's unit to pixels; nothing when the size is needed and not known. */
export function scaleOf(image: PredictedImage, unit: CoordinateUnit): Point | undefined {
	if (unit === 'pixels') return { x: 1, y: 1 };
	const { width, height } = image;
	if (width === undefined || height === undefined) return undefined;
	return { x: width / FAR_EDGE[unit], y: height / FAR_EDGE[unit] };
}

/** An image at the size that is known of it, and the factors to it from the size that the model saw. */
export function scaledFrom(
	image: PredictedImage,
	seen: ImageSize | undefined,
): { image: PredictedImage; scale: Point } {
	if (seen === undefined) return { image, scale: { x: 1, y: 1 } };
	const [size = seen] = [...possibleSizes(image)].sort((a, b) => distortion(a, seen) - distortion(b, seen));
	return {
		image: { ...image, width: size.width, height: size.height },
		scale: { x: size.width / seen.width, y: size.height / seen.height },
	};
}

/** How differently width and height would be scaled, to tell how an image of unknown orientation is displayed. */
function distortion(size: ImageSize, seen: ImageSize): number {
	return Math.abs(Math.log(size.width / seen.width / (size.height / seen.height)));
}

/** The class of what a model found without naming it, such as Segment Anything. */
export const UNNAMED_CLASS = 'object';
/** The classification of whole images that models of image classification answer. */
export const IMAGE_CLASS = 'class';

/** Under these, language models and servers write the class of a box. */
const CLASS_KEYS = [
	'label',
	'name',
	'class',
	'class_name',
	'className',
	'category',
	'object',
	'tag',
	'tagName',
] as const;
const SCORE_KEYS = ['score', 'confidence', 'probability', 'conf'] as const;

/** The class that a record names, whatever its key. */
export function classIn(record: JsonRecord): string | undefined {
	return CLASS_KEYS.map((key) => textOf(record[key])).find((name) => name !== undefined);
}

export function scoreIn(record: JsonRecord): number | undefined {
	return SCORE_KEYS.map((key) => record[key]).find(isFiniteNumber);
}

/** An image as a whole is of the classes; a score is only kept when it is a number. */
export function classifiedImage(
	image: PredictedImage,
	classNames: readonly string[],
	score?: unknown,
): PredictionReading {
	const answer = { values: classNames, children: {}, ...(isFiniteNumber(score) && { score }) };
	const classifications: Classifications = classNames.length === 0 ? {} : { [IMAGE_CLASS]: answer };
	return { image: { ...image, objects: [], classifications }, problems: [] };
}

/** The result for an output of fractions whose image has no known size. */
export function withoutSize(image: PredictedImage): PredictionReading {
	const problem = readingError(
		'no-size',
		'',
		'The coordinates are fractions of the image size, which is unknown. Provide the width and height.',
	);
	return { image: { ...image, objects: [], classifications: {} }, problems: [problem] };
}

/** n8n makes an item of each element of a list that an API answers with: a single element stands for a list of one. */
export function asList(value: unknown): unknown {
	return isRecord(value) ? [value] : value;
}

/** The image size in a record with width and height, or imageWidth and imageHeight. */
export function sizeIn(value: unknown): { width: number; height: number } | undefined {
	if (!isRecord(value)) return undefined;
	const width = Number(value.imageWidth ?? value.width);
	const height = Number(value.imageHeight ?? value.height);
	return isPositive(width) && isPositive(height) ? { width, height } : undefined;
}
