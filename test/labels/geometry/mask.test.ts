import fc from 'fast-check';
import { compressRunLengths, decompressRunLengths, maskArea, runLengthsOf } from '@datagym/labels/geometry/mask';
import { regionsOfMask } from '@datagym/labels/geometry/maskPolygons';
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

	test('is cut off at the edge of its image', () => {
		expect(maskArea(runLengthsOf([[square(-5, -5, 100)]], 3, 4))).toBe(12);
		expect(runLengthsOf([[square(50, 50, 5)]], 3, 4)).toEqual([12]);
	});

	test('is compressed as pycocotools does it', () => {
		// mask.encode of a 5 × 4 array with a 2 × 2 square in it (pycocotools 2.0.11)
		expect(compressRunLengths([6, 2, 3, 2, 7])).toBe('62304');
		expect(decompressRunLengths('62304')).toEqual([6, 2, 3, 2, 7]);
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

	test('of another size is refused', () => {
		expect(regionsOfMask([4, 4], 3, 3)).toBeUndefined();
	});
});
