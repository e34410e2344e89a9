import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { pngChunk } from '@datagym/labels/codecs/indexedPng';
import { type PictureFault, PictureError, withPicture } from '@datagym/pixels';

// What is decoded is judged by Pillow (test/readers/test_pixels.py); here is what cannot be.

const WHOLE = { x: 0, y: 0, width: 8, height: 8 };

async function faultOf(bytes: Uint8Array): Promise<PictureFault | undefined> {
	try {
		await withPicture(bytes, async (picture) => await picture.crop(WHOLE));
		return undefined;
	} catch (error) {
		if (error instanceof PictureError) return error.fault;
		throw error;
	}
}

/** A PNG of 8-bit gray that claims a size, with those rows. */
function pngOf(width: number, height: number, rows: Uint8Array, compressed = deflateSync(rows)): Buffer {
	const header = Buffer.alloc(13);
	header.writeUInt32BE(width, 0);
	header.writeUInt32BE(height, 4);
	header[8] = 8;
	return Buffer.concat([
		Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
		pngChunk('IHDR', header),
		pngChunk('IDAT', compressed),
		pngChunk('IEND', new Uint8Array()),
	]);
}

const jpeg = async () =>
	await sharp({ create: { width: 64, height: 48, channels: 3, background: '#3366aa' } })
		.jpeg()
		.toBuffer();

/** With other bytes from the first place on where those are. */
function replaced(bytes: Buffer, what: readonly number[], by: readonly number[]): Buffer {
	const copy = Buffer.from(bytes);
	copy.set(by, copy.indexOf(Buffer.from(what)));
	return copy;
}

test('a picture that is larger than it may be is refused by its header, whatever follows', async () => {
	const rows = Buffer.alloc(9 * 8);
	expect(await faultOf(pngOf(100_000, 100_000, rows))).toBe('tooLarge');
	expect(await faultOf(pngOf(0x7fffffff, 0x7fffffff, rows))).toBe('tooLarge');
	const file = await jpeg();
	const size = file.indexOf(Buffer.from([0xff, 0xc0])) + 5;
	file.writeUInt16BE(65_535, size);
	file.writeUInt16BE(65_535, size + 2);
	expect(await faultOf(file)).toBe('tooLarge');
});

test('data that inflates to more than the picture has costs no more than the picture', async () => {
	const bomb = deflateSync(Buffer.alloc(400_000_000));
	const before = process.memoryUsage().arrayBuffers;
	expect(await faultOf(pngOf(8, 8, Buffer.alloc(0), bomb))).toBeUndefined();
	expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000);
});

test('more scans than any photograph has are refused before they are decoded', async () => {
	const file = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#3366aa' } })
		.jpeg({ progressive: true })
		.toBuffer();
	const scan = file.subarray(file.lastIndexOf(Buffer.from([0xff, 0xda])), -2);
	expect(await faultOf(file)).toBeUndefined();
	const many = Buffer.concat([file.subarray(0, -2), ...Array.from({ length: 600 }, () => scan), file.subarray(-2)]);
	expect(await faultOf(many)).toBe('damaged');
});

test('what is no picture, or one that nobody shows, is told apart', async () => {
	expect(await faultOf(Buffer.from('GIF89a…'))).toBe('unknown');
	expect(await faultOf(new Uint8Array())).toBe('unknown');
	const file = await jpeg();
	// Arithmetic coding, and 12 bits a sample.
	expect(await faultOf(replaced(file, [0xff, 0xc0], [0xff, 0xc9]))).toBe('unsupported');
	expect(await faultOf(replaced(file, [0xff, 0xc0, 0, 17, 8], [0xff, 0xc0, 0, 17, 12]))).toBe('unsupported');
});

test('files that end too early or are damaged are named so', async () => {
	const file = await jpeg();
	for (const end of [file.length - 2, Math.floor(file.length * 0.9), 100, 30])
		expect([end, await faultOf(file.subarray(0, end))]).toEqual([end, 'damaged']);
	// More Huffman codes than there can be.
	const table = file.indexOf(Buffer.from([0xff, 0xc4]));
	const overfull = Buffer.from(file).fill(255, table + 5, table + 21);
	expect(await faultOf(overfull)).toBe('damaged');
	const rows = Buffer.alloc(9 * 8, 1);
	const png = pngOf(8, 8, rows);
	expect(await faultOf(pngOf(8, 8, rows.subarray(0, 60)))).toBe('damaged');
	expect(await faultOf(pngOf(8, 8, rows, Buffer.from('no zlib data')))).toBe('damaged');
	expect(await faultOf(pngOf(8, 8, Buffer.alloc(9 * 8, 9)))).toBe('damaged');
	expect(await faultOf(png.subarray(0, png.length - 20))).toBe('damaged');
	expect(await faultOf(png.subarray(0, 20))).toBe('damaged');
	expect(await faultOf(png)).toBeUndefined();
});

test('random damage gives a picture or a PictureError, and the next picture is as before', async () => {
	const file = await jpeg();
	const sound = await withPicture(file, async (picture) => await picture.crop(WHOLE, { format: 'png' }));
	for (let round = 0; round < 300; round++) {
		const copy = Buffer.from(file);
		for (let hit = 0; hit < 3; hit++)
			copy[2 + ((round * 7919 + hit * 104_729) % (copy.length - 2))] = (round * 31 + hit * 97) & 255;
		await faultOf(copy);
	}
	const again = await withPicture(file, async (picture) => await picture.crop(WHOLE, { format: 'png' }));
	expect(Buffer.from(again.bytes).equals(sound.bytes)).toBe(true);
});

test('a box that lies outside is refused, and a point has one pixel', async () => {
	await withPicture(await jpeg(), async (picture) => {
		expect([picture.width, picture.height, picture.format]).toEqual([64, 48, 'jpeg']);
		for (const box of [
			{ x: 64, y: 0, width: 5, height: 5 },
			{ x: 0, y: -10, width: 5, height: 10 },
			{ x: Number.NaN, y: 0, width: 5, height: 5 },
		])
			await expect(picture.crop(box)).rejects.toMatchObject({ fault: 'outside' });
		const point = await picture.crop({ x: 63.5, y: 47.5, width: 0, height: 0 });
		expect(point.region).toEqual({ x: 63, y: 47, width: 1, height: 1 });
	});
});
