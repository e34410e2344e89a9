import type { Geometry, LabelObject, Point } from '../model';
import { isList, isRecord, textOf, type JsonRecord } from '../parsing/record';
import { oneImage, reading, type ReadableFormat } from './format';
import {
	fourNumbers,
	prediction,
	readPredictions,
	scaledFrom,
	sizeIn,
	type PredictedImage,
	type PredictionReading,
} from './shared/predictions';
import { isAnyListOf, recognizedIf } from './shared/recognition';

/**
 * Reads an answer of Azure's Image Analysis, 4.0 (`objectsResult.values[]` with `boundingBox` and `tags`; people without objects
 * are of the class `person`) and 3.2 (`objects[]` with `rectangle` and `object`). Boxes are `{x, y, w, h}`, pixels of the picture
 * whose size is in `metadata`.
 * Source: learn.microsoft.com, "Image Analysis 4.0 - Object detection" and "Analyze Image (3.2)".
 */
function readAzureVision(value: unknown, image: PredictedImage): PredictionReading {
	const answer = isRecord(value) ? value : {};
	const { image: sized, scale } = scaledFrom(image, sizeIn(answer.metadata));
	const { list, place } = objectsIn(answer);
	return readPredictions(list, place, sized, (item) => readOne(item, scale));
}

function objectsIn({ objectsResult, peopleResult, objects }: JsonRecord): { list: unknown; place: string } {
	const found = isRecord(objectsResult) ? objectsResult.values : undefined;
	const isWithoutObjects = found === undefined || (isList(found) && found.length === 0);
	if (isRecord(peopleResult) && isWithoutObjects) {
		const people = isList(peopleResult.values) ? peopleResult.values : undefined;
		const named = people?.map((person) => (isRecord(person) ? { ...person, object: 'person' } : person));
		return { list: named, place: 'peopleResult.values' };
	}
	return isRecord(objectsResult) ? { list: found, place: 'objectsResult.values' } : { list: objects, place: 'objects' };
}

function readOne(item: JsonRecord, scale: Point): LabelObject | string {
	const [tag] = isList(item.tags) ? item.tags : [];
	const best = isRecord(tag) ? tag : {};
	const className = textOf(item.object) ?? textOf(best.name);
	const geometry = boxIn(item.boundingBox ?? item.rectangle, scale);
	if (className === undefined || geometry === undefined)
		return 'This object has no name or no box of x, y, w and h. Provide the complete response.';
	return prediction(className, geometry, item.confidence ?? best.confidence);
}

function boxIn(value: unknown, scale: Point): Geometry | undefined {
	const [x, y, width, height] = fourNumbers(value, ['x', 'y', 'w', 'h']) ?? [];
	if (x === undefined || y === undefined || width === undefined || height === undefined) return undefined;
	return { type: 'rectangle', x: x * scale.x, y: y * scale.y, width: width * scale.x, height: height * scale.y };
}

function isAnswer(value: unknown): boolean {
	if (!isRecord(value)) return false;
	const { objectsResult, peopleResult, objects, metadata } = value;
	if (isRecord(objectsResult)) return isAnyListOf(objectsResult.values, (item) => isRecord(item.boundingBox));
	if (isRecord(peopleResult)) return isAnyListOf(peopleResult.values, (item) => isRecord(item.boundingBox));
	return isRecord(metadata) && isAnyListOf(objects, (item) => isRecord(item.rectangle));
}

export const azureVision: ReadableFormat = {
	key: 'azureVision',
	name: 'Azure Vision',
	reads: reading({
		input: 'json',
		description: 'Response of Image Analysis 4.0 or 3.2',
		isStrict: false,
		parameters: ['image'],
		recognizes: (value) => recognizedIf(isAnswer(value)),
		read: (value, { image }) => oneImage(readAzureVision(value, image)),
	}),
};
