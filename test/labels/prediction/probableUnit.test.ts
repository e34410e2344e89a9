import fc from 'fast-check';
import type { CoordinateUnit } from '@datagym/labels/geometry/coordinateUnit';
import { probableUnit } from '@datagym/labels/prediction/probableUnit';
import { image, object, rectangle } from '../build';

const SIZE = { width: 640, height: 480 };
const of = (...boxes: ReadonlyArray<readonly [number, number, number, number]>) => ({
	...image(boxes.map((box) => object('car', rectangle(...box)))),
	...SIZE,
});

test.each<
	[
		what: string,
		unit: CoordinateUnit,
		probable: CoordinateUnit | undefined,
		box: readonly [number, number, number, number],
	]
>([
	['fractions read as pixels', 'pixels', 'fractions', [0.1, 0.2, 0.3, 0.4]],
	['fractions a little beyond the edge', 'pixels', 'fractions', [-0.02, 0.5, 1.05, 0.6]],
	['a small label of whole pixels', 'pixels', undefined, [0, 0, 1, 1]],
	['pixels', 'pixels', undefined, [0.5, 0.5, 3, 2]],
	['pixels read as fractions', 'fractions', 'pixels', [10 * 640, 20 * 480, 30 * 640, 40 * 480]],
	['fractions beyond the edge', 'fractions', undefined, [0.9 * 640, 0.9 * 480, 0.3 * 640, 0.3 * 480]],
	['fractions wholly outside', 'fractions', undefined, [1.2 * 640, 1.2 * 480, 0.1 * 640, 0.1 * 480]],
	['fractions read as percentages', 'percentages', 'fractions', [0.001 * 640, 0.002 * 480, 0.003 * 640, 0.004 * 480]],
	['pixels read as percentages', 'percentages', 'pixels', [3 * 640, 2 * 480, 640, 480]],
	['percentages', 'percentages', undefined, [0.1 * 640, 0.2 * 480, 0.3 * 640, 0.4 * 480]],
])('%s', (_, unit, probable, box) => {
	expect(probableUnit(of(box), unit)).toBe(probable);
});

test('one label that reaches further shows that pixels are pixels', () => {
	expect(probableUnit(of([0.1, 0.2, 0.3, 0.4], [5, 5, 9, 9]), 'pixels')).toBeUndefined();
});

test('nothing is doubted without labels, without a size for fractions, and in images of two pixels', () => {
	expect(probableUnit(of(), 'pixels')).toBeUndefined();
	expect(probableUnit(image([object('car', rectangle(6400, 20, 30, 40))]), 'fractions')).toBeUndefined();
	expect(probableUnit({ ...of([0.5, 0.5, 0.5, 0.5]), width: 2, height: 2 }, 'pixels')).toBeUndefined();
});

test('labels inside of the image are never doubted as fractions', () => {
	const share = fc.double({ min: 0, max: 1, noNaN: true });
	fc.assert(
		fc.property(fc.array(fc.tuple(share, share, share, share), { minLength: 1 }), (boxes) => {
			const inside = boxes.map(
				([x, y, width, height]) => [x * 640, y * 480, (1 - x) * width * 640, (1 - y) * height * 480] as const,
			);
			expect(probableUnit(of(...inside), 'fractions')).toBeUndefined();
		}),
	);
});
