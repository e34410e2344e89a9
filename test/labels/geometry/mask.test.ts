import fc from 'fast-check';
import {
	compressRunLengths,
	decompressRunLengths,
	maskArea,
	pixelsInside,
	runLengthsOf,
} from '@datagym/labels/geometry/mask';
import { regionsOfMask } from '@datagym/labels/geometry/maskPolygons';
import { regionArea, signedArea } from '@datagym/labels/geometry/shapes';
import type { Ring } from '@datagym/labels/model';

const square = (x: number, y: number, size: number): Ring => [
	{ x, y },
	{ x: x + size, y },
	{ x: x + size, y: y + size },
	{ x, y: y + size },
];

const bitmap = fc
	.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.infiniteStream(fc.boolean()))
	.map(([width, height, bits]) => {
		const counts = [0];
		let isOn = false;
		for (let pixel = 0; pixel < width * height; pixel++) {
			if (Boolean(bits.next().value) !== isOn) {
				isOn = !isOn;
				counts.push(0);
			}
			counts[counts.length - 1] = (counts[counts.length - 1] ?? 0) + 1;
		}
		return { width, height, counts };
	});

describe('a mask', () => {
	test('is painted column by column', () => {
		expect(runLengthsOf([[square(1, 1, 2)]], 4, 5)).toEqual([6, 2, 3, 2, 7]);
	});

	test('has holes, and its regions may overlap', () => {
		expect(maskArea(runLengthsOf([[square(0, 0, 6), square(2, 2, 2)]], 8, 8))).toBe(32);
		expect(maskArea(runLengthsOf([[square(0, 0, 4)], [square(2, 2, 4)]], 8, 8))).toBe(28);
	});

	test('of a box has its pixels row by row, from wherever the box lies', () => {
		const ring = [square(10, 20, 4), square(11, 21, 1)];
		const rows = ['1111', '1011', '1111', '1111'];
		expect([...pixelsInside([ring], { x: 10, y: 20, width: 4, height: 4 })].join('')).toBe(rows.join(''));
		expect([...pixelsInside([ring], { x: 9, y: 21, width: 3, height: 2 })].join('')).toBe('010' + '011');
		expect([...pixelsInside([ring], { x: 0, y: 0, width: 2, height: 1 })]).toEqual([0, 0]);
	});

	test('has the pixels whose center is inside', () => {
		expect(runLengthsOf([[square(0.6, 0.6, 1)]], 3, 3)).toEqual([4, 1, 4]);
		expect(runLengthsOf([[square(0.4, 0.4, 0.05)]], 3, 3)).toEqual([9]);
		// A triangle under the diagonal: in column x, the rows below x.
		const triangle = [
			{ x: 0, y: 0.25 },
			{ x: 4, y: 4.25 },
			{ x: 0, y: 4.25 },
		];
		expect(runLengthsOf([[triangle]], 4, 4)).toEqual([1, 3, 2, 2, 3, 1, 4]);
		const moved = triangle.map(({ x, y }) => ({ x: x + 2, y }));
		expect(runLengthsOf([[moved]], 6, 4)).toEqual([9, 3, 2, 2, 3, 1, 4]);
	});

	test('has a pixel once whose center is on the edge between two regions', () => {
		const tiles = [square(0.5, 0.5, 1), square(1.5, 0.5, 1), square(0.5, 1.5, 1), square(1.5, 1.5, 1)];
		const areas = tiles.map((tile) => maskArea(runLengthsOf([[tile]], 4, 4)));
		expect(areas).toEqual([1, 1, 1, 1]);
		expect(maskArea(runLengthsOf([[square(0.5, 0.5, 2)]], 4, 4))).toBe(4);
		expect(
			maskArea(
				runLengthsOf(
					tiles.map((tile) => [tile]),
					4,
					4,
				),
			),
		).toBe(4);
	});

	test('joins regions that overlap or touch in a column, and leaves others apart', () => {
		const bar = (top: number, bottom: number) => [
			{ x: 0, y: top },
			{ x: 1, y: top },
			{ x: 1, y: bottom },
			{ x: 0, y: bottom },
		];
		expect(runLengthsOf([[bar(1, 4)], [bar(2, 3)]], 1, 8)).toEqual([1, 3, 4]);
		expect(runLengthsOf([[bar(4, 6)], [bar(1, 4)]], 1, 8)).toEqual([1, 5, 2]);
		expect(runLengthsOf([[bar(3, 6)], [bar(1, 4)]], 1, 8)).toEqual([1, 5, 2]);
		expect(runLengthsOf([[bar(5, 8)], [bar(0, 2)]], 1, 8)).toEqual([0, 2, 3, 3]);
		expect(runLengthsOf([], 2, 3)).toEqual([6]);
	});

	test('is cut off at the edge of its image', () => {
		expect(maskArea(runLengthsOf([[square(-5, -5, 100)]], 3, 4))).toBe(12);
		expect(runLengthsOf([[square(50, 50, 5)]], 3, 4)).toEqual([12]);
	});

	test('is compressed as pycocotools does it', () => {
		// mask.encode of a 5 × 4 array with a 2 × 2 square in it (pycocotools 2.0.11)
		expect(compressRunLengths([6, 2, 3, 2, 7])).toBe('62304');
		expect(decompressRunLengths('62304')).toEqual([6, 2, 3, 2, 7]);
	});

	test.each<[string, readonly number[]]>([
		['', []],
		['0', [0]],
		// 100 is 3 · 32 + 4: the lower five bits first, with 0x20 for more to come; each and 48 a character.
		['0T3', [0, 100]],
		// 16 has its fifth bit set, which is the sign: a further character says that it is positive.
		['?`0', [15, 16]],
		// From the fourth on, the difference to the one before the last: 0, and then -3, whose five bits are 11101.
		['5550M', [5, 5, 5, 5, 2]],
		['00l10', [0, 0, 60, 0]],
		// -33 is -2 · 32 + 31: 11111 with more to come, then 11110.
		['T11T1T1oN', [36, 1, 36, 37, 3]],
	])('is “%s” as rleToString in maskApi.c writes it', (text, counts) => {
		expect(compressRunLengths(counts)).toBe(text);
		expect(decompressRunLengths(text)).toEqual(counts);
	});

	test.each([
		['a character below 0', '6/'],
		['a character above o', '6p'],
		['a number that goes on where the text ends', '6T'],
		['a number below 0', 'M'],
		['a difference to less than 0', '222L'],
		['a number of more than 32 bits', 'ooooooo0'],
		['a number of more than 32 bits of which the lower ones are 0', 'PPPPPPPP1'],
	])('is not read from %s', (_what, text) => expect(decompressRunLengths(text)).toBeUndefined());

	test('is the same after compression up to 2^30 pixels in a run', () => {
		for (const counts of [[2 ** 30], [0, 2 ** 30 - 1], [1, 1, 1, 2 ** 30, 1, 1], [0, 0, 0, 2 ** 30, 0, 2 ** 30]])
			expect(decompressRunLengths(compressRunLengths(counts))).toEqual(counts);
	});

	test('is the same after compression', () => {
		fc.assert(
			fc.property(fc.array(fc.nat(30_000_000)), (counts) => {
				expect(decompressRunLengths(compressRunLengths(counts))).toEqual(counts);
			}),
		);
	});

	test('that is no mask is not decompressed, and never crashes', () => {
		fc.assert(
			fc.property(fc.string(), (text) => {
				const counts = decompressRunLengths(text);
				expect(counts === undefined || counts.every((count) => count >= 0)).toBe(true);
			}),
		);
	});

	test('is the same after its outlines were traced and painted again', () => {
		fc.assert(
			fc.property(bitmap, ({ width, height, counts }) => {
				const regions = regionsOfMask(counts, width, height) ?? [];
				const repainted = runLengthsOf(regions, width, height);
				expect(repainted).toEqual(counts);
			}),
			{ numRuns: 1000 },
		);
	});

	test('has outlines with holes in them', () => {
		const counts = runLengthsOf([[square(0, 0, 6), square(2, 2, 2)], [square(7, 7, 1)]], 8, 8);
		const regions = regionsOfMask(counts, 8, 8) ?? [];
		expect(regions.map((rings) => rings.map((ring) => ring.length))).toEqual([[4, 4], [4]]);
	});

	test('has pixels that touch at a corner only as regions of their own, clockwise on the screen', () => {
		// Two pixels from the top left to the bottom right, column by column: on, off, off, on.
		expect(regionsOfMask([0, 1, 2, 1], 2, 2)).toEqual([[square(0, 0, 1)], [square(1, 1, 1)]]);
		expect(regionsOfMask([1, 2, 1], 2, 2)).toEqual([[square(1, 0, 1)], [square(0, 1, 1)]]);
	});

	test('has holes the other way, and what is in a hole as a region of its own', () => {
		const rings = [square(0, 0, 9), square(2, 2, 5), square(4, 4, 1)];
		const regions = regionsOfMask(runLengthsOf([rings], 9, 9), 9, 9) ?? [];
		expect(regions.map((region) => region.map(signedArea))).toEqual([[81, -25], [1]]);
	});

	test('has each hole in the region that is around it', () => {
		const frames = [
			[square(0, 0, 5), square(1, 1, 1), square(3, 1, 1), square(1, 3, 1), square(3, 3, 1)],
			[square(6, 0, 5), square(7, 1, 3)],
			[square(2, 6, 7), square(3, 7, 2), square(3, 10, 2)],
		];
		const regions = regionsOfMask(runLengthsOf(frames, 12, 14), 12, 14) ?? [];
		expect(regions.map((region) => region.map(signedArea))).toEqual([
			[25, -1, -1, -1, -1],
			[25, -9],
			[49, -4, -4],
		]);
		for (const region of regions) expect(maskArea(runLengthsOf([region], 12, 14))).toBe(regionArea(region));
	});

	test('of nothing has no regions, and of everything one', () => {
		expect(regionsOfMask([12], 3, 4)).toEqual([]);
		expect(regionsOfMask([0, 12], 3, 4)).toEqual([
			[
				[
					{ x: 0, y: 0 },
					{ x: 3, y: 0 },
					{ x: 3, y: 4 },
					{ x: 0, y: 4 },
				],
			],
		]);
	});

	test('of another size is refused', () => {
		expect(regionsOfMask([4, 4], 3, 3)).toBeUndefined();
		expect(regionsOfMask([4, 6], 3, 3)).toBeUndefined();
		expect(regionsOfMask([10, -1], 3, 3)).toBeUndefined();
		expect(regionsOfMask([4, -1, 6], 3, 3)).toBeUndefined();
	});
});
