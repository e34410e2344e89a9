import { fencesOf, medianOf } from '@datagym/labels/quality/issues/robust';
import { Random } from './random';

const RULES = { deviations: 3.5, byChance: 0.05, margin: 1, smallestSpread: 0.1 };

const normals = (count: number, deviation = 1, seed = 1) => {
	const random = new Random(seed);
	return Float64Array.from({ length: count }, () => random.normal(10, deviation)).sort();
};

test('The median is the middle one, or the mean of the middle two', () => {
	expect([medianOf([1, 2, 9]), medianOf([1, 2, 4, 9]), medianOf([])]).toEqual([2, 3, Number.NaN]);
});

test('Fences of a normal sample are where a normal distribution has 0.05 of its values left', () => {
	const { median, lower, upper, sampleSize } = fencesOf(normals(10_000), RULES);
	expect(median).toBeCloseTo(10, 1);
	expect(sampleSize).toBe(10_000);
	// A share of 0.05/10,000 is beyond 4.417 standard deviations (scipy.stats.norm.isf(5e-6)).
	for (const distance of [upper - median, median - lower]) expect(Math.abs(distance - 4.417)).toBeLessThan(0.35);
});

test('Fences do not move with outliers, up to a fiftieth of the sample', () => {
	const clean = fencesOf(normals(1000), RULES);
	const values = normals(1000);
	values.fill(1000, 0, 20);
	const { lower, upper } = fencesOf(values.sort(), RULES);
	expect(Math.abs(upper - clean.upper)).toBeLessThan(1);
	expect(Math.abs(lower - clean.lower)).toBeLessThan(0.5);
});

test('Each side has a fence of its own, and a tail moves it away', () => {
	const random = new Random(2);
	const skewed = Float64Array.from(
		{ length: 2000 },
		() => 10 + Math.abs(random.normal()) * (random.happens(0.3) ? 0.2 : 3),
	).sort();
	const { median, lower, upper } = fencesOf(skewed, RULES);
	expect(upper - median).toBeGreaterThan(2 * (median - lower));
	expect(upper).toBeGreaterThan(Math.max(...skewed));
});

test('Values that are all the same leave room by the smallest spread', () => {
	expect(fencesOf(new Float64Array(50).fill(3), RULES)).toMatchObject({ median: 3, lower: 3 - 0.35, upper: 3 + 0.35 });
});
