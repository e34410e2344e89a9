import fc from 'fast-check';
import type { Mask } from '@datagym/labels/geometry/maskPolygons';
import { polygonsOfMask, simplifiedMask, withoutSpecks } from '@datagym/labels/geometry/maskShapes';
import type { Region } from '@datagym/labels/model';
import { drawn, painted, sharedPixels } from './pictures';

function outlines(mask: Mask): Region[] {
	const regions = polygonsOfMask(mask);
	if (regions === undefined) throw new Error('no outlines');
	return regions;
}

const pointsIn = (regions: readonly Region[]) => regions.flat(2).length;

function circle(radius: number, size = 2 * radius + 10): Mask {
	return drawn(size, size, (x, y) => Math.hypot(x - size / 2, y - size / 2) <= radius);
}

describe('the outline of a mask', () => {
	test('of a circle of radius 200 has some dozens of points instead of 900, and its pixels', () => {
		const mask = circle(200);
		const simple = simplifiedMask(outlines(mask), 1);
		expect(pointsIn(outlines(mask))).toBeGreaterThan(900);
		expect(pointsIn(simple)).toBeLessThan(60);
		expect(sharedPixels(painted(simple, mask), mask)).toBeGreaterThan(0.99);
	});

	test.each<[string, Mask, number]>([
		['a circle of radius 1', circle(1), 4],
		['a circle of radius 10', circle(10), 60],
		['a circle of radius 40', circle(40), 60],
		['a ring', drawn(420, 420, (x, y) => Math.abs(Math.hypot(x - 210, y - 210) - 180) < 20), 120],
		[
			'two parts',
			drawn(300, 120, (x, y) => Math.min(Math.hypot(x - 60, y - 60), Math.hypot(x - 200, y - 50)) < 45),
			80,
		],
		['a rectangle', drawn(90, 60, (x, y) => x > 7 && x < 71 && y > 9 && y < 40), 4],
		['one pixel', drawn(5, 5, (x, y) => x === 2.5 && y === 2.5), 4],
		['a horizontal line of one pixel', drawn(90, 9, (x, y) => y === 4.5 && x > 3 && x < 80), 4],
		['a diagonal line of two pixels', drawn(300, 300, (x, y) => y - x === 0 || y - x === 1), 20],
		['the whole image', drawn(64, 48, () => true), 4],
		['an L', drawn(90, 90, (x, y) => x > 5 && y > 5 && x < 80 && y < 80 && (x < 30 || y > 60)), 6],
		['a slope', drawn(400, 300, (x, y) => y > 40 + x / 7 && y < 260), 5],
		[
			'a star',
			drawn(400, 400, (x, y) => Math.hypot(x - 200, y - 200) < 120 + 60 * Math.sin(7 * Math.atan2(y - 200, x - 200))),
			160,
		],
	])('of %s is simplified without losing its pixels', (_what, mask, most) => {
		const exact = outlines(mask);
		const simple = simplifiedMask(exact, 1);
		expect(sharedPixels(painted(simple, mask), mask)).toBeGreaterThanOrEqual(0.99);
		expect(pointsIn(simple)).toBeLessThanOrEqual(most);
		expect(simple.map((rings) => rings.length)).toEqual(exact.map((rings) => rings.length));
	});

	test('of a long cable keeps it, with a fifth of the points', () => {
		const mask = drawn(1000, 500, (x, y) => Math.abs(y - 250 - 60 * Math.sin(x / 90)) < 2.5 && x > 20 && x < 980);
		const simple = simplifiedMask(outlines(mask), 1);
		expect(pointsIn(simple)).toBeLessThan(pointsIn(outlines(mask)) / 5);
		expect(sharedPixels(painted(simple, mask), mask)).toBeGreaterThan(0.97);
	});

	test('is farther from the mask with a larger tolerance, has fewer points, and is the mask with none', () => {
		const mask = circle(300);
		const points = [0, 0.5, 1, 3, 10].map((tolerance) => pointsIn(simplifiedMask(outlines(mask), tolerance)));
		expect(points).toEqual([...points].sort((a, b) => b - a));
		expect(new Set(points).size).toBe(5);
		expect(simplifiedMask(outlines(mask), 0)).toEqual(outlines(mask));
	});

	test('is where the mask is in the image, and simplified by its own pixels if they are larger', () => {
		const mask = circle(100, 256);
		const place = { x: 1000, y: 50, width: 2560, height: 1280 };
		const [[ring = []] = []] = simplifiedMask(polygonsOfMask(mask, place) ?? [], 1);
		expect(ring.length).toBeLessThan(60);
		for (const { x, y } of ring)
			expect(Math.abs(Math.hypot((x - 1000) / 10 - 128, (y - 50) / 5 - 128) - 100)).toBeLessThan(1.5);
	});

	test('of any mask keeps its pixels, and stays within the picture', () => {
		const blobs = fc.array(
			fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 20 })),
			{ minLength: 1, maxLength: 6 },
		);
		fc.assert(
			fc.property(blobs, (all) => {
				const mask = drawn(
					64,
					64,
					(x, y) => all.filter(([cx, cy, r]) => Math.hypot(x - cx, y - cy) < r).length % 2 === 1,
				);
				const exact = outlines(mask);
				fc.pre(exact.length > 0);
				const simple = simplifiedMask(exact, 1);
				for (const { x, y } of simple.flat(2)) expect(x >= 0 && y >= 0 && x <= 64 && y <= 64).toBe(true);
				expect(sharedPixels(painted(simple, mask), mask)).toBeGreaterThan(0.9);
			}),
			{ numRuns: 100 },
		);
	});

	test('of a line that winds through the whole image is found without recursion', () => {
		const comb = drawn(601, 601, (x, y) => Math.floor(x) % 2 === 0 || (Math.floor(x) % 4 === 1 ? y < 1 : y > 600));
		const simple = simplifiedMask(outlines(comb), 1);
		expect(
			sharedPixels(
				painted(
					simple.slice(0, 1).map((rings) => rings.slice(0, 1)),
					{ ...comb, width: 9, height: 9 },
				),
				drawn(9, 9, (x, y) => comb.pixels[Math.floor(y) * 601 + Math.floor(x)] === 1),
			),
		).toBe(1);
	});

	test('that somebody drew stays as it is', () => {
		const triangle: Region[] = [
			[
				[
					{ x: 0, y: 0 },
					{ x: 100, y: 1 },
					{ x: 50, y: 80 },
					{ x: 49, y: 80 },
					{ x: 48.5, y: 80 },
				],
			],
		];
		expect(simplifiedMask(triangle, 5)).toBe(triangle);
		expect(withoutSpecks(triangle)).toEqual({ regions: triangle, specks: 0 });
	});

	test('of noise in millions of places is none', () => {
		const noise = drawn(1100, 1100, (x, y) => (x + y) % 2 === 0);
		expect(polygonsOfMask(noise)).toBeUndefined();
	});
});

describe('specks of a mask', () => {
	const withSpecks = drawn(300, 300, (x, y) => {
		const isSpeck = (x > 5 && x < 8 && y > 5 && y < 8) || (x > 280 && x < 284 && y > 100 && y < 103);
		const isHole = x > 150 && x < 153 && y > 150 && y < 152;
		return isSpeck || (Math.hypot(x - 150, y - 150) < 120 && !isHole);
	});

	test('are left out and counted', () => {
		const { regions, specks } = withoutSpecks(outlines(withSpecks));
		expect(specks).toBe(3);
		expect(regions.map((rings) => rings.length)).toEqual([1]);
	});

	test('stay if they are all that there is, or much of it', () => {
		const dots = drawn(40, 40, (x, y) => x % 10 < 2 && y % 10 < 2);
		expect(withoutSpecks(outlines(dots))).toEqual({ regions: outlines(dots), specks: 0 });
	});
});
