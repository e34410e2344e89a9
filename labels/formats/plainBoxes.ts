import type { Geometry, LabelObject, Point } from '../model';
import { numbersOf, shown, textOf, type JsonRecord } from '../parsing/record';
import { oneImage, reading, type BoxMeaning, type PlainBoxFields, type ReadableFormat } from './format';
import {
	asList,
	numberOf,
	prediction,
	readPredictions,
	rectangleAround,
	rectangleBetween,
	scaleOf,
	withoutSize,
	type PredictedImage,
	type PredictionReading,
} from './shared/predictions';

/** Reads a list of objects with a box each, under the given field names: `[{"cls": "car", "l": 1, "t": 2, "r": 3, "b": 4}]`. */
export function readPlainBoxes(value: unknown, image: PredictedImage, fields: PlainBoxFields): PredictionReading {
	const scale = scaleOf(image, fields.isFraction ?? false);
	return scale === undefined
		? withoutSize(image)
		: readPredictions(value, '', image, (item) => readOne(item, fields, scale));
}

function readOne(item: JsonRecord, fields: PlainBoxFields, scale: Point): LabelObject | string {
	const name = item[fields.className];
	const className = typeof name === 'number' ? String(name) : textOf(name);
	if (className === undefined)
		return `The field "${fields.className}" contains ${shown(name)} instead of a class. Enter the field that contains the class.`;
	const numbers =
		fields.box.length === 1
			? numbersOf(item[fields.box[0]], 4)
			: numbersOf(fields.box.map((field) => numberOf(item[field])));
	if (numbers === undefined)
		return `The box is not in ${fields.box.map((field) => `"${field}"`).join(', ')}. Enter the fields that contain the four numbers.`;
	const [first = 0, second = 0, third = 0, fourth = 0] = numbers;
	const geometry = geometryOf(fields.meaning, first * scale.x, second * scale.y, third * scale.x, fourth * scale.y);
	return prediction(className, geometry, fields.score === undefined ? undefined : numberOf(item[fields.score]));
}

function geometryOf(meaning: BoxMeaning, first: number, second: number, third: number, fourth: number): Geometry {
	switch (meaning) {
		case 'corner-size':
			return { type: 'rectangle', x: first, y: second, width: third, height: fourth };
		case 'corners':
			return rectangleBetween(first, second, third, fourth);
		case 'center-size':
			return rectangleAround(first, second, third, fourth);
	}
}

export const plainBoxes: ReadableFormat = {
	key: 'plainBoxes',
	name: 'Plain Boxes',
	reads: reading({
		input: 'json',
		description: 'Any list of boxes, with the field names that you enter',
		isStrict: false,
		parameters: ['image', 'plainBoxFields'],
		unit: ({ plainBoxFields }) => (plainBoxFields.isFraction === true ? 'fractions' : 'pixels'),
		read: (value, { image, plainBoxFields }) => oneImage(readPlainBoxes(asList(value), image, plainBoxFields)),
	}),
};
