import { bands, barChart, histogram, niceTicks } from '@datagym/labels/preview/charts';
import { load } from 'cheerio';

/** What d3-scale 4.0.3 gave: `scaleLinear([0, most], [0, 1]).nice(4).ticks(4).filter(Number.isInteger)`. */
const TICKS_OF_D3: ReadonlyArray<readonly [most: number, ticks: readonly number[]]> = [
	[1, [0, 1]],
	[2, [0, 1, 2]],
	[3, [0, 1, 2, 3]],
	[5, [0, 1, 2, 3, 4, 5]],
	[7, [0, 2, 4, 6, 8]],
	[10, [0, 2, 4, 6, 8, 10]],
	[11, [0, 2, 4, 6, 8, 10, 12]],
	[28, [0, 10, 20, 30]],
	[99, [0, 20, 40, 60, 80, 100]],
	[101, [0, 20, 40, 60, 80, 100, 120]],
	[1234, [0, 500, 1000, 1500]],
	[45_678, [0, 10_000, 20_000, 30_000, 40_000, 50_000]],
];

describe('the ticks of an axis', () => {
	test.each(TICKS_OF_D3)('are round numbers up to %d and beyond', (most, ticks) => {
		expect(niceTicks(most, 4)).toEqual(ticks);
	});

	test('are few, and reach the largest number, whatever it is', () => {
		for (let most = 1; most < 20_000; most += 7) {
			const ticks = niceTicks(most, 4);
			expect(ticks.at(-1)).toBeGreaterThanOrEqual(most);
			expect(ticks.length).toBeLessThanOrEqual(8);
		}
	});
});

describe('the bands of a chart', () => {
	test('divide a length without gaps, as in the documentation of d3.scaleBand', () => {
		expect(bands(3, 0, 960, 0)).toEqual({ starts: [0, 320, 640], width: 320 });
	});

	test('have gaps between and around them', () => {
		const { starts, width } = bands(3, 0, 120, 0.25);
		expect(starts.map((start) => start.toFixed(6))).toEqual(['9.230769', '46.153846', '83.076923']);
		expect(width).toBeCloseTo(27.692308, 6);
		const columns = bands(20, 34, 360, 0.15);
		expect(columns.starts[0]).toBeCloseTo(34 + 2.426799, 6);
		expect(columns.starts[19]).toBeCloseTo(34 + 309.82134, 5);
		expect(columns.width).toBeCloseTo(13.751861, 6);
	});
});

describe('a histogram', () => {
	const titles = (counts: ReadonlyArray<readonly [number, number]>) =>
		load(histogram('Labels per image', '', new Map(counts)).text)('g title')
			.toArray()
			.map((title) => load(title).text());

	test('has a column for each number of labels, also for those that no image has', () => {
		expect(
			titles([
				[3, 2],
				[0, 1],
			]),
		).toEqual(['0 labels: 1 image', '1 label: 0 images', '2 labels: 0 images', '3 labels: 2 images']);
	});

	test('gathers numbers at the edge of a column in the column that begins there', () => {
		expect(
			titles([
				[2, 1],
				[3, 10],
				[5, 100],
				[6, 1000],
				[39, 5],
			]).slice(0, 4),
		).toEqual(['0–1 labels: 0 images', '2–3 labels: 11 images', '4–5 labels: 100 images', '6–7 labels: 1,000 images']);
	});
});

test('a bar chart shows the twenty largest bars, the longest over its whole width, and counts the rest', () => {
	const bars = Array.from({ length: 25 }, (_, index) => ({ name: `class ${index}`, count: index, css: `c${index}` }));
	const $ = load(barChart('Labels per class', '', bars).text);
	expect($('g title').first().text()).toBe('class 24: 24');
	expect($('g')).toHaveLength(20);
	expect(Number($('rect').first().attr('width'))).toBe(360 - 118 - 48);
	expect(Number($('rect').eq(12).attr('width'))).toBe((360 - 118 - 48) / 2);
	expect($('p').last().text()).toBe('and 5 more with 10 together');
});
