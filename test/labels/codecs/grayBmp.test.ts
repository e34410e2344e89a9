import sharp from 'sharp';
import { readGrayBmp } from '@datagym/labels/codecs/grayBmp';
import { writeIndexedPng } from '@datagym/labels/codecs/indexedPng';
import { Bitmap } from '../../emulator/export/bitmap';

const triangle = [
	[
		[
			{ id: 'a', x: 0, y: 0 },
			{ id: 'b', x: 4, y: 0 },
			{ id: 'c', x: 0, y: 2 },
		],
	],
];

function painted(width: number, height: number): Bitmap {
	const bitmap = new Bitmap(width, height);
	bitmap.paint(triangle);
	return bitmap;
}

test.each([
	[5, 3],
	[8, 4],
	[1, 1],
	[7, 9],
])('a bitmap of %d × %d pixels is read with its rows from the top, without padding', (width, height) => {
	const bitmap = painted(width, height);
	expect(readGrayBmp(bitmap.encode())).toEqual({ width, height, pixels: bitmap.pixels });
});

test('rows may come from the top, and a palette says which gray a value is', () => {
	const bmp = painted(4, 2).encode();
	bmp.writeInt32LE(-2, 22);
	bmp.fill(7, 54 + 4 * 255, 58 + 4 * 255);
	const { pixels } = readGrayBmp(bmp)!;
	expect([...pixels]).toEqual(
		[...painted(4, 2).pixels.slice(4), ...painted(4, 2).pixels.slice(0, 4)].map((value) => (value === 255 ? 7 : value)),
	);
});

test.each([
	['nothing', Buffer.alloc(0)],
	['a text', Buffer.from('BM'.padEnd(100, '.'))],
	['a bitmap that is cut off', painted(64, 48).encode().subarray(0, 2000)],
])('%s is no picture', (_what, bytes) => {
	expect(readGrayBmp(bytes)).toBeUndefined();
});

test('as a PNG with a palette of grays it has the same pixels for another reader', async () => {
	const { width, height, pixels } = painted(9, 6);
	const palette = Uint8Array.from({ length: 768 }, (_, index) => Math.floor(index / 3));
	const { data, info } = await sharp(writeIndexedPng(width, height, pixels, palette))
		.toColorspace('b-w')
		.raw()
		.toBuffer({ resolveWithObject: true });
	expect([info.width, info.height, info.channels]).toEqual([9, 6, 1]);
	expect(new Uint8Array(data)).toEqual(pixels);
});
