import sharp from 'sharp';
import { writeIndexedPng } from '@datagym/labels/codecs/indexedPng';
import { readMaskImage } from '@datagym/labels/codecs/maskImage';

/** A PNG of 3 × 1 pixels. */
async function file(pixels: readonly number[], channels: 1 | 3 | 4): Promise<Buffer> {
	return await sharp(Buffer.from(pixels), { raw: { width: pixels.length / channels, height: 1, channels } })
		.toColourspace(channels === 1 ? 'b-w' : 'srgb')
		.png()
		.toBuffer();
}

function on(source: string | Uint8Array): number[] | string {
	const mask = readMaskImage(source);
	return typeof mask === 'string' ? mask : [...mask.pixels];
}

describe('the mask in a PNG', () => {
	test.each<[string, number[], number[]]>([
		['black and white', [0, 255, 0], [0, 1, 0]],
		['0 and 1', [0, 1, 1], [0, 1, 1]],
		['0 and the number of an object', [7, 0, 0], [1, 0, 0]],
		['white only', [255, 255, 255], [1, 1, 1]],
		['black only', [0, 0, 0], [0, 0, 0]],
		['probabilities', [127, 128, 3, 250], [0, 1, 0, 1]],
	])('of gray values is on where they are bright: %s', async (_what, pixels, expected) => {
		expect(on(await file(pixels, 1))).toEqual(expected);
	});

	test('of colors is on where they are bright, also if it is opaque everywhere', async () => {
		expect(on(await file([0, 0, 0, 0, 0, 200, 0, 0, 0], 3))).toEqual([0, 1, 0]);
		expect(on(await file([0, 0, 0, 255, 255, 0, 0, 255], 4))).toEqual([0, 1]);
	});

	test('with an alpha channel is on where it is opaque, whatever its colors are', async () => {
		expect(on(await file([9, 9, 9, 0, 0, 0, 0, 255, 255, 255, 255, 100], 4))).toEqual([0, 1, 0]);
		expect(on(await file([255, 255, 255, 0, 9, 9, 9, 0], 4))).toEqual([0, 0]);
	});

	test('with a palette is on where its color is bright', () => {
		const pascalVoc = Uint8Array.of(0, 0, 0, 128, 0, 0);
		expect(on(writeIndexedPng(3, 1, Uint8Array.of(1, 0, 1), pascalVoc))).toEqual([1, 0, 1]);
		const whiteFirst = Uint8Array.of(255, 255, 255, 0, 0, 0);
		expect(on(writeIndexedPng(3, 1, Uint8Array.of(1, 0, 1), whiteFirst))).toEqual([0, 1, 0]);
	});

	test('of several dark values is none: nobody knows which of them is the object', async () => {
		expect(on(await file([0, 1, 2], 1))).toMatch('several values, all of them dark');
	});

	test.each([
		['base64', (base64: string) => base64],
		['a data URL', (base64: string) => `data:image/png;base64,${base64}`],
		['base64 with line ends', (base64: string) => base64.replace(/(.{20})/g, '$1\n')],
		['base64 for URLs', (base64: string) => base64.replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')],
	])('is read from %s', async (_what, write) => {
		expect(on(write((await file([0, 255, 0], 1)).toString('base64')))).toEqual([0, 1, 0]);
	});

	test.each(['', 'no mask', 'data:image/png;base64', '<start_of_mask>', 'aGVsbG8='])(
		'is not read from “%s”',
		(text) => {
			expect(on(text)).toMatch(/not in base64|not a PNG/);
		},
	);
});
