import fc from 'fast-check';
import { tilePositions } from '@datagym/labels/dataset/tiles';
import { crossesItself } from '@datagym/labels/geometry/coveredArea';
import { cutGeometry } from '@datagym/labels/geometry/cutting';
import { pixelsInside } from '@datagym/labels/geometry/mask';
import { type Box, boundingBox, geometryPoints, regionArea, ringArea } from '@datagym/labels/geometry/shapes';
import type { Geometry, Point, Region } from '@datagym/labels/model';

// Areas are judged by shapely, too, in test/readers/test_tiles.py.

const IMAGE = { width: 90, height: 70 };

/** Tiles side by side, which cover the image once. */
const tiles = fc
	.constantFrom(10, 16, 23, 64)
	.map((size) =>
		steps(IMAGE.height, size).flatMap(([y, height]) =>
			steps(IMAGE.width, size).map(([x, width]): Box => ({ x, y, width, height })),
		),
	);

function steps(length: number, size: number): [number, number][] {
	return Array.from({ length: Math.ceil(length / size) }, (_, index) => [
		index * size,
		Math.min(size, length - index * size),
	]);
}

/** On the edges of tiles in many cases. */
const inImage = (most: number) =>
	fc.oneof(fc.integer({ min: 0, max: most }), fc.double({ min: 0, max: most, noNaN: true }));
const point: fc.Arbitrary<Point> = fc.record(
	{ x: inImage(IMAGE.width), y: inImage(IMAGE.height) },
	{ noNullPrototype: true },
);

/** A star around the middle, mostly concave, that does not cross itself. */
const star: fc.Arbitrary<Point[]> = fc
	.array(fc.double({ min: 0.1, max: 1, noNaN: true }), { minLength: 5, maxLength: 30 })
	.map((radii) =>
		radii.map((radius, index) => {
			const angle = (index / radii.length) * 2 * Math.PI;
			return { x: 45 + 45 * radius * Math.cos(angle), y: 35 + 35 * radius * Math.sin(angle) };
		}),
	);
/** Teeth on whole pixels: many edges lie on the edges of tiles. */
const comb: fc.Arbitrary<Point[]> = fc
	.array(fc.integer({ min: 1, max: 6 }), { minLength: 2, maxLength: 8 })
	.map((heights) => [
		...heights.flatMap((height, index) => [
			{ x: index * 10, y: height * 10 },
			{ x: index * 10 + 5, y: height * 10 },
			{ x: index * 10 + 5, y: 65 },
			{ x: index * 10 + 10, y: 65 },
		]),
		{ x: heights.length * 10, y: 70 },
		{ x: 0, y: 70 },
	]);

const cut = (geometry: Geometry, box: Box) => cutGeometry(geometry, box, IMAGE);
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

function regionsOf(geometry: Geometry): readonly Region[] {
	if (geometry.type === 'polygon') return [[geometry.points]];
	return geometry.type === 'segmentation' ? geometry.regions : [];
}

const areaOf = (geometries: readonly Geometry[]) => sum(geometries.flatMap(regionsOf).map(regionArea));

function isOnEdge({ x, y }: Point, ring: readonly Point[]): boolean {
	return ring.some((to, index) => {
		const from = ring.at(index - 1)!;
		const distance = (to.x - from.x) * (y - from.y) - (to.y - from.y) * (x - from.x);
		return Math.abs(distance) <= 1e-6 * Math.hypot(to.x - from.x, to.y - from.y);
	});
}

function expectInside(geometries: readonly Geometry[], { width, height }: Box) {
	const points = geometries.flatMap(geometryPoints);
	expect(points.filter(({ x, y }) => !(x >= 0 && x <= width && y >= 0 && y <= height))).toEqual([]);
}

describe('A geometry cut by tiles that cover the image once', () => {
	test.each([
		['stars', star],
		['combs', comb],
	])('has all of its area in them: %s', (_, shape) => {
		fc.assert(
			fc.property(shape, tiles, (points, boxes) => {
				const parts = boxes.map((box) => cut({ type: 'polygon', points }, box));
				const whole = ringArea(points);
				expect(sum(parts.map(({ geometries }) => areaOf(geometries)))).toBeCloseTo(whole, 6);
				expect(sum(parts.map(({ share }) => share))).toBeCloseTo(1, 6);
				parts.forEach(({ geometries }, index) => {
					expect(geometries.length).toBeLessThanOrEqual(1);
					expectInside(geometries, boxes[index]!);
				});
			}),
			{ numRuns: 100 },
		);
	});

	test('has the same pixels in them, whatever its outline is', () => {
		fc.assert(
			fc.property(fc.array(point, { minLength: 3, maxLength: 9 }), tiles, (points, boxes) => {
				const whole = pixelsInside([[points]], { x: 0, y: 0, ...IMAGE });
				for (const box of boxes) {
					const { geometries } = cut({ type: 'polygon', points }, box);
					const { width, height } = box;
					// Of an outline that crosses itself, the parts are one ring again, even-odd.
					const inside = pixelsInside(geometries.flatMap(regionsOf), { x: 0, y: 0, width, height });
					const different: Point[] = [];
					for (let y = 0; y < height; y++)
						for (let x = 0; x < width; x++)
							if (inside[y * width + x] !== whole[(box.y + y) * IMAGE.width + box.x + x])
								different.push({ x: box.x + x + 0.5, y: box.y + y + 0.5 });
					// An edge through the center of a pixel can be rounded to either side.
					expect(different.filter((center) => !isOnEdge(center, points))).toEqual([]);
				}
			}),
			{ numRuns: 100 },
		);
	});

	test('keeps its holes, and those on the edge of a tile become part of the outline', () => {
		fc.assert(
			fc.property(star, fc.double({ min: 0.1, max: 0.8, noNaN: true }), tiles, (points, scale, boxes) => {
				const hole = points.map(({ x, y }) => ({ x: 45 + (x - 45) * scale, y: 35 + (y - 35) * scale }));
				const parts = boxes.map((box) => cut({ type: 'segmentation', regions: [[points, hole]] }, box).geometries);
				expect(sum(parts.map(areaOf))).toBeCloseTo(ringArea(points) - ringArea(hole), 6);
			}),
			{ numRuns: 300 },
		);
	});

	test('has all of its length in them, if it is a line that lies on none of their edges', () => {
		const inside = fc.record({
			x: fc.double({ min: 0.001, max: 89.9, noNaN: true }),
			y: fc.double({ min: 0.001, max: 69.9, noNaN: true }),
		});
		fc.assert(
			fc.property(fc.array(inside, { minLength: 2, maxLength: 8 }), tiles, (points, boxes) => {
				const lengthOf = (line: readonly Point[]) =>
					sum(line.slice(1).map(({ x, y }, index) => Math.hypot(x - line[index]!.x, y - line[index]!.y)));
				fc.pre(lengthOf(points) > 0 && points.every(({ x, y }) => !Number.isInteger(x) && !Number.isInteger(y)));
				const pieces = boxes.flatMap((box) => {
					const { geometries } = cut({ type: 'line', points: points.map((each) => ({ ...each })) }, box);
					expectInside(geometries, box);
					return geometries.map((geometry) => lengthOf(geometryPoints(geometry)));
				});
				expect(sum(pieces)).toBeCloseTo(lengthOf(points), 6);
			}),
		);
	});

	test('is in one of them, if it is a point', () => {
		fc.assert(
			fc.property(point, tiles, ({ x, y }, boxes) => {
				const found = boxes.filter((box) => cut({ type: 'point', x, y }, box).geometries.length > 0);
				expect(found).toHaveLength(1);
			}),
		);
	});
});

test('A box is cut at the edges, with the share of its area', () => {
	const box = { x: 64, y: 0, width: 26, height: 64 };
	const geometry = { type: 'rectangle', x: 60, y: 10, width: 20, height: 5 } as const;
	expect(cut(geometry, box)).toEqual({
		geometries: [{ type: 'rectangle', x: 0, y: 10, width: 16, height: 5 }],
		share: 0.8,
	});
	expect(cut({ ...geometry, x: 20 }, box)).toEqual({ geometries: [], share: 0 });
	// It only touches the edge.
	expect(cut({ ...geometry, x: 44 }, box).geometries).toEqual([]);
});

test('An outline that falls into parts stays one label, of those parts', () => {
	const points = [
		[0, 0],
		[20, 0],
		[20, 10],
		[5, 10],
		[5, 20],
		[20, 20],
		[20, 30],
		[0, 30],
	].map(([x = 0, y = 0]) => ({ x, y }));
	const { geometries, share } = cut({ type: 'polygon', points }, { x: 10, y: 0, width: 40, height: 40 });
	expect(share).toBeCloseTo(200 / 450, 9);
	const [parts] = geometries;
	expect(parts?.type).toBe('segmentation');
	expect(regionsOf(parts!).map(([ring = []]) => boundingBox({ type: 'polygon', points: ring }))).toEqual([
		{ x: 0, y: 0, width: 10, height: 10 },
		{ x: 0, y: 20, width: 10, height: 10 },
	]);
	expect(regionsOf(parts!).some(([ring = []]) => crossesItself(ring))).toBe(false);
});

test('A line that leaves a tile and comes back is two lines', () => {
	const points = [
		{ x: 0, y: 5 },
		{ x: 30, y: 5 },
		{ x: 30, y: 8 },
		{ x: 0, y: 8 },
	];
	expect(cut({ type: 'line', points }, { x: 0, y: 0, width: 20, height: 20 }).geometries).toEqual([
		{ type: 'line', points: [points[0], { x: 20, y: 5 }] },
		{ type: 'line', points: [{ x: 20, y: 8 }, points[3]] },
	]);
});

describe('Tiles', () => {
	// Computed by get_slice_bboxes of SAHI 0.12.8.
	test.each([
		[4000, 0.2, [0, 512, 1024, 1536, 2048, 2560, 3072, 3360]],
		[1280, 0, [0, 640]],
		[1281, 0, [0, 640, 641]],
		[640, 0.2, [0]],
		[500, 0.2, [0]],
		[641, 0.5, [0, 1]],
	])('of 640 pixels along %i begin where those of SAHI do, with an overlap of %d', (length, overlap, positions) => {
		expect(tilePositions(length, { size: 640, overlap })).toEqual(positions);
	});

	test('cover every pixel, and a label no larger than the overlap is whole in one of them', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 1, max: 5000 }),
				fc.integer({ min: 32, max: 1024 }),
				fc.integer({ min: 0, max: 90 }),
				fc.double({ min: 0, max: 1, noNaN: true }),
				fc.double({ min: 0, max: 1, noNaN: true }),
				(length, size, percent, place, extent) => {
					const positions = tilePositions(length, { size, overlap: percent / 100 });
					const end = (start: number) => Math.min(length, start + size);
					expect([positions[0], end(positions.at(-1)!)]).toEqual([0, length]);
					const overlap = Math.floor((size * percent) / 100);
					const long = Math.min(length, overlap) * extent;
					const from = place * (length - long);
					expect(positions.some((start) => start <= from && from + long <= end(start))).toBe(true);
				},
			),
		);
	});
});
