import type { ImageSize, LabelObject, Point } from '../model';
import { isFiniteNumber, isList, isRecord, numbersOf, textOf, type JsonRecord } from '../parsing/record';
import { type AnswerHints, oneImage, reading, type ReadableFormat } from './format';
import { keypointLabels, keypointNamesFor, type PredictedKeypoint } from './shared/predictedKeypoints';
import {
	asList,
	classifiedImage,
	fourNumbers,
	prediction,
	readPredictions,
	rectangleBetween,
	scaledFrom,
	scaleOf,
	sizeIn,
	withoutSize,
	type PredictedImage,
	type PredictionReading,
} from './shared/predictions';
import { canBeThousandths, isListOf, sampleOf, unitsOf } from './shared/recognition';

const CORNERS = ['x1', 'y1', 'x2', 'y2', 'x3', 'y3', 'x4', 'y4'];

/**
 * Reads what Ultralytics' `results.to_json()` writes for one image:
 * `[{"name", "class", "confidence", "box": {"x1", "y1", "x2", "y2"}, "segments"?: {"x": [], "y": []}, "keypoints"?: {"x": [], "y": [],
 * "visible": []}}]`, or the answer of Ultralytics' platform, `{"images": [{"shape": [height, width], "results": [...]}]}`.
 *
 * `segments` make a polygon, a box of four corners (obb) too. Keypoints are points in the label, of the classes `keypoint_1`,
 * `keypoint_2`, … in their order, or those of COCO if there are 17; those whose visibility is below a half are left out. Without a box, `class` and `confidence` are
 * those of the whole image. `isNormalized` says that numbers are fractions of the image (`normalize=True`).
 * Source: docs.ultralytics.com/reference/engine/results, `summary`; docs.ultralytics.com/platform, "Inference API".
 */
export function readUltralytics(value: unknown, image: PredictedImage, isNormalized = false): PredictionReading {
	const platform = platformImage(value);
	const { image: sized, scale: seen } = scaledFrom(image, platform?.size);
	const results = asList(platform === undefined ? value : platform.results);
	if (isList(results) && results.length > 0 && results.every(isClass))
		return bestClass(sized, results.filter(isRecord));
	const scale = isNormalized ? scaleOf(sized, 'fractions') : seen;
	return scale === undefined ? withoutSize(image) : readPredictions(results, '', sized, (item) => readOne(item, scale));
}

interface PlatformImage {
	readonly results: unknown;
	readonly size: ImageSize | undefined;
}

/** The only image in an answer of the platform. */
function platformImage(value: unknown): PlatformImage | undefined {
	const [first, ...others] = isRecord(value) && isList(value.images) ? value.images : [];
	if (!isRecord(first) || others.length > 0 || !isList(first.results)) return undefined;
	const [height, width] = numbersOf(first.shape) ?? [];
	return { results: first.results, size: sizeIn({ width, height }) };
}

/** A class of the whole image: it has a name and nothing that lies anywhere. */
function isClass(item: unknown): boolean {
	if (!isRecord(item)) return false;
	return textOf(item.name) !== undefined && item.box === undefined && item.segments === undefined;
}

function bestClass(image: PredictedImage, results: readonly JsonRecord[]): PredictionReading {
	const certainty = ({ confidence }: JsonRecord) => (isFiniteNumber(confidence) ? confidence : 0);
	const [best] = [...results].sort((a, b) => certainty(b) - certainty(a));
	const name = best === undefined ? undefined : textOf(best.name);
	return classifiedImage(image, name === undefined ? [] : [name], best?.confidence);
}

function readOne(item: JsonRecord, scale: Point): LabelObject | string {
	const className = textOf(item.name);
	if (className === undefined) return 'This prediction has no name. Provide the output of to_json().';
	const points = polygon(item, scale);
	if (points !== undefined) return prediction(className, { type: 'polygon', points }, item.confidence);
	const box = fourNumbers(item.box, ['x1', 'y1', 'x2', 'y2']);
	if (box === undefined) return 'This prediction has no box of four finite numbers. Provide the output of to_json().';
	const [x1, y1, x2, y2] = box;
	return {
		...prediction(className, rectangleBetween(x1 * scale.x, y1 * scale.y, x2 * scale.x, y2 * scale.y), item.confidence),
		children: keypointsIn(item.keypoints, scale),
	};
}

function keypointsIn(keypoints: unknown, scale: Point): LabelObject[] {
	if (!isRecord(keypoints)) return [];
	const [xs = [], ys = []] = [numbersOf(keypoints.x), numbersOf(keypoints.y)];
	const scores = numbersOf(keypoints.visible);
	const names = keypointNamesFor(xs.length, []);
	if (typeof names === 'string') return [];
	const points = xs.map((x, index): PredictedKeypoint | undefined => {
		const [y, score = 1] = [ys[index], scores?.[index]];
		if (y === undefined) return undefined;
		return { x: x * scale.x, y: y * scale.y, visibility: score < 0.5 ? 0 : 1, ...(scores !== undefined && { score }) };
	});
	return keypointLabels(points, names);
}

function polygon({ segments, box }: JsonRecord, scale: Point): Point[] | undefined {
	const corners = isRecord(box) ? numbersOf(CORNERS.map((name) => box[name])) : undefined;
	const xs = isRecord(segments) ? numbersOf(segments.x) : corners?.filter((_, index) => index % 2 === 0);
	const ys = isRecord(segments) ? numbersOf(segments.y) : corners?.filter((_, index) => index % 2 === 1);
	if (xs === undefined || ys === undefined || xs.length !== ys.length || xs.length < 3) return undefined;
	return xs.map((x, index) => ({ x: x * scale.x, y: (ys[index] ?? 0) * scale.y }));
}

/** Whether coordinates are fractions, as far as the numbers tell; nothing for another format. */
function readingsOf(value: unknown, { isOfLanguageModel }: AnswerHints): readonly { isNormalized: boolean }[] {
	const platform = platformImage(value);
	const results = platform === undefined ? value : platform.results;
	if (isList(results) && results.length === 0) return platform === undefined ? [] : [{ isNormalized: false }];
	if (!isListOf(results, isDetection)) return [];
	const coordinates = sampleOf(results).flatMap((item) => (isRecord(item) ? (cornersOf(item) ?? []) : []));
	if (platform?.size !== undefined) return [{ isNormalized: unitsOf(coordinates).join() === 'fractions' }];
	// Language models write boxes in this way, too, in their own unit.
	if (isOfLanguageModel && canBeThousandths(coordinates)) return [];
	return unitsOf(coordinates).map((unit) => ({ isNormalized: unit === 'fractions' }));
}

function isDetection(item: JsonRecord): boolean {
	return textOf(item.name) !== undefined && (cornersOf(item) !== undefined || isClassOfYolo(item));
}

/** `class` is the ID of the class that `name` names. */
function isClassOfYolo(item: JsonRecord): boolean {
	const { class: id, confidence, ...others } = item;
	const isAlone = Object.values(others).every((value) => typeof value !== 'number' && typeof value !== 'object');
	return isClass(item) && Number.isInteger(id) && isFiniteNumber(confidence) && isAlone;
}

function cornersOf({ box }: JsonRecord): readonly number[] | undefined {
	return fourNumbers(box, ['x1', 'y1', 'x2', 'y2']);
}

export const ultralytics: ReadableFormat = {
	key: 'ultralytics',
	name: 'Ultralytics JSON',
	reads: reading({
		input: 'json',
		description: "Output of results.to_json() or Ultralytics' platform",
		isStrict: false,
		parameters: ['image', 'isNormalized'],
		unit: ({ isNormalized }) => (isNormalized ? 'fractions' : 'pixels'),
		recognizes: readingsOf,
		read: (value, { image, isNormalized }) => oneImage(readUltralytics(value, image, isNormalized)),
	}),
};
