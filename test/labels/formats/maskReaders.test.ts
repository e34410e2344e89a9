import { writeIndexedPng } from '@datagym/labels/codecs/indexedPng';
import { readPngMask, readRunLengths } from '@datagym/labels/formats/shared/masks';

/** Two by two pixels that are on, in the middle of a picture of 4 × 6. */
const PIXELS = Uint8Array.from({ length: 24 }, (_, at) => ([9, 10, 13, 14].includes(at) ? 1 : 0));
const PNG = writeIndexedPng(4, 6, PIXELS, Uint8Array.of(0, 0, 0, 255, 255, 255));
const square = (left: number, top: number, right: number, bottom: number) => ({
	type: 'segmentation',
	regions: [
		[
			[
				{ x: left, y: top },
				{ x: right, y: top },
				{ x: right, y: bottom },
				{ x: left, y: bottom },
			],
		],
	],
});

describe('a mask of a model', () => {
	test('in a PNG has its shape, in the pixels of the image', () => {
		expect(readPngMask(PNG)).toEqual(square(1, 2, 3, 4));
		expect(readPngMask(`data:image/png;base64,${Buffer.from(PNG).toString('base64')}`)).toEqual(square(1, 2, 3, 4));
	});

	test('of a box is where the box is, however large the mask is', () => {
		expect(readPngMask(PNG, { x: 100, y: 50, width: 40, height: 30 })).toEqual(square(110, 60, 130, 70));
	});

	test('in run lengths is the same, compressed or not', () => {
		// Column by column: 8 pixels off, 2 on, 4 off, 2 on, 8 off.
		for (const counts of [[8, 2, 4, 2, 8], '82404'])
			expect(readRunLengths({ size: [6, 4], counts })).toEqual(square(1, 2, 3, 4));
	});

	test('that is empty or none says so', () => {
		const empty = writeIndexedPng(4, 6, new Uint8Array(24), Uint8Array.of(0, 0, 0, 255, 255, 255));
		expect(readPngMask(empty)).toBe('The mask is empty. Remove it.');
		expect(readRunLengths({ size: [6, 4], counts: [24] })).toBe('The mask is empty. Remove it.');
		expect(readPngMask('a sentence')).toMatch('not in base64');
		for (const given of [
			{},
			{ size: [6, 4], counts: [1, 2] },
			{ size: [1e6, 1e6], counts: '0' },
			{ size: [6, 4], counts: '~' },
		])
			expect(readRunLengths(given)).toMatch('do not match the size of the mask');
	});
});
