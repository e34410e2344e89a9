import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import type { LabeledImage } from '@datagym/labels/model';
import { ROOT } from '../paths';

/** Milliseconds that each answer of the server takes longer, where requests are what is measured. */
export const LATENCY = 10;

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

export const LABELS_PER_IMAGE = 10;
/** The export does not tell sizes; the node asks the server for them. */
export const SIZE = { width: 1920, height: 1080 };

export const CLASSES = ['bicycle', 'bus', 'car', 'cat', 'dog', 'motorcycle', 'person', 'sign', 'train', 'truck'];
const QUESTIONS = ['daytime', 'occluded', 'weather'];

/** Writes an export as the server does (docs/contract.md#export): the classes, then images with ten boxes each, one question a box. Returns its bytes. */
export function writeExport(path: string, images: number, labelsPerImage = LABELS_PER_IMAGE, idOf = anyIdOf): number {
	const file = openSync(path, 'w');
	let bytes = 0;
	let chunk = `[${JSON.stringify({ label_classes: [...CLASSES.map((class_name) => ({ class_name, geometry_type: 'rectangle' })), ...QUESTIONS.map((class_name) => ({ class_name, classification_type: 'select' }))] })}`;
	for (let image = 0; image < images; image++) {
		chunk += `,\n${JSON.stringify(element(image, labelsPerImage, idOf(image)))}`;
		if (chunk.length > 1 << 20 || image === images - 1) {
			if (image === images - 1) chunk += ']';
			bytes += writeSync(file, chunk);
			chunk = '';
		}
	}
	closeSync(file);
	return bytes;
}

const anyIdOf = (image: number) => `${image.toString(16).padStart(8, '0')}-5d2e-4f0b-9a51-6f1c2d3e4a5b`;

/** Coordinates are whole numbers, as the server cuts them. */
function element(image: number, labelsPerImage: number, imageId: string) {
	const labels: Record<string, object[]> = {};
	for (let index = 0; index < labelsPerImage; index++) {
		const className = CLASSES[(image * 7 + index * 3) % CLASSES.length] ?? '';
		const [x, y] = [(image * 31 + index * 97) % 1500, (image * 17 + index * 53) % 800];
		(labels[className] ??= []).push({
			rectangle: [{ x, y, w: 20 + ((image + index * 13) % 400), h: 20 + ((image * 3 + index) % 260) }],
			classifications: { occluded: [index % 3 === 0 ? 'no' : null] },
			nested_geometries: {},
		});
	}
	return {
		internal_media_ID: imageId,
		external_media_ID: `camera_${String(image % 20).padStart(2, '0')}_frame_${String(image).padStart(7, '0')}.jpg`,
		labeler: `Labeler ${image % 12}`,
		status: 'completed',
		segmentations: [],
		global_classifications: { weather: ['sun'], daytime: [image % 5 === 0 ? null : 'day'] },
		labels,
	};
}

/** A file in chunks of the size in which HTTP bodies come, about. */
export function* chunksOf(path: string): Generator<Uint8Array, void, undefined> {
	const file = openSync(path, 'r');
	const size = 1 << 16;
	try {
		for (;;) {
			const chunk = Buffer.allocUnsafe(size);
			const length = readSync(file, chunk, 0, size, null);
			if (length === 0) return;
			yield chunk.subarray(0, length);
		}
	} finally {
		closeSync(file);
	}
}

export function sized(image: LabeledImage): LabeledImage {
	return { ...image, ...SIZE };
}

/** A JPEG of some kB. */
export async function smallPhoto(): Promise<Buffer> {
	return await sharp({ create: { width: SIZE.width, height: SIZE.height, channels: 3, background: 'gray' } })
		.jpeg({ quality: 40 })
		.toBuffer();
}

/** One JPEG of about 105 kB. */
export async function plainPhoto(): Promise<Buffer> {
	const noise = { raw: { width: 640, height: 480, channels: 3 as const } };
	return await sharp(randomBytes(640 * 480 * 3), noise)
		.jpeg({ quality: 75 })
		.toBuffer();
}

/** Photographs of the examples in 12 megapixels, with the grain of a camera: JPEGs of about 3 MB. */
export async function largePhotos(): Promise<Buffer[]> {
	const size = { width: 4000, height: 3000 };
	const noise = { type: 'gaussian' as const, mean: 128, sigma: 24 };
	const grain = await sharp({ create: { ...size, channels: 3, background: 'gray', noise } })
		.png({ compressionLevel: 1 })
		.toBuffer();
	const photos: Buffer[] = [];
	for (const name of ['astronaut.jpg', 'coffee.jpg', 'dogs.jpg', 'flower.jpg', 'pavilion.jpg', 'rocket.jpg'])
		photos.push(
			await sharp(join(ROOT, 'examples', 'photos', name))
				.resize({ ...size, fit: 'cover' })
				.composite([{ input: grain, blend: 'soft-light' }])
				.jpeg({ quality: 89 })
				.toBuffer(),
		);
	return photos;
}

export const LABEL_CLASSES = [
	{
		entryKey: 'car',
		type: 'rectangle',
		children: [{ entryKey: 'color', type: 'select', options: { red: 'Red', blue: 'Blue' } }],
	},
	{ entryKey: 'road', type: 'polygon' },
	{ entryKey: 'weather', type: 'select', options: { sun: 'Sun', rain: 'Rain' } },
];

/** As in the contract's measurements: three boxes with an answer each, a polygon of eight points, an answer about the image. */
export function labelsOf(index: number) {
	const boxes = [0, 1, 2].map((box) => ({
		rectangle: [{ x: 10.5 + box * 90, y: 20.25 + (index % 50), w: 80.5, h: 60.25 }],
		classifications: { color: ['red'] },
	}));
	const polygon = [0, 1, 2, 3, 4, 5, 6, 7].map((corner) => ({
		x: 300 + 100 * Math.cos(corner),
		y: 200 + 100 * Math.sin(corner),
	}));
	return { labels: { car: boxes, road: [{ polygon }] }, global_classifications: { weather: ['sun'] } };
}
