import fc from 'fast-check';
import sharp from 'sharp';
import { readImageHeader } from '@datagym/labels/codecs/imageHeader';
import { EXIF_FILES } from './exifFiles';

const bytes = (...parts: (number | number[])[]) => Uint8Array.from(parts.flat());
const big16 = (value: number) => [value >> 8, value & 255];
const segment = (marker: number, content: number[]) => [0xff, marker, ...big16(content.length + 2), ...content];
const SCAN = [0xff, 0xda];
const frame = (width: number, height: number, marker = 0xc0) => [
	...segment(marker, [8, ...big16(height), ...big16(width), 3]),
	...SCAN,
];

function exif(orientation: number, littleEndian: boolean): number[] {
	const number16 = (value: number) => (littleEndian ? [value, 0] : [0, value]);
	const number32 = (value: number) => (littleEndian ? [value, 0, 0, 0] : [0, 0, 0, value]);
	const order = littleEndian ? [0x49, 0x49] : [0x4d, 0x4d];
	const tag = (id: number, value: number) => [
		...(littleEndian ? [id & 255, id >> 8] : big16(id)),
		...number16(3),
		...number32(1),
		...number16(value),
		0,
		0,
	];
	return segment(0xe1, [
		0x45,
		0x78,
		0x69,
		0x66,
		0,
		0,
		...order,
		...number16(42),
		...number32(8),
		...number16(2),
		...tag(0x0100, 5),
		...tag(0x0112, orientation),
	]);
}

const JFIF = segment(0xe0, [0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
/** The beginning of an IDAT chunk. */
const PIXELS = [0, 0, 0, 9, 0x49, 0x44, 0x41, 0x54];
const PNG = bytes(
	[0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10],
	[0, 0, 0, 13],
	[0x49, 0x48, 0x44, 0x52],
	[0, 0, 2, 128],
	[0, 0, 1, 224],
	[8, 2, 0, 0, 0],
	[0, 0, 0, 0],
	PIXELS,
);

describe("an image's header", () => {
	test('tells the size of a png', () => {
		expect(readImageHeader(PNG)).toEqual({
			verdict: 'image',
			format: 'png',
			width: 640,
			height: 480,
			orientation: 1,
			displayedWidth: 640,
			displayedHeight: 480,
		});
	});

	test.each([0xc0, 0xc1, 0xc2, 0xcf])('tells the size of a jpeg of kind %i', (marker) => {
		expect(readImageHeader(bytes([0xff, 0xd8], JFIF, frame(4000, 3000, marker)))).toMatchObject({
			verdict: 'image',
			format: 'jpeg',
			width: 4000,
			height: 3000,
		});
	});

	test('does not take Huffman tables, restart markers and fill bytes for the size', () => {
		const jpeg = bytes(
			[0xff, 0xd8],
			segment(0xc4, [0, 9, 9, 9, 9, 9]),
			[0xff, 0xd0],
			[0xff, 0xff],
			segment(0xcc, [1]),
			frame(7, 5),
		);
		expect(readImageHeader(jpeg)).toMatchObject({ width: 7, height: 5 });
	});

	test.each([1, 2, 3, 4])('says that orientation %i is shown as wide as stored', (orientation) => {
		expect(readImageHeader(bytes([0xff, 0xd8], exif(orientation, true), frame(40, 30)))).toMatchObject({
			orientation,
			width: 40,
			displayedWidth: 40,
			displayedHeight: 30,
		});
	});

	test.each([5, 6, 7, 8])('says that orientation %i is shown turned', (orientation) => {
		expect(readImageHeader(bytes([0xff, 0xd8], exif(orientation, false), frame(40, 30)))).toMatchObject({
			orientation,
			width: 40,
			height: 30,
			displayedWidth: 30,
			displayedHeight: 40,
		});
	});

	describe('of a real file, by what Chromium 156 shows of it', () => {
		test.each([1, 2, 3, 4, 5, 6, 7, 8])('has the orientation %d of JPEG and PNG', async (orientation) => {
			const picture = sharp({ create: { width: 40, height: 30, channels: 3, background: 'red' } });
			const marked = picture.withMetadata({ orientation });
			for (const file of [await marked.clone().jpeg().toBuffer(), await marked.clone().png().toBuffer()]) {
				const isSideways = orientation >= 5;
				expect(readImageHeader(file)).toMatchObject({
					orientation,
					width: 40,
					height: 30,
					displayedWidth: isSideways ? 30 : 40,
					displayedHeight: isSideways ? 40 : 30,
				});
			}
		});

		test.each(EXIF_FILES)('$name: $shown', ({ bytes: file, shown }) => {
			expect(readImageHeader(file, true)).toMatchObject({ verdict: 'image', orientation: shown });
		});
	});

	test('takes an orientation that does not exist for none', () => {
		expect(readImageHeader(bytes([0xff, 0xd8], exif(9, true), frame(40, 30)))).toMatchObject({ orientation: 1 });
	});

	test('reads bytes in the middle of a larger buffer', () => {
		const padded = bytes([1, 2, 3], [...PNG], [4]);
		expect(readImageHeader(padded.subarray(3, 3 + PNG.length))).toMatchObject({ width: 640 });
	});

	test('does not know other files', () => {
		expect(readImageHeader(bytes([0x47, 0x49, 0x46, 0x38, 0x39, 0x61]))).toEqual({ verdict: 'unknown' });
		expect(readImageHeader(bytes())).toEqual({ verdict: 'unknown' });
	});

	test('tells how many bytes it needs, and a damaged file', () => {
		const jpeg = bytes([0xff, 0xd8], exif(6, true), frame(40, 30));
		for (const whole of [PNG, jpeg.subarray(0, jpeg.length - 1 - SCAN.length)]) {
			expect(readImageHeader(whole)).toMatchObject({ verdict: 'image' });
			for (let length = 1; length < whole.length; length++) {
				const first = readImageHeader(whole.subarray(0, length));
				expect(first).toMatchObject({ verdict: 'more' });
				expect(first.verdict === 'more' && first.bytesNeeded).toBeGreaterThan(length);
				const hasSize = whole === PNG && length >= 24;
				expect(readImageHeader(whole.subarray(0, length), true)).toMatchObject({
					verdict: hasSize ? 'image' : 'truncated',
				});
			}
		}
		expect(readImageHeader(bytes([0xff, 0xd8], JFIF, [0xff, 0xd9]))).toEqual({ verdict: 'truncated', format: 'jpeg' });
		expect(readImageHeader(bytes([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 1, 0x00, 0x11, 0, 0]))).toEqual({
			verdict: 'truncated',
			format: 'jpeg',
		});
	});

	test('never crashes and never asks for what it has', () => {
		const starts = fc.constantFrom<number[]>(
			[0xff, 0xd8, 0xff],
			[0xff, 0xd8, ...exif(3, true)],
			[...PNG.subarray(0, 8)],
			[],
		);
		fc.assert(
			fc.property(starts, fc.uint8Array({ maxLength: 200 }), fc.boolean(), (start, rest, complete) => {
				const all = bytes(start, [...rest]);
				const header = readImageHeader(all, complete);
				if (header.verdict === 'more') expect(header.bytesNeeded).toBeGreaterThan(all.length);
				if (complete) expect(header.verdict).not.toBe('more');
			}),
			{ numRuns: 1000 },
		);
	});
});
