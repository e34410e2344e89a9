import fc from 'fast-check';
import sharp from 'sharp';
import { readImageHeader } from '@datagym/labels/codecs/imageHeader';
import { withoutOrientation } from '@datagym/labels/codecs/orientationRemover';
import { ORIENTATIONS, paintedPhotograph } from '@datagym/test/support/paintedPhotographs';
import { EXIF_FILES, WRONG_CHECKSUM } from './exifFiles';
import { inChunks } from './chunks';

async function removed(file: Uint8Array, ...lengths: number[]): Promise<Buffer> {
	const parts: Uint8Array[] = [];
	for await (const part of withoutOrientation(inChunks(file, lengths.length === 0 ? [65_536] : lengths)))
		parts.push(part);
	return Buffer.concat(parts);
}

const pixels = async (file: Buffer) => await sharp(file).raw().toBuffer();

describe('removing the orientation', () => {
	test.each(ORIENTATIONS)('%d of a photograph leaves every pixel as it is stored', async (orientation) => {
		for (const type of ['jpeg', 'png'] as const) {
			const file = await paintedPhotograph(type, orientation);
			const neutral = await removed(file);
			expect(readImageHeader(neutral, true)).toMatchObject({ orientation: 1, width: 160, height: 120 });
			expect(neutral.length).toBe(file.length);
			expect((await pixels(neutral)).equals(await pixels(file))).toBe(true);
			// Programs that turn it have nothing to turn.
			expect((await pixels(await sharp(neutral).rotate().png().toBuffer())).equals(await pixels(file))).toBe(true);
			if (orientation === 1) expect(neutral.equals(file)).toBe(true);
		}
	});

	test.each(EXIF_FILES)('of $name leaves none in any place', async ({ name, bytes }) => {
		const neutral = await removed(bytes);
		expect(readImageHeader(neutral, true)).toMatchObject({ verdict: 'image', orientation: 1 });
		expect((await pixels(neutral)).equals(await pixels(bytes))).toBe(true);
		expect(neutral.toString('latin1')).not.toMatch(/tiff:Orientation\s*(=\s*["']|>)[2-8]|Raw profile/);
		expect((await sharp(neutral).metadata()).orientation ?? 1).toBe(1);
		if (!name.includes('ImageMagick')) expect(neutral.length).toBe(bytes.length);
		// Once is enough.
		expect((await removed(neutral)).equals(neutral)).toBe(true);
	});

	test('leaves everything else: color profiles, comments, and words that only look alike', async () => {
		const [upright] = EXIF_FILES;
		const file = EXIF_FILES.find(({ name }) => name === 'JPEG, XMP only')!.bytes;
		expect((await removed(upright!.bytes)).equals(upright!.bytes)).toBe(true);
		expect((await removed(file)).toString('latin1')).toContain('tiff:Orientation="1" tiff:Make="Orientation=6"');
	});

	test.each(EXIF_FILES)('of $name leaves the bytes that it was given', async ({ bytes }) => {
		const given = Buffer.from(bytes);
		await removed(given, given.length);
		expect(given.equals(bytes)).toBe(true);
	});

	test('writes a checksum that readers accept', async () => {
		expect(await sharp(await removed(WRONG_CHECKSUM), { failOn: 'warning' }).metadata()).toMatchObject({
			orientation: 1,
		});
	});

	test('gives the same whatever chunks the file comes in', async () => {
		const files = fc.constantFrom(...EXIF_FILES.map(({ bytes }) => bytes));
		await fc.assert(
			fc.asyncProperty(files, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), async (file, lengths) => {
				expect((await removed(file, ...lengths)).equals(await removed(file))).toBe(true);
			}),
		);
	});

	test('leaves other and damaged files as they are, and never fails', async () => {
		const anything = fc.oneof(
			fc.uint8Array({ maxLength: 300 }),
			fc
				.tuple(fc.constantFrom(...EXIF_FILES.map(({ bytes }) => bytes)), fc.nat())
				.map(([file, cut]) => file.subarray(0, cut % file.length)),
		);
		await fc.assert(
			fc.asyncProperty(anything, async (file) => {
				const result = await removed(file, 7);
				expect(result.length).toBeLessThanOrEqual(file.length);
				if (readImageHeader(file).verdict === 'unknown') expect(result.equals(Buffer.from(file))).toBe(true);
			}),
		);
	});

	test('holds no more than metadata of a file of any length', async () => {
		let held = 0;
		const CHUNK = 65_536;
		async function* large(): AsyncGenerator<Uint8Array> {
			yield Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xda])]);
			for (let index = 0; index < 1000; index++) {
				held += CHUNK;
				yield new Uint8Array(CHUNK);
			}
		}
		for await (const part of withoutOrientation(large())) {
			held -= part.length;
			expect(held).toBeLessThanOrEqual(2 * CHUNK);
		}
	});

	test('lets go of the file when its reader stops', async () => {
		let isClosed = false;
		async function* endless(): AsyncGenerator<Uint8Array> {
			try {
				for (;;) yield new Uint8Array(10);
			} finally {
				isClosed = true;
			}
		}
		for await (const part of withoutOrientation(endless())) if (part.length > 0) break;
		expect(isClosed).toBe(true);
	});
});
