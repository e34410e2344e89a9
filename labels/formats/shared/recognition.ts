import { isList, isRecord, numbersOf, type JsonRecord } from '../../parsing/record';
import type { CoordinateUnit } from '../../geometry/coordinateUnit';

/** So many elements of a list are looked at: thousands of labels of one kind tell no more. */
const LOOKED_AT = 50;
/** Models draw a little beyond the edge of the image. */
const BEYOND = 0.5;

/** The input is of the format, and tells nothing of its parameters. */
const RECOGNIZED: readonly Record<string, never>[] = [{}];

/** The answer of a format that needs no parameters, or cannot tell them. */
export function recognizedIf(isRecognized: boolean): readonly Record<string, never>[] {
	return isRecognized ? RECOGNIZED : [];
}

/** The elements of a list that are looked at, or the one that stands for a list of one. */
export function sampleOf(value: unknown): readonly unknown[] {
	return isList(value) ? value.slice(0, LOOKED_AT) : [value];
}

/** Whether a value is a list of objects (or one of its objects), at least one of which is as it must be. */
export function isListOf(value: unknown, isOne: (item: JsonRecord) => boolean): boolean {
	const sample = sampleOf(value);
	return sample.every(isRecord) && sample.some((item) => isRecord(item) && isOne(item));
}

/** The same for a list that may be empty. */
export function isAnyListOf(value: unknown, isOne: (item: JsonRecord) => boolean): boolean {
	return isList(value) && (value.length === 0 || isListOf(value, isOne));
}

/** Whether all fields hold numbers, which some tools write as texts. */
export function hasNumbers(value: unknown, keys: readonly string[]): boolean {
	return isRecord(value) && keys.every((key) => isNumeric(value[key]));
}

function isNumeric(value: unknown): boolean {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	return typeof number === 'number' && Number.isFinite(number);
}

/** Whether a value is a list of lists of so many numbers; an empty one, too. */
export function isListOfBoxes(value: unknown, length = 4): value is readonly (readonly number[])[] {
	return isList(value) && value.slice(0, LOOKED_AT).every((box) => numbersOf(box, length) !== undefined);
}

/** Whether coordinates can be the whole thousandths that language models write, as far as the numbers tell. */
export function canBeThousandths(coordinates: readonly number[]): boolean {
	return isWithin(coordinates, 1000) && coordinates.every(Number.isInteger);
}

export function canBePercentages(coordinates: readonly number[]): boolean {
	return isWithin(coordinates, 100);
}

/** Not all are within 1, which are fractions. */
function isWithin(coordinates: readonly number[], edge: number): boolean {
	const isInside = coordinates.every((number) => number >= -edge / 50 && number <= edge);
	return isInside && coordinates.some((number) => number > 1);
}

/** The units that coordinates can be in: all within 1 and not whole are fractions, beyond it pixels, else one cannot tell. */
export function unitsOf(coordinates: readonly number[]): readonly CoordinateUnit[] {
	const isWithin = coordinates.every((number) => number >= -BEYOND && number <= 1 + BEYOND);
	if (!isWithin) return ['pixels'];
	return coordinates.every(Number.isInteger) ? ['pixels', 'fractions'] : ['fractions'];
}
