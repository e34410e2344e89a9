import fc from 'fast-check';
import { clippedGeometry } from '@datagym/labels/geometry/geometryChanges';
import { displayedImage, storedImage } from '@datagym/labels/geometry/orientation';
import { smallestOrientedBox } from '@datagym/labels/geometry/orientedBox';
import {
	boundingBox,
	boxCorners,
	clipBox,
	clipRing,
	geometryPoints,
	regionArea,
	ringArea,
	signedArea,
} from '@datagym/labels/geometry/shapes';
import type { Geometry, LabeledImage, Point, Ring } from '@datagym/labels/model';
import {
	displayedSize,
	ORIENTATIONS,
	SAVED_BOXES,
	STORED_BLOCK,
	STORED_SIZE,
} from '@datagym/test/support/paintedPhotographs';
import { image, object, polygon, rectangle } from '../build';

const SIZE = { width: 100, height: 80 };
const square = (x: number, y: number, side: number): Ring => [
	{ x, y },
	{ x: x + side, y },
	{ x: x + side, y: y + side },
	{ x, y: y + side },
];

describe('an EXIF orientation', () => {
	const labeled = (geometry: Geometry, size: Partial<LabeledImage>) =>
		image([object('car', geometry, { children: [object('plate', geometry)] })], size);

	test.each(ORIENTATIONS)(
		'of %d moves labels, and those nested in them, as DataGym’s editor displays them',
		(orientation) => {
			const box = SAVED_BOXES[orientation];
			const stored = labeled({ type: 'rectangle', ...STORED_BLOCK }, STORED_SIZE);
			const displayed = labeled(rectangle(...box), { ...displayedSize(orientation), orientation });
			expect(displayedImage(stored, orientation)).toEqual(displayed);
			expect(storedImage(displayed)).toEqual({ ...stored, orientation: 1 });
		},
	);

	test.each(ORIENTATIONS)('of %d moves all kinds of labels like the corner of a box', (orientation) => {
		const [x, y, width, height] = SAVED_BOXES[orientation];
		const kinds = ({ x: left, y: top }: Point): Geometry[] => {
			const point = { x: left, y: top };
			return [
				{ type: 'point', ...point },
				{ type: 'line', points: [point] },
				{ type: 'polygon', points: [point] },
				{ type: 'segmentation', regions: [[[point]]] },
			];
		};
		for (const [index, geometry] of kinds(STORED_BLOCK).entries()) {
			const [moved] = displayedImage(labeled(geometry, STORED_SIZE), orientation).objects;
			const corners = [x, x + width].flatMap((left) => [y, y + height].map((top) => kinds({ x: left, y: top })[index]));
			expect(corners).toContainEqual(moved?.geometry);
		}
	});
});

describe('the smallest oriented box', () => {
	const points = fc.array(fc.record({ x: fc.integer({ min: 0, max: 50 }), y: fc.integer({ min: 0, max: 50 }) }), {
		minLength: 3,
		maxLength: 12,
	});
	const extent = (ring: Ring, angle: number) => {
		const along = ring.map(({ x, y }) => x * Math.cos(angle) + y * Math.sin(angle));
		return Math.max(...along) - Math.min(...along);
	};
	const areaAt = (ring: Ring, angle: number) => extent(ring, angle) * extent(ring, angle + Math.PI / 2);

	test('is no larger than the box at any angle, and holds all points', () => {
		fc.assert(
			fc.property(points, (ring) => {
				const [a, b, c] = smallestOrientedBox(ring) as [Point, Point, Point, Point];
				const area = Math.hypot(b.x - a.x, b.y - a.y) * Math.hypot(c.x - b.x, c.y - b.y);
				for (let degrees = 0; degrees < 90; degrees++)
					expect(area).toBeLessThanOrEqual(areaAt(ring, (degrees * Math.PI) / 180) + 1e-6);
				const angle = Math.atan2(b.y - a.y, b.x - a.x);
				expect(area).toBeGreaterThanOrEqual(areaAt(ring, angle) - 1e-6);
			}),
		);
	});
});

describe('the smallest oriented box of points', () => {
	const ring = (...corners: [number, number][]): Ring => corners.map(([x, y]) => ({ x, y }));
	const near = (corners: Ring) =>
		corners.map(({ x, y }) => ({ x: expect.closeTo(x) as number, y: expect.closeTo(y) as number }));

	test('is a diamond around a diamond, clockwise', () => {
		const box = smallestOrientedBox(ring([10, 0], [20, 10], [10, 20], [0, 10], [10, 10]));
		expect(signedArea(box)).toBeCloseTo(200);
		for (const corner of near(ring([10, 0], [20, 10], [10, 20], [0, 10]))) expect(box).toContainEqual(corner);
	});

	test('is the box itself for an upright one, in whatever order its corners come', () => {
		const box = smallestOrientedBox(ring([30, 5], [10, 20], [30, 20], [10, 5]));
		expect(signedArea(box)).toBeCloseTo(300);
		for (const corner of near(ring([10, 5], [30, 5], [30, 20], [10, 20]))) expect(box).toContainEqual(corner);
	});

	test('holds all points', () => {
		const points = ring([0, 0], [7, 1], [9, 6], [3, 9], [4, 4]);
		const box = smallestOrientedBox(points);
		expect(box).toHaveLength(4);
		for (const { x, y } of points) {
			box.forEach((corner, index) => {
				const next = box[(index + 1) % 4]!;
				expect((next.x - corner.x) * (y - corner.y) - (next.y - corner.y) * (x - corner.x)).toBeGreaterThan(-1e-9);
			});
		}
	});

	test('has no area around points in one line, or a single one', () => {
		const flat = smallestOrientedBox(ring([0, 0], [3, 4], [6, 8]));
		expect(ringArea(flat)).toBeCloseTo(0);
		expect(Math.max(...flat.map(({ x }) => x))).toBeCloseTo(6);
		expect(Math.max(...flat.map(({ y }) => y))).toBeCloseTo(8);
		expect(Math.min(...flat.map(({ x }) => x))).toBeCloseTo(0);
		expect(smallestOrientedBox(ring([3, 4]))).toEqual(ring([3, 4], [3, 4], [3, 4], [3, 4]));
		expect(smallestOrientedBox(ring([3, 4], [3, 4], [3, 4]))).toEqual(ring([3, 4], [3, 4], [3, 4], [3, 4]));
		expect(smallestOrientedBox([])).toEqual(ring([0, 0], [0, 0], [0, 0], [0, 0]));
	});
});

describe('points, boxes and areas', () => {
	const hole = square(12, 12, 4);
	const area: Geometry = { type: 'segmentation', regions: [[square(10, 10, 20), hole], [square(50, 5, 5)]] };

	test('a box has its corners clockwise from the top left', () => {
		const corners = [
			{ x: 1, y: 2 },
			{ x: 4, y: 2 },
			{ x: 4, y: 6 },
			{ x: 1, y: 6 },
		];
		expect(boxCorners({ x: 1, y: 2, width: 3, height: 4 })).toEqual(corners);
		expect(geometryPoints(rectangle(1, 2, 3, 4))).toEqual(corners);
	});

	test('a geometry has all of its points', () => {
		expect(geometryPoints({ type: 'point', x: 1, y: 2 })).toEqual([expect.objectContaining({ x: 1, y: 2 })]);
		expect(geometryPoints({ type: 'line', points: hole })).toEqual(hole);
		expect(geometryPoints({ type: 'polygon', points: hole })).toEqual(hole);
		expect(geometryPoints(area)).toEqual([...square(10, 10, 20), ...hole, ...square(50, 5, 5)]);
	});

	test('a geometry has the smallest box around it', () => {
		expect(boundingBox(rectangle(1, 2, 3, 4))).toMatchObject({ x: 1, y: 2, width: 3, height: 4 });
		expect(boundingBox(rectangle(0.1, 0.2, 0.7, 0.3))).toMatchObject({ x: 0.1, y: 0.2, width: 0.7, height: 0.3 });
		expect(boundingBox({ type: 'point', x: 1, y: 2 })).toEqual({ x: 1, y: 2, width: 0, height: 0 });
		expect(boundingBox(polygon([5, 9], [1, 2], [3, 4]))).toEqual({ x: 1, y: 2, width: 4, height: 7 });
		expect(boundingBox(polygon([-5, -9], [-1, -2], [-3, -4]))).toEqual({ x: -5, y: -9, width: 4, height: 7 });
		expect(boundingBox(area)).toEqual({ x: 10, y: 5, width: 45, height: 25 });
	});

	test('there is no box around nothing, nor around numbers that are none', () => {
		expect(boundingBox(polygon())).toBeUndefined();
		expect(boundingBox(polygon([1, 2], [Number.NaN, 3]))).toBeUndefined();
		expect(boundingBox(polygon([1, 2], [4, Infinity]))).toBeUndefined();
		for (const broken of [
			rectangle(1e308, 1, 1e308, 1),
			rectangle(1, 1e308, 1, 1e308),
			rectangle(Number.NaN, 1, 1, 1),
			rectangle(1, Infinity, 1, 1),
			rectangle(1, 1, -Infinity, 1),
			rectangle(1, 1, 1, Number.NaN),
		])
			expect(boundingBox(broken)).toBeUndefined();
	});

	test('an area is positive clockwise on the screen, and holes are taken off', () => {
		expect(signedArea(square(3, 4, 5))).toBe(25);
		expect(signedArea([...square(3, 4, 5)].reverse())).toBe(-25);
		expect(ringArea([...square(3, 4, 5)].reverse())).toBe(25);
		expect(
			ringArea([
				{ x: 0, y: 0 },
				{ x: 4, y: 0 },
				{ x: 0, y: 6 },
			]),
		).toBe(12);
		expect(ringArea([])).toBe(0);
		expect(regionArea([square(10, 10, 20), hole, [...square(20, 20, 2)].reverse()])).toBe(400 - 16 - 4);
		expect(regionArea([])).toBe(0);
	});
});

describe('clipping', () => {
	test('leaves nothing of a box beyond an edge, all of one inside, and the part of others', () => {
		const inside = { x: 0, y: 0, width: 100, height: 80 };
		expect(clipBox(inside, SIZE)).toBe(inside);
		expect(clipBox({ x: -5, y: 10, width: 5, height: 5 }, SIZE)).toBeUndefined();
		expect(clipBox({ x: 10, y: -5, width: 5, height: 5 }, SIZE)).toBeUndefined();
		expect(clipBox({ x: -5, y: 10, width: 15, height: 5 }, SIZE)).toEqual({ x: 0, y: 10, width: 10, height: 5 });
		expect(clipBox({ x: 10, y: -5, width: 5, height: 15 }, SIZE)).toEqual({ x: 10, y: 0, width: 5, height: 10 });
		expect(clipBox({ x: 95, y: 10, width: 15, height: 5 }, SIZE)).toEqual({ x: 95, y: 10, width: 5, height: 5 });
		expect(clipBox({ x: 10, y: 75, width: 5, height: 15 }, SIZE)).toEqual({ x: 10, y: 75, width: 5, height: 5 });
	});

	test('leaves the part of a ring that is inside, with a corner where it meets an edge', () => {
		// The right half of a diamond around the middle of the left edge.
		const diamond = [
			{ x: 0, y: 30 },
			{ x: 10, y: 40 },
			{ x: 0, y: 50 },
			{ x: -10, y: 40 },
		];
		const half = clipRing(diamond, SIZE);
		expect(ringArea(half)).toBe(100);
		for (const corner of diamond.slice(0, 3)) expect(half).toContainEqual(corner);
		// A triangle over the bottom right corner: its edges meet x = 100 at y = 70, and y = 80 at x = 90.
		const corner = clipRing(
			[
				{ x: 80, y: 50 },
				{ x: 120, y: 90 },
				{ x: 80, y: 90 },
			],
			SIZE,
		);
		expect(ringArea(corner)).toBe(400);
		expect(corner).toContainEqual({ x: 100, y: 70 });
		expect(corner).toContainEqual({ x: 100, y: 80 });
		const inside = square(1, 1, 5);
		expect(clipRing(inside, SIZE)).toBe(inside);
		expect(clipRing(square(200, 10, 5), SIZE)).toEqual([]);
	});

	test.each([
		['left', [5, 10], [-15, 30], [-15, 10], [0, 15], 12.5],
		['top', [10, 5], [30, -15], [10, -15], [15, 0], 12.5],
		['right', [90, 10], [110, 30], [110, 10], [100, 20], 50],
		['bottom', [10, 70], [30, 90], [10, 90], [20, 80], 50],
	] as const)('of a triangle over the %s edge ends where its side meets the edge', (_edge, a, b, c, met, area) => {
		const clipped = clipRing(
			[a, b, c].map(([x, y]) => ({ x, y })),
			SIZE,
		);
		expect(clipped).toHaveLength(3);
		expect(clipped).toContainEqual({ x: met[0], y: met[1] });
		expect(ringArea(clipped)).toBe(area);
	});

	test('of the ring of a box is the same as of the box', () => {
		const number = fc.integer({ min: -150, max: 150 });
		const side = fc.integer({ min: 1, max: 300 });
		fc.assert(
			fc.property(number, number, side, side, (x, y, width, height) => {
				const box = { x, y, width, height };
				const clipped = clipBox(box, SIZE);
				const ring = clipRing(boxCorners(box), SIZE);
				expect(ringArea(ring)).toBeCloseTo(clipped === undefined ? 0 : clipped.width * clipped.height, 6);
				if (clipped !== undefined) expect(boundingBox({ type: 'polygon', points: ring })).toEqual(clipped);
			}),
		);
	});

	test('leaves nothing of a box that only touches the image', () => {
		expect(clipBox({ x: 100, y: 10, width: 5, height: 5 }, SIZE)).toBeUndefined();
		expect(clipBox({ x: 10, y: 80, width: 5, height: 5 }, SIZE)).toBeUndefined();
		expect(clipBox({ x: 98, y: -2, width: 5, height: 5 }, SIZE)).toEqual({ x: 98, y: 0, width: 2, height: 3 });
	});

	test('leaves no point outside of the image, not by the least', () => {
		const anywhere = fc.record({
			x: fc.double({ min: -300, max: 300, noNaN: true }),
			y: fc.double({ min: -300, max: 300, noNaN: true }),
		});
		fc.assert(
			fc.property(fc.array(anywhere, { minLength: 3, maxLength: 8 }), (ring) => {
				for (const { x, y } of clipRing(ring, SIZE))
					expect(x >= 0 && y >= 0 && x <= SIZE.width && y <= SIZE.height).toBe(true);
			}),
		);
	});

	test('drops a line without a point in the image, and holds the ends of others at the edge', () => {
		const line = (...points: Point[]): Geometry => ({ type: 'line', points });
		expect(clippedGeometry(line({ x: -5, y: -5 }, { x: -1, y: 3 }), SIZE)).toBeUndefined();
		expect(clippedGeometry(line({ x: -5, y: 5 }, { x: 7, y: 90 }, { x: 50, y: 50 }), SIZE)).toEqual(
			line({ x: 0, y: 5 }, { x: 7, y: 80 }, { x: 50, y: 50 }),
		);
	});

	test('drops the parts and holes of a segmentation that are outside of the image', () => {
		const inside = square(10, 10, 20);
		const whole: Geometry = {
			type: 'segmentation',
			regions: [[square(70, 40, 60), square(72, 42, 4), square(110, 60, 10)], [square(200, 10, 20)], [inside]],
		};
		const clipped = clippedGeometry(whole, SIZE);
		expect(clipped?.type === 'segmentation' ? clipped.regions.map((rings) => rings.length) : []).toEqual([2, 1]);
		expect(clipped?.type === 'segmentation' ? clipped.regions[1]?.[0] : []).toBe(inside);
		expect(clippedGeometry({ type: 'segmentation', regions: [[square(200, 10, 20)]] }, SIZE)).toBeUndefined();
	});
});
