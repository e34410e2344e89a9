import type { LabelObject, Point } from '../model';
import { isList, isRecord, textOf, type JsonRecord } from '../parsing/record';
import { boundingBox } from '../geometry/shapes';
import { oneImage, reading, type ReadableFormat } from './format';
import {
	numberOf,
	prediction,
	readPredictions,
	scaleOf,
	withoutSize,
	type PredictedImage,
	type PredictionReading,
} from './shared/predictions';
import { isListOf, recognizedIf } from './shared/recognition';

/**
 * Reads Google Cloud Vision's object localisation: `localizedObjectAnnotations` of an answer (or of the first of its
 * `responses`): `{"name", "score", "boundingPoly": {"normalizedVertices": [{"x", "y"}, ...]}}`.
 *
 * Vertices are fractions of the image, and a coordinate of 0 is left out. Four vertices along the axes are a rectangle,
 * others a polygon. Source: cloud.google.com/vision/docs/object-localizer; protobuf's JSON mapping leaves out zeros.
 */
export function readGoogleVision(value: unknown, image: PredictedImage): PredictionReading {
	const scale = scaleOf(image, 'fractions');
	if (scale === undefined) return withoutSize(image);
	return readPredictions(objectsIn(value), 'localizedObjectAnnotations', image, (item) => readOne(item, scale));
}

/** An answer without objects has no list at all, but then it is one of `responses`, or has other annotations. */
function objectsIn(value: unknown): unknown {
	const answer = isRecord(value) ? value : {};
	const [first] = isList(answer.responses) ? answer.responses : [answer];
	if (!isRecord(first)) return undefined;
	const isResponse = first !== answer || Object.keys(first).some((key) => /Annotations?$/.test(key));
	return first.localizedObjectAnnotations ?? (isResponse ? [] : undefined);
}

function readOne(item: JsonRecord, scale: Point): LabelObject | string {
	const className = textOf(item.name);
	const vertices = isRecord(item.boundingPoly) ? item.boundingPoly.normalizedVertices : undefined;
	if (className === undefined || !isList(vertices) || vertices.length < 3)
		return 'This object has no name or no normalizedVertices. Provide the complete response.';
	const points: Point[] = [];
	for (const vertex of vertices) {
		const x = isRecord(vertex) ? numberOf(vertex.x ?? 0) : undefined;
		const y = isRecord(vertex) ? numberOf(vertex.y ?? 0) : undefined;
		if (x === undefined || y === undefined)
			return 'A vertex of this object is not a pair of numbers. Provide the complete response.';
		points.push({ x: x * scale.x, y: y * scale.y });
	}
	const box = boundingBox({ type: 'polygon', points });
	const isRectangle =
		box !== undefined &&
		points.length === 4 &&
		points.every(({ x, y }) => (x === box.x || x === box.x + box.width) && (y === box.y || y === box.y + box.height));
	return prediction(className, isRectangle ? { type: 'rectangle', ...box } : { type: 'polygon', points }, item.score);
}

/** What stands in an answer about one image; other services have `responses`, too. */
const ANNOTATED = /Annotations?$|^(?:productSearchResults|webDetection|context|error)$/;

/** An annotated image, or a list of responses of which the first is one, perhaps with nothing in it. */
function isResponse(value: unknown): boolean {
	if (!isRecord(value)) return false;
	const { responses, localizedObjectAnnotations } = value;
	if (isList(responses)) {
		const [first] = responses;
		return responses.length === 1 && isRecord(first) && Object.keys(first).every((key) => ANNOTATED.test(key));
	}
	return isListOf(localizedObjectAnnotations, (item) => isRecord(item.boundingPoly));
}

export const googleVision: ReadableFormat = {
	key: 'googleVision',
	name: 'Google Vision',
	reads: reading({
		input: 'json',
		description: "Response of Cloud Vision's object localization",
		isStrict: false,
		parameters: ['image'],
		unit: () => 'fractions',
		recognizes: (value) => recognizedIf(isResponse(value)),
		read: (value, { image }) => oneImage(readGoogleVision(value, image)),
	}),
};
