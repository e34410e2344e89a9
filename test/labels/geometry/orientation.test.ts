import fc from 'fast-check';
import { displayedImage, storedImage } from '@datagym/labels/geometry/orientation';
import type { Geometry } from '@datagym/labels/model';
import { image, object, polygon, rectangle } from '../build';

const SIZE = { width: 100, height: 80 };

/** Exif 2.32, 4.6.4 A: row 0 of the file is shown at the right, its column 0 at the top. Turned by 90° clockwise. */
const TURNED_CLOCKWISE: ReadonlyArray<readonly [string, Geometry, Geometry]> = [
	['a box', rectangle(10, 20, 30, 5), rectangle(55, 10, 5, 30)],
	['a polygon', polygon([10, 20], [40, 20], [40, 25]), polygon([60, 10], [60, 40], [55, 40])],
	[
		'a line',
		{
			type: 'line',
			points: [
				{ x: 0, y: 0 },
				{ x: 100, y: 80 },
			],
		},
		{
			type: 'line',
			points: [
				{ x: 80, y: 0 },
				{ x: 0, y: 100 },
			],
		},
	],
	['a point', { type: 'point', x: 0, y: 79 }, { type: 'point', x: 1, y: 0 }],
	[
		'a segmentation',
		{ type: 'segmentation', regions: [[[{ x: 1, y: 2 }], [{ x: 3, y: 4 }]]] },
		{ type: 'segmentation', regions: [[[{ x: 78, y: 1 }], [{ x: 76, y: 3 }]]] },
	],
];

describe('an image that is shown turned clockwise (orientation 6)', () => {
	test.each(TURNED_CLOCKWISE)('has %s where it is seen', (_what, stored, shown) => {
		const displayed = displayedImage(image([object('car', stored)], SIZE), 6);
		expect(displayed).toEqual(image([object('car', shown)], { width: 80, height: 100, orientation: 6 }));
	});

	test.each(TURNED_CLOCKWISE)('has %s as it is in the file', (_what, stored, shown) => {
		const back = storedImage(image([object('car', shown)], { width: 80, height: 100, orientation: 6 }));
		expect(back).toEqual(image([object('car', stored)], { ...SIZE, orientation: 1 }));
	});
});

test.each([2, 3, 4, 5, 6, 7, 8])('an orientation of %d is undone by its inverse', (orientation) => {
	const number = fc.integer({ min: 0, max: 100 });
	fc.assert(
		fc.property(number, number, number, number, (x, y, width, height) => {
			const stored = image([object('car', rectangle(x, y, width, height))], { ...SIZE, orientation: 1 });
			expect(storedImage(displayedImage(stored, orientation))).toEqual(stored);
		}),
	);
});

test('an image that is shown as it is stored, or of unknown size, keeps its labels', () => {
	const labeled = [object('car', rectangle())];
	for (const size of [{}, { width: 100 }, { height: 100 }]) {
		expect(displayedImage(image(labeled, size), 6)).toEqual(image(labeled, { ...size, orientation: 6 }));
		expect(storedImage(image(labeled, { ...size, orientation: 6 }))).toEqual(
			image(labeled, { ...size, orientation: 1 }),
		);
	}
	expect(displayedImage(image(labeled, SIZE), 1)).toEqual(image(labeled, { ...SIZE, orientation: 1 }));
	expect(storedImage(image(labeled, SIZE))).toEqual(image(labeled, { ...SIZE, orientation: 1 }));
});

test('an orientation that Exif does not know moves nothing', () => {
	const labeled = image([object('car', rectangle()), object('lamp', { type: 'point', x: 1, y: 2 })], SIZE);
	expect(displayedImage(labeled, 0).objects).toEqual(labeled.objects);
});
