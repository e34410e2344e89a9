import { clippedGeometry, fittedGeometries, roundedGeometry } from '@datagym/labels/geometry/geometryChanges';
import type { Geometry, Point, Ring } from '@datagym/labels/model';
import { polygon, rectangle } from '../build';

const SIZE = { width: 100, height: 80 };
const ring = (...corners: [number, number][]): Ring => corners.map(([x, y]) => ({ x, y }));
const square = (x: number, y: number, side: number): Ring =>
	ring([x, y], [x + side, y], [x + side, y + side], [x, y + side]);
const point = (x: number, y: number): Geometry => ({ type: 'point', x, y });
const line = (...points: Point[]): Geometry => ({ type: 'line', points });
const segmentation = (...regions: Ring[][]): Geometry => ({ type: 'segmentation', regions });

describe('a geometry that becomes another type', () => {
	const area = segmentation([square(10, 10, 20), square(12, 12, 4)], [square(50, 5, 5)]);

	test.each<[string, Geometry, Parameters<typeof fittedGeometries>[1], Geometry[]]>([
		['a box is its corners as a polygon', rectangle(1, 2, 3, 4), 'polygon', [polygon([1, 2], [4, 2], [4, 6], [1, 6])]],
		['a polygon is the box around it', polygon([5, 9], [1, 2], [3, 4]), 'rectangle', [rectangle(1, 2, 4, 7)]],
		['a segmentation is one box around all', area, 'rectangle', [rectangle(10, 5, 45, 25)]],
		[
			'a segmentation is the exteriors of its parts',
			area,
			'polygon',
			[
				{ type: 'polygon', points: square(10, 10, 20) },
				{ type: 'polygon', points: square(50, 5, 5) },
			],
		],
	])('%s', (_what, geometry, type, expected) => expect(fittedGeometries(geometry, type)).toEqual(expected));

	test('is the area of a box, for a class of segmentations', () => {
		const corners = [
			{ x: 10, y: 20 },
			{ x: 40, y: 20 },
			{ x: 40, y: 60 },
			{ x: 10, y: 60 },
		];
		const box: Geometry = { type: 'rectangle', x: 10, y: 20, width: 30, height: 40 };
		expect(fittedGeometries(box, 'segmentation')).toEqual([{ type: 'segmentation', regions: [[corners]] }]);
	});

	test('stays as it is where more would be lost, or nothing is to be done', () => {
		const broken = polygon([Number.NaN, 1], [2, 3], [4, 5]);
		for (const [geometry, type] of [
			[point(1, 2), 'rectangle'],
			[point(1, 2), 'polygon'],
			[line({ x: 1, y: 2 }, { x: 3, y: 4 }), 'rectangle'],
			[line({ x: 1, y: 2 }, { x: 3, y: 4 }), 'polygon'],
			[rectangle(), 'rectangle'],
			[rectangle(), undefined],
			[area, 'segmentation'],
			[rectangle(), 'point'],
			[area, 'line'],
			[polygon([1, 2], [3, 4], [5, 9]), 'line'],
			[polygon([1, 2], [3, 4], [5, 9]), 'polygon'],
			[area, undefined],
			[broken, 'rectangle'],
		] as const) {
			const fitted = fittedGeometries(geometry, type);
			expect(fitted).toHaveLength(1);
			expect(fitted[0]).toBe(geometry);
		}
	});
});

test('a region without rings is a polygon without points, and lies in no image', () => {
	expect(fittedGeometries(segmentation([]), 'polygon')).toEqual([{ type: 'polygon', points: [] }]);
	expect(clippedGeometry(segmentation([], [square(200, 0, 5)]), SIZE)).toBeUndefined();
});

describe('the part of a geometry inside of an image', () => {
	test('of a region whose exterior is outside is none, whatever its holes are', () => {
		expect(clippedGeometry(segmentation([square(200, 10, 5), square(10, 10, 5)]), SIZE)).toBeUndefined();
	});

	test.each<[string, Geometry]>([
		['a box', rectangle(0, 0, 100, 80)],
		['a polygon', polygon([0, 0], [100, 0], [100, 80])],
		['a line', line({ x: 0, y: 0 }, { x: 100, y: 80 })],
		['a segmentation', segmentation([square(0, 0, 80), square(5, 5, 5)], [square(90, 0, 10)])],
		['a point in the middle', point(50, 40)],
		['a point at the left edge', point(0, 40)],
		['a point at the top edge', point(50, 0)],
		['a point at the right edge', point(100, 40)],
		['a point at the bottom edge', point(50, 80)],
	])('is itself for %s that is inside, up to the edge', (_what, geometry) =>
		expect(clippedGeometry(geometry, SIZE)).toBe(geometry),
	);

	test.each<[string, Geometry]>([
		['a box', rectangle(-5, 5, 5, 5)],
		['a polygon', polygon([-5, 5], [-1, 5], [-1, 9])],
		['a polygon that touches the edge', polygon([-5, 5], [0, 5], [0, 9])],
		['a line', line({ x: 101, y: 5 }, { x: 130, y: 5 })],
		['a segmentation', segmentation([square(-10, 0, 10)], [square(0, 80, 10)])],
		['a point to the left', point(-0.1, 40)],
		['a point above', point(50, -0.1)],
		['a point to the right', point(100.1, 40)],
		['a point below', point(50, 80.1)],
	])('is nothing for %s outside', (_what, geometry) => expect(clippedGeometry(geometry, SIZE)).toBeUndefined());

	test('of a box is a box, and of a polygon a polygon', () => {
		expect(clippedGeometry(rectangle(90, -10, 20, 30), SIZE)).toEqual(rectangle(90, 0, 10, 20));
		expect(clippedGeometry(polygon([90, 70], [110, 70], [110, 90], [90, 90]), SIZE)).toEqual(
			polygon([90, 80], [90, 70], [100, 70], [100, 80]),
		);
	});

	test('of a line holds its ends at the nearest place of each edge, as long as a point is inside', () => {
		expect(
			clippedGeometry(
				line({ x: -5, y: -7 }, { x: 50, y: 40 }, { x: 50, y: 41 }, { x: 120, y: 99 }, { x: 3, y: -1 }),
				SIZE,
			),
		).toEqual(line({ x: 0, y: 0 }, { x: 50, y: 40 }, { x: 50, y: 41 }, { x: 100, y: 80 }, { x: 3, y: 0 }));
	});

	test('of a segmentation has its rings cut, without those of which nothing is left', () => {
		expect(clippedGeometry(segmentation([square(90, 10, 20), square(95, 12, 2), square(104, 12, 2)]), SIZE)).toEqual(
			segmentation([expect.any(Array) as Ring, square(95, 12, 2)]),
		);
		const cut = clippedGeometry(segmentation([square(10, 10, 5)], [square(-20, 0, 5)], [square(30, 30, 5)]), SIZE);
		expect(cut).toEqual(segmentation([square(10, 10, 5)], [square(30, 30, 5)]));
	});

	test('of a segmentation is another one when one ring is cut only', () => {
		const hole = segmentation([square(0, 0, 80), square(-2, 10, 10)], [square(90, 0, 10)]);
		const clipped = clippedGeometry(hole, SIZE);
		expect(clipped).not.toBe(hole);
		expect(clipped?.type === 'segmentation' && clipped.regions.map((rings) => rings.length)).toEqual([2, 1]);
		expect(clipped?.type === 'segmentation' && clipped.regions[0]?.[1]?.every(({ x }) => x >= 0)).toBe(true);
	});
});

describe('a geometry at whole pixels', () => {
	test('has its edges and points at the nearest ones', () => {
		expect(roundedGeometry(rectangle(1.4, 2.6, 3.3, 0.9))).toEqual(rectangle(1, 3, 4, 1));
		expect(roundedGeometry(point(1.5, 2.4))).toEqual(point(2, 2));
		expect(roundedGeometry(line({ x: 0.6, y: 0.4 }, { x: 9.9, y: 1.1 }))).toEqual(
			line({ x: 1, y: 0 }, { x: 10, y: 1 }),
		);
		expect(roundedGeometry(polygon([0.6, 0.4], [9.9, 1.1], [3, 3]))).toEqual(polygon([1, 0], [10, 1], [3, 3]));
		expect(roundedGeometry(segmentation([square(0.4, 0.6, 2), square(0.6, 0.6, 1)]))).toEqual(
			segmentation([square(0, 1, 2), square(1, 1, 1)]),
		);
	});

	test('has no -0, which JSON would lose', () => {
		expect(roundedGeometry(point(-0.4, -0.2))).toStrictEqual(point(0, 0));
	});
});
