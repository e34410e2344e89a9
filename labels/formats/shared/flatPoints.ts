import type { Point } from '../../model';
import { isList, numbersOf } from '../../parsing/record';

/** The points of an outline, written as `[x, y, x, y, x, y]` or `[[x, y], [x, y], [x, y]]`; nothing if there are less than three. */
export function pointsOf(value: unknown): Point[] | undefined {
	const numbers = isList(value) && isList(value[0]) ? numbersOf(value.flat()) : numbersOf(value);
	if (numbers === undefined || numbers.length < 6 || numbers.length % 2 === 1) return undefined;
	const points: Point[] = [];
	for (let index = 0; index + 1 < numbers.length; index += 2)
		points.push({ x: numbers[index] ?? 0, y: numbers[index + 1] ?? 0 });
	return points;
}
