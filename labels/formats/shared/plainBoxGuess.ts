import type { ImageSize } from '../../model';
import { isFiniteNumber, isList, isRecord, numbersOf } from '../../parsing/record';
import { type CoordinateUnit, FAR_EDGE } from '../../geometry/coordinateUnit';
import type { AnswerHints, BoxMeaning, PlainBoxFields } from '../format';
import { numberOf } from './predictions';
import { canBePercentages, canBeThousandths, isListOfBoxes, sampleOf, unitsOf } from './recognition';
import { valueAt } from './valueAt';

type Names = readonly [string, string, string, string];

/** Names of four numbers that say what they are; of x, y, width and height, x and y can be the corner or the center. */
const NAMED: readonly (readonly [names: Names, meanings: readonly BoxMeaning[]])[] = [
	[['xmin', 'ymin', 'xmax', 'ymax'], ['corners']],
	[['x_min', 'y_min', 'x_max', 'y_max'], ['corners']],
	[['x1', 'y1', 'x2', 'y2'], ['corners']],
	[['left', 'top', 'right', 'bottom'], ['corners']],
	[['left', 'top', 'width', 'height'], ['corner-size']],
	[['cx', 'cy', 'w', 'h'], ['center-size']],
	[['cx', 'cy', 'width', 'height'], ['center-size']],
	[['x_center', 'y_center', 'width', 'height'], ['center-size']],
	[['center_x', 'center_y', 'width', 'height'], ['center-size']],
	[
		['x', 'y', 'width', 'height'],
		['corner-size', 'center-size'],
	],
	[
		['x', 'y', 'w', 'h'],
		['corner-size', 'center-size'],
	],
];
/** Names of a list of four, or of an object with the names above. */
const HOLDERS = [
	'bbox',
	'box',
	'bounding_box',
	'boundingBox',
	'boundingbox',
	'bndbox',
	'rect',
	'coordinates',
	'box_2d',
	'bbox_2d',
];
/** Names of a list of four that say its order; of xywh, x and y are the corner or, as Ultralytics has it, the center. */
const ORDERED: Readonly<Record<string, readonly BoxMeaning[]>> = {
	xyxy: ['corners'],
	yxyx: ['corners-y-first'],
	xywh: ['corner-size', 'center-size'],
};
const ANY_ORDER: readonly BoxMeaning[] = ['corners', 'corner-size', 'center-size'];
const COLUMNS = ['boxes', 'bboxes', 'bbox', 'pred_boxes', 'bounding_boxes'];
const CLASSES = ['label', 'name', 'class', 'class_name', 'className', 'category', 'object', 'tag', 'type'];
const CLASS_COLUMNS = ['text_labels', 'labels', 'phrases', 'class_names', 'classes', 'names', 'categories'];
const SCORES = ['score', 'confidence', 'probability', 'conf'];
const SCORE_COLUMNS = ['scores', 'confidences', 'confidence', 'logits', 'probs'];

/**
 * Where boxes are in a list of objects or lists, or in an object of parallel lists, as far as names tell, and each way in which
 * their numbers can be read: what goes beyond the image, or ends before it begins, is none. Empty for something else.
 */
export function guessedFields(value: unknown, hints: AnswerHints): readonly PlainBoxFields[] {
	const boxes = boxesIn(value);
	if (boxes === undefined) return [];
	return unitsFor(boxes, hints).flatMap((unit) =>
		meaningsIn(unit, boxes.meanings)
			.filter((meaning) => boxes.numbers.every((numbers) => isPossible(numbers, meaning, unit, hints.size)))
			.map((meaning) => ({ ...boxes.fields, meaning, unit })),
	);
}

/**
 * Language models count in thousandths or percentages unless they were asked for another unit, and their lists of four often arrive
 * without what shows where they come from; those of detectors have scores.
 */
function unitsFor({ fields, meanings, numbers }: Boxes, { isOfLanguageModel }: AnswerHints): CoordinateUnit[] {
	const coordinates = numbers.flat();
	const mayBeWritten = isOfLanguageModel || (meanings === ANY_ORDER && fields.score === undefined);
	return [
		...unitsOf(coordinates),
		...(mayBeWritten && canBeThousandths(coordinates) ? (['thousandths'] as const) : []),
		...(isOfLanguageModel && canBePercentages(coordinates) ? (['percentages'] as const) : []),
	];
}

/** Where nothing names the order, numbers that are relative to the image can be y first, as Gemini and TensorFlow write them. */
function meaningsIn(unit: CoordinateUnit, meanings: readonly BoxMeaning[]): readonly BoxMeaning[] {
	const isYFirst = unit !== 'pixels' && (meanings === ANY_ORDER || meanings === BARE_ORDER);
	return isYFirst ? [...meanings, 'corners-y-first'] : meanings;
}

interface Boxes {
	readonly fields: Omit<PlainBoxFields, 'meaning'>;
	readonly meanings: readonly BoxMeaning[];
	readonly numbers: readonly (readonly number[])[];
}

function boxesIn(value: unknown): Boxes | undefined {
	const sample = sampleOf(value);
	const [first] = sample;
	if (isList(first))
		return isListOfBoxes(value)
			? { fields: bare, meanings: BARE_ORDER, numbers: value.slice(0, sample.length) }
			: undefined;
	if (!isRecord(first)) return undefined;
	const place = placeIn(first);
	if (place === undefined) return isRecord(value) ? columnsIn(value) : undefined;
	const { box, meanings } = place;
	const numbers = sample.flatMap((item) => {
		const found =
			box.length === 1
				? numbersOf(valueAt(item, box[0]), 4)
				: numbersOf(box.map((path) => numberOf(valueAt(item, path))));
		return found === undefined ? [] : [found];
	});
	const className = CLASSES.find((name) => ['string', 'number'].includes(typeof first[name])) ?? '';
	const score = SCORES.find((name) => isFiniteNumber(first[name]));
	return { fields: { box, className, ...(score !== undefined && { score }) }, meanings, numbers };
}

/** Lists of four numbers have no class. Corner and size, their other meaning, is what OpenCV writes. */
const BARE_ORDER: readonly BoxMeaning[] = ['corners'];
const bare: Boxes['fields'] = { box: [''], className: '' };

interface Place {
	readonly box: PlainBoxFields['box'];
	readonly meanings: readonly BoxMeaning[];
}

function placeIn(item: object): Place | undefined {
	for (const [name, meanings] of Object.entries(ORDERED))
		if (numbersOf(valueAt(item, name), 4) !== undefined) return { box: [name], meanings };
	for (const holder of ['', ...HOLDERS]) {
		const held = valueAt(item, holder);
		if (holder !== '' && numbersOf(held, 4) !== undefined)
			return { box: [holder], meanings: holder === 'box_2d' ? ['corners-y-first', 'corners'] : ANY_ORDER };
		const found = NAMED.find(([names]) => names.every((name) => numberOf(valueAt(held, name)) !== undefined));
		if (found === undefined || !isRecord(held)) continue;
		const [names, meanings] = found;
		const path = (name: string) => (holder === '' ? name : `${holder}.${name}`);
		return { box: [path(names[0]), path(names[1]), path(names[2]), path(names[3])], meanings };
	}
	return undefined;
}

function columnsIn(value: object): Boxes | undefined {
	const box = COLUMNS.find((name) => {
		const column = valueAt(value, name);
		return isList(column) && column.length > 0 && isListOfBoxes(column);
	});
	const column = box === undefined ? undefined : valueAt(value, box);
	if (box === undefined || !isListOfBoxes(column)) return undefined;
	const isColumn = (name: string) => {
		const other = valueAt(value, name);
		return isList(other) && other.length === column.length;
	};
	const className = CLASS_COLUMNS.find(isColumn) ?? '';
	const score = SCORE_COLUMNS.find(isColumn);
	const fields = { box: [box] as const, className, ...(score !== undefined && { score }) };
	return { fields, meanings: ANY_ORDER, numbers: column.slice(0, sampleOf(column).length) };
}

/** Boxes reach a little beyond the edge of the image. */
const BEYOND = 0.02;

function isPossible(
	numbers: readonly number[],
	meaning: BoxMeaning,
	unit: CoordinateUnit,
	size: ImageSize | undefined,
): boolean {
	const isYFirst = meaning.endsWith('-y-first');
	const [a = 0, b = 0, c = 0, d = 0] = numbers;
	const [first, second, third, fourth] = isYFirst ? [b, a, d, c] : [a, b, c, d];
	const edge = unit === 'pixels' ? Infinity : FAR_EDGE[unit];
	const whole = unit === 'pixels' && size !== undefined ? size : { width: edge, height: edge };
	const [right, bottom] = [whole.width * (1 + BEYOND) + BEYOND, whole.height * (1 + BEYOND) + BEYOND];
	if (meaning.startsWith('corners')) return third >= first && fourth >= second && third <= right && fourth <= bottom;
	if (third < 0 || fourth < 0) return false;
	if (meaning.startsWith('corner-size')) return first + third <= right && second + fourth <= bottom;
	return (
		first + third / 2 <= right &&
		second + fourth / 2 <= bottom &&
		first - third / 2 >= -right * BEYOND &&
		second - fourth / 2 >= -bottom * BEYOND
	);
}
