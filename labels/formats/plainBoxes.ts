import type { Geometry, LabelObject, Point } from '../model';
import { isList, isRecord, numbersOf, shown, textOf, type JsonRecord } from '../parsing/record';
import { oneImage, reading, type BoxMeaning, type PlainBoxFields, type ReadableFormat } from './format';
import { openAnswer } from './openedAnswer';
import {
	asList,
	numberOf,
	prediction,
	readPredictions,
	rectangleAround,
	rectangleBetween,
	scaleOf,
	UNNAMED_CLASS,
	withoutSize,
	type PredictedImage,
	type PredictionReading,
} from './shared/predictions';
import { guessedFields } from './shared/plainBoxGuess';
import { valueAt } from './shared/valueAt';

/**
 * Reads boxes from where the given paths say: a list of objects (`[{"cls": "car", "geo": {"l": 1, "t": 2, "r": 3, "b": 4}}]` with
 * `geo.l`), a list of lists, or an object of parallel lists (`{"boxes": [[1, 2, 3, 4]], "names": ["car"]}`).
 */
export function readPlainBoxes(value: unknown, image: PredictedImage, fields: PlainBoxFields): PredictionReading {
	const scale = scaleOf(image, fields.unit ?? 'pixels');
	if (scale === undefined) return withoutSize(image);
	const input = isLocated(value, fields) ? value : (partWithBoxes(value, fields) ?? value);
	const rows = columnsAsRows(input, fields) ?? rowsOf(asList(input), fields);
	return readPredictions(rows, '', image, (row) => readOne(row, fields, scale));
}

/** The outermost part of an answer that has a box where the paths say. */
function partWithBoxes(value: unknown, fields: PlainBoxFields): unknown {
	return openAnswer(value)
		.levels.flat()
		.find((part) => isLocated(part, fields));
}

function isLocated(value: unknown, { box }: PlainBoxFields): boolean {
	const [first] = isList(value) ? value : [value];
	return [value, first].some((row) => box.every((path) => isBoxPart(valueAt(row, path))));
}

const isBoxPart = (value: unknown) => numberOf(value) !== undefined || isList(value);

/** What stands in a row of values, before it is known to be right. */
function rowOf(box: readonly unknown[], className: unknown, score: unknown): JsonRecord {
	return { box: box.length === 1 ? box[0] : box.map(numberOf), className, score };
}

function rowsOf(list: unknown, { box, className, score }: PlainBoxFields): unknown {
	if (!isList(list)) return list;
	return list.map((item) =>
		isRecord(item) || isList(item)
			? rowOf(
					box.map((path) => valueAt(item, path)),
					className === '' ? UNNAMED_CLASS : valueAt(item, className),
					score === undefined ? undefined : valueAt(item, score),
				)
			: item,
	);
}

/** Lists of one length under the paths, turned into rows; nothing if the value is no object of lists. */
function columnsAsRows(value: unknown, { box, className, score }: PlainBoxFields): JsonRecord[] | undefined {
	if (!isRecord(value)) return undefined;
	const columns = box.map((path) => valueAt(value, path)).filter(isList);
	const [first = []] = columns;
	if (columns.length < box.length || (box.length === 1 && !first.every(isList))) return undefined;
	const [classes, scores] = [valueAt(value, className), valueAt(value, score ?? '')];
	return first.map((_, index) =>
		rowOf(
			columns.map((column) => column[index]),
			className === '' ? UNNAMED_CLASS : isList(classes) ? classes[index] : classes,
			isList(scores) ? scores[index] : undefined,
		),
	);
}

function readOne(row: JsonRecord, fields: PlainBoxFields, scale: Point): LabelObject | string {
	const { className: name, score } = row;
	const className = typeof name === 'number' ? String(name) : textOf(name);
	if (className === undefined)
		return `The field "${fields.className}" contains ${shown(name)} instead of a class. Enter the field that contains the class.`;
	const numbers = numbersOf(row.box, 4);
	if (numbers === undefined)
		return `The box is not in ${fields.box.map((field) => `"${field}"`).join(', ')}. Enter the fields that contain the four numbers.`;
	return prediction(className, geometryOf(fields.meaning, numbers, scale), numberOf(score));
}

function geometryOf(meaning: BoxMeaning, numbers: readonly number[], scale: Point): Geometry {
	const isYFirst = meaning.endsWith('-y-first');
	const [a = 0, b = 0, c = 0, d = 0] = numbers;
	const [first, second, third, fourth] = isYFirst ? [b, a, d, c] : [a, b, c, d];
	const [x1, y1, x2, y2] = [first * scale.x, second * scale.y, third * scale.x, fourth * scale.y];
	switch (meaning) {
		case 'corner-size':
		case 'corner-size-y-first':
			return { type: 'rectangle', x: x1, y: y1, width: x2, height: y2 };
		case 'corners':
		case 'corners-y-first':
			return rectangleBetween(x1, y1, x2, y2);
		case 'center-size':
		case 'center-size-y-first':
			return rectangleAround(x1, y1, x2, y2);
	}
}

export const plainBoxes: ReadableFormat = {
	key: 'plainBoxes',
	name: 'Plain Boxes',
	reads: reading({
		input: 'json',
		description: 'Any list of boxes, by field names',
		isStrict: false,
		isGeneric: true,
		parameters: ['image', 'plainBoxFields'],
		unit: ({ plainBoxFields }) => plainBoxFields.unit ?? 'pixels',
		recognizes: (value, hints) => guessedFields(value, hints).map((plainBoxFields) => ({ plainBoxFields })),
		read: (value, { image, plainBoxFields }) => oneImage(readPlainBoxes(value, image, plainBoxFields)),
	}),
};
