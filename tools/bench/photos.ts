import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

/** Pixels of a photograph of about 200 kB, when they are noise. */
const SIDE = 560;
const DIFFERENT = 10;

/** Real JPEGs of about 200 kB, each of other bytes: some pictures of noise, numbered in a comment. */
export async function makePhotos(count: number): Promise<Buffer[]> {
	const noise = { raw: { width: SIDE, height: SIDE, channels: 3 as const } };
	const pictures = await Promise.all(
		Array.from(
			{ length: Math.min(count, DIFFERENT) },
			async () =>
				await sharp(randomBytes(SIDE * SIDE * 3), noise)
					.jpeg({ quality: 80 })
					.toBuffer(),
		),
	);
	return Array.from({ length: count }, (_, index) =>
		withComment(pictures[index % pictures.length]!, `photograph ${index}`),
	);
}

/** A comment segment (ITU-T T.81, B.2.4.5) behind the start of the image. */
function withComment(jpeg: Buffer, comment: string): Buffer {
	const length = Buffer.alloc(2);
	length.writeUInt16BE(comment.length + 2);
	return Buffer.concat([
		jpeg.subarray(0, 2),
		Buffer.of(0xff, 0xfe),
		length,
		Buffer.from(comment, 'latin1'),
		jpeg.subarray(2),
	]);
}

/** Writes them into a folder and returns their names. */
export async function writePhotos(folder: string, count: number): Promise<string[]> {
	await mkdir(folder, { recursive: true });
	const photos = await makePhotos(count);
	return await Promise.all(
		photos.map(async (photo, index) => {
			const name = `photo_${String(index + 1).padStart(5, '0')}.jpg`;
			await writeFile(join(folder, name), photo);
			return name;
		}),
	);
}
