import fc from 'fast-check';
import { coveredArea } from '@datagym/labels/geometry/coveredArea';
import type { Ring } from '@datagym/labels/model';

const ring = (...corners: [number, number][]): Ring => corners.map(([x, y]) => ({ x, y }));

describe('The area that a ring covers', () => {
	test('is that of its parts, also where it crosses or touches itself', () => {
		expect(coveredArea(ring([0, 0], [4, 0], [0, 6]))).toBe(12);
		expect(coveredArea(ring([0, 0], [10, 10], [10, 0], [0, 10]))).toBeCloseTo(50, 1);
		// Two triangles that meet in a corner which both have.
		expect(coveredArea(ring([0, 0], [5, 5], [10, 0], [10, 10], [5, 5], [0, 10]))).toBeCloseTo(50, 1);
		// A square with a smaller one on its way back: filled even-odd, 100 without 16.
		const path = ring([0, 0], [10, 0], [10, 10], [0, 10], [0, 0], [3, 3], [7, 3], [7, 7], [3, 7], [3, 3]);
		expect(coveredArea(path)).toBeCloseTo(84, 0);
	});

	test('is nothing where nothing is enclosed', () => {
		expect(coveredArea([])).toBe(0);
		expect(coveredArea(ring([1, 1]))).toBe(0);
		expect(coveredArea(ring([1, 1], [2, 2], [3, 3]))).toBe(0);
		expect(coveredArea(ring([0, 0], [0, 0], [5, 0], [5, 0]))).toBe(0);
	});

	test('is the number of small squares whose middle is inside, whatever the ring', () => {
		const corner = fc.record({ x: fc.integer({ min: 0, max: 20 }), y: fc.integer({ min: 0, max: 20 }) });
		fc.assert(
			fc.property(fc.array(corner, { minLength: 3, maxLength: 8 }), (corners) => {
				let squares = 0;
				for (let x = 0.0501; x < 20; x += 0.1)
					for (let y = 0.0503; y < 20; y += 0.1) squares += isInside(corners, x, y);
				expect(Math.abs(coveredArea(corners) - squares / 100)).toBeLessThan(4);
			}),
			{ numRuns: 60 },
		);
	});

	test('of an outline of many corners does not take long', () => {
		const circle = Array.from({ length: 20_000 }, (_, index) => ({
			x: 500 + 400 * Math.cos((index / 20_000) * 2 * Math.PI),
			y: 500 + 400 * Math.sin((index / 20_000) * 2 * Math.PI),
		}));
		expect(coveredArea(circle)).toBeCloseTo(Math.PI * 400 ** 2, -1);
	});
});

/** 1 if a ray to the right meets the ring an odd number of times. */
function isInside(corners: Ring, x: number, y: number): number {
	let count = 0;
	corners.forEach((b, index) => {
		const a = corners[(index + corners.length - 1) % corners.length]!;
		if (a.y > y !== b.y > y && x < a.x + ((b.x - a.x) * (y - a.y)) / (b.y - a.y)) count++;
	});
	return count % 2;
}
