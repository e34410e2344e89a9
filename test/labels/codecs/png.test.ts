import { zlibSync } from 'fflate';
import sharp from 'sharp';
import { pngChunk, writeIndexedPng } from '@datagym/labels/codecs/indexedPng';
import { joined } from '@datagym/labels/codecs/joinedBytes';
import { decodePng, type Png } from '@datagym/labels/codecs/png';

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** A PNG of the given header and inflated rows. */
function png(
	{ width = 1, height = 1, depth = 8, color = 0, interlace = 0 },
	rows: Uint8Array,
	...chunks: Uint8Array[]
): Uint8Array {
	const header = new Uint8Array(13);
	const view = new DataView(header.buffer);
	view.setUint32(0, width);
	view.setUint32(4, height);
	header.set([depth, color, 0, 0, interlace], 8);
	return joined(
		SIGNATURE,
		pngChunk('IHDR', header),
		...chunks,
		pngChunk('IDAT', zlibSync(rows)),
		pngChunk('IEND', new Uint8Array()),
	);
}

function read(bytes: Uint8Array): Png {
	const decoded = decodePng(bytes);
	if (typeof decoded === 'string') throw new Error(decoded);
	return decoded;
}

/** Noise on a gradient, so that encoders choose each of the filters. */
function picture(width: number, height: number, channels: 1 | 2 | 3 | 4): Buffer {
	return Buffer.from(
		Array.from({ length: width * height * channels }, (_, at) => {
			const pixel = Math.floor(at / channels);
			return (pixel % width) * 3 + Math.floor(pixel / width) * (1 + (at % channels)) + ((at * 7919) % 13);
		}),
	);
}

describe('a PNG', () => {
	test.each<[number, number, 1 | 3 | 4, boolean]>([
		[37, 29, 1, false],
		[37, 29, 3, false],
		[37, 29, 4, false],
		[37, 29, 1, true],
		[37, 29, 4, true],
		[1, 1, 3, true],
		[5, 1, 1, true],
		[2, 9, 4, true],
	])(
		'of %d × %d pixels and %d channels has the pixels that libpng wrote (interlaced: %s)',
		async (width, height, channels, progressive) => {
			const raw = picture(width, height, channels);
			const file = await sharp(raw, { raw: { width, height, channels } })
				.toColourspace(channels === 1 ? 'b-w' : 'srgb')
				.png({ progressive, adaptiveFiltering: true })
				.toBuffer();
			const { data, ...rest } = read(file);
			expect(rest).toEqual({ width, height, channels, bitDepth: 8 });
			expect(Buffer.from(data)).toEqual(raw);
		},
	);

	test.each([1, 2, 4] as const)(
		'of %d bits a pixel has the samples of its rows, each of which begins at a byte',
		(depth) => {
			const perByte = 8 / depth;
			const rows = Uint8Array.of(0, 0b00011011, 0b10000000, 0, 0b11100100, 0);
			const width = perByte + 1;
			const samplesOf = (byte: number) =>
				Array.from({ length: perByte }, (_, at) => (byte >> (8 - depth * (at + 1))) & (2 ** depth - 1));
			expect([...read(png({ width, height: 2, depth }, rows)).data]).toEqual([
				...samplesOf(0b00011011),
				0b10000000 >> (8 - depth),
				...samplesOf(0b11100100),
				0,
			]);
		},
	);

	test('of 16 bits keeps them', () => {
		const { data, bitDepth } = read(png({ width: 2, depth: 16 }, Uint8Array.of(0, 0x01, 0x02, 0xff, 0xfe)));
		expect(bitDepth).toBe(16);
		expect([...data]).toEqual([0x0102, 0xfffe]);
	});

	test('with a palette has its indices and its colors', () => {
		const { data, palette } = read(
			writeIndexedPng(3, 1, Uint8Array.of(0, 2, 1), Uint8Array.of(0, 0, 0, 255, 0, 0, 0, 0, 9)),
		);
		expect([...data]).toEqual([0, 2, 1]);
		expect([...(palette ?? [])].slice(0, 16)).toEqual([0, 0, 0, 255, 255, 0, 0, 255, 0, 0, 9, 255, 0, 0, 0, 255]);
	});

	test('has the transparency of its colors', () => {
		const chunks = [pngChunk('PLTE', Uint8Array.of(1, 2, 3, 4, 5, 6)), pngChunk('tRNS', Uint8Array.of(0))];
		const { palette } = read(png({ color: 3 }, Uint8Array.of(0, 1), ...chunks));
		expect([...(palette ?? [])].slice(0, 8)).toEqual([1, 2, 3, 0, 4, 5, 6, 255]);
	});

	test('may have its data in several chunks', () => {
		const whole = png(
			{ width: 4, height: 4 },
			Uint8Array.from({ length: 20 }, (_, at) => (at % 5 === 0 ? 0 : at)),
		);
		const at = Buffer.from(whole).indexOf('IDAT') - 4;
		const length = new DataView(whole.buffer).getUint32(at);
		const content = whole.subarray(at + 8, at + 8 + length);
		const parts = [content.subarray(0, 1), content.subarray(1, 6), content.subarray(6)];
		const split = joined(whole.subarray(0, at), ...parts.map((part) => pngChunk('IDAT', part)));
		expect(read(split).data).toEqual(read(whole).data);
	});

	test.each<[string, Uint8Array]>([
		['nothing', new Uint8Array()],
		['a JPEG', Uint8Array.of(0xff, 0xd8, 0xff, ...new Array<number>(60).fill(0))],
		['a signature alone', SIGNATURE],
		['a width of 0', png({ width: 0 }, Uint8Array.of(0))],
		['a kind that does not exist', png({ color: 5 }, Uint8Array.of(0, 0))],
		['palette indices of 16 bits', png({ color: 3, depth: 16 }, Uint8Array.of(0, 0, 0))],
	])('is not read from %s', (_what, bytes) => expect(decodePng(bytes)).toMatch('is not a PNG'));

	test.each<[string, Uint8Array]>([
		['rows that are missing', png({ width: 4, height: 4 }, new Uint8Array(19))],
		[
			'a file that is cut',
			png(
				{ width: 99, height: 99 },
				new Uint8Array(9900).map((_, at) => (at % 100 === 0 ? 0 : (at * 7) % 251)),
			).subarray(0, 80),
		],
		['a filter that does not exist', png({ width: 1 }, Uint8Array.of(5, 0))],
		[
			'data that is not compressed',
			joined(png({}, Uint8Array.of(0, 0)).subarray(0, 33), pngChunk('IDAT', Uint8Array.of(1, 2, 3, 4, 5, 6, 7))),
		],
	])('is damaged with %s', (_what, bytes) => expect(decodePng(bytes)).toMatch('damaged'));

	test('that claims to be huge is not even begun', () => {
		expect(decodePng(png({ width: 99_999, height: 99_999 }, new Uint8Array()))).toMatch(
			'99999 × 99999 pixels is too large',
		);
		expect(decodePng(png({ width: 4_000_000_000 }, new Uint8Array()))).toMatch('too large');
	});

	test('that inflates to more than its size gives its size', () => {
		const bomb = png({ width: 2, height: 2 }, new Uint8Array(5_000_000));
		expect([...read(bomb).data]).toEqual([0, 0, 0, 0]);
	});
});
