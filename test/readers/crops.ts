import '@datagym/tools/wasm';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { type CropOptions, type PixelBox, type PixelMask, withPicture } from '@datagym/pixels';
import { pngChunk } from '@datagym/labels/codecs/indexedPng';
import { ROOT } from '@datagym/tools/paths';
import { ORIENTATIONS } from '@datagym/test/support/paintedPhotographs';

const SIZE = { width: 211, height: 157 };
const BOX = { x: 20.25, y: 31, width: 60.5, height: 70 };
const MASK = { x: 30, y: 40, width: 40, height: 30, inside: new Uint8Array(40 * 30).map((_, at) => at % 3) };

/** What is asked of each picture, by its name; `test_pixels.py` does the same with Pillow. */
const WISHES: Readonly<Record<string, { box: PixelBox; options: CropOptions }>> = {
	lossless: { box: BOX, options: { format: 'png' } },
	whole: { box: { x: -5, y: -5, width: 900, height: 900 }, options: { format: 'png' } },
	margin: { box: BOX, options: { format: 'png', margin: 0.5 } },
	scaled: { box: { x: 3, y: 7, width: 140, height: 120 }, options: { format: 'png', maxSize: 31 } },
	masked: { box: BOX, options: { format: 'png', mask: MASK, background: [10, 200, 30] } },
	transparent: { box: BOX, options: { format: 'png', mask: MASK, background: 'transparent' } },
	jpeg: { box: { x: 0, y: 0, width: 120, height: 100 }, options: { format: 'jpeg', quality: 90 } },
};

/**
 * Writes pictures of all kinds, `<folder>/pixels/<name>`, what `@datagym/pixels` makes of them, `<name>.<wish>.png` or `.jpg`,
 * `<name>.thumbnail.jpg` and `<name>.upright`, and `cases.json`, which says what was asked for and which region each crop shows.
 */
export async function writeCrops(folder: string): Promise<void> {
	const target = join(folder, 'pixels');
	await mkdir(target, { recursive: true });
	const cases: unknown[] = [];
	for (const [name, bytes] of Object.entries(await pictures())) {
		await writeFile(join(target, name), bytes);
		await withPicture(bytes, async (picture) => {
			for (const [wish, { box, options }] of Object.entries(WISHES)) {
				const crop = await picture.crop(box, options);
				const file = `${name}.${wish}.${crop.mimeType === 'image/png' ? 'png' : 'jpg'}`;
				await writeFile(join(target, file), crop.bytes);
				cases.push({
					name,
					wish,
					file,
					box,
					region: crop.region,
					size: [crop.width, crop.height],
					mask: maskOf(options),
				});
			}
			await writeFile(join(target, `${name}.thumbnail.jpg`), (await picture.thumbnail({ maxSize: 50 })).bytes);
		});
		await withPicture(bytes, async (picture) => {
			await writeFile(join(target, `${name}.upright`), (await picture.upright()).bytes);
		});
	}
	await writeFile(join(target, 'cases.json'), JSON.stringify(cases));
}

function maskOf({ mask }: { mask?: PixelMask }): object | null {
	return mask === undefined ? null : { ...mask, inside: [...mask.inside] };
}

async function pictures(): Promise<Record<string, Buffer>> {
	const photograph = await readFile(join(ROOT, 'examples', 'photos', 'astronaut.jpg'));
	const base = () => sharp(photograph).resize(SIZE.width, SIZE.height, { fit: 'fill' });
	const alpha = await base()
		.joinChannel(await base().greyscale().toColourspace('b-w').raw().toBuffer(), {
			raw: { ...SIZE, channels: 1 },
		})
		.png()
		.toBuffer();
	const turned = Object.fromEntries(
		await Promise.all(
			ORIENTATIONS.flatMap((orientation) =>
				(['jpeg', 'png'] as const).map(
					async (type) =>
						[`turned ${orientation}.${type}`, await base().withMetadata({ orientation })[type]().toBuffer()] as const,
				),
			),
		),
	);
	return {
		...turned,
		'4-2-0.jpg': await base().jpeg({ quality: 85 }).toBuffer(),
		'4-4-4.jpg': await base().jpeg({ quality: 92, chromaSubsampling: '4:4:4' }).toBuffer(),
		'progressive.jpg': await base().jpeg({ progressive: true }).toBuffer(),
		'restarts.jpg': await base().jpeg({ mozjpeg: true }).toBuffer(),
		'gray.jpg': await base().greyscale().toColourspace('b-w').jpeg().toBuffer(),
		'cmyk.jpg': await base().toColourspace('cmyk').jpeg().toBuffer(),
		'rgb.png': await base().png().toBuffer(),
		'rgb interlaced.png': await base().png({ progressive: true }).toBuffer(),
		'rgba.png': alpha,
		'rgba interlaced.png': await sharp(alpha).png({ progressive: true }).toBuffer(),
		'gray.png': await base().greyscale().toColourspace('b-w').png().toBuffer(),
		'palette.png': await base().png({ palette: true, colours: 200 }).toBuffer(),
		'palette 16.png': await base().png({ palette: true, colours: 16 }).toBuffer(),
		'palette 4 interlaced.png': await base().png({ palette: true, colours: 4, progressive: true }).toBuffer(),
		'palette 2.png': await base().png({ palette: true, colours: 2 }).toBuffer(),
		'palette alpha.png': await sharp(alpha).png({ palette: true, colours: 64 }).toBuffer(),
		'deep rgb.png': await base().toColourspace('rgb16').png().toBuffer(),
		'deep gray interlaced.png': await base().toColourspace('grey16').png({ progressive: true }).toBuffer(),
		'gray 1.png': handmade(1, 0),
		'gray 2.png': handmade(2, 0),
		'gray 4.png': handmade(4, 0),
		'gray key.png': handmade(8, 0, Uint8Array.of(0, 40)),
		'rgb key.png': handmade(8, 2, Uint8Array.of(0, 5, 0, 46, 0, 87)),
	};
}

/** Of kinds that sharp does not write: samples of few bits, and a transparent color. Each sample is `(column * 5 + row * 3 + …) mod 2^depth`. */
function handmade(depth: number, colorType: number, key?: Uint8Array): Buffer {
	const samples = colorType === 2 ? 3 : 1;
	const rowBytes = Math.ceil((SIZE.width * samples * depth) / 8);
	const rows = Buffer.alloc((rowBytes + 1) * SIZE.height);
	for (let y = 0; y < SIZE.height; y++) {
		for (let index = 0; index < SIZE.width * samples; index++) {
			const x = Math.floor(index / samples);
			const value = (x * 5 + y * 3 + (index % samples) * 41) % 2 ** depth;
			const bit = index * depth;
			const at = y * (rowBytes + 1) + 1 + (bit >> 3);
			rows[at] = (rows[at] ?? 0) | (value << (8 - depth - (bit & 7)));
		}
	}
	const header = Buffer.alloc(13);
	header.writeUInt32BE(SIZE.width, 0);
	header.writeUInt32BE(SIZE.height, 4);
	header.set([depth, colorType], 8);
	return Buffer.concat([
		Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
		pngChunk('IHDR', header),
		...(key === undefined ? [] : [pngChunk('tRNS', key)]),
		pngChunk('IDAT', deflateSync(rows)),
		pngChunk('IEND', new Uint8Array()),
	]);
}
