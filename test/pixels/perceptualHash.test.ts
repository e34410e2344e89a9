import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { duplicateGroups } from '@datagym/labels/dataset/duplicates';
import { atOnce } from '@datagym/labels/steps/steps';
import { withPicture } from '@datagym/pixels';

// The promise: issue 17 and docs/duplicates.md#how-well-it-works. The limits were set with other photographs than these.

const FOLDER = join(__dirname, '../../examples/photos');
const PHOTOS = readdirSync(FOLDER).filter((name) => /\.(?:jpg|png)$/.test(name));
const fileOf = (name: string) => readFileSync(join(FOLDER, name));

const hashOf = async (bytes: Uint8Array) => await withPicture(bytes, async (picture) => await picture.perceptualHash());

async function isFound(original: Uint8Array, copy: Uint8Array): Promise<boolean> {
	const images = [
		{ sha256: 'original', perceptualHash: await hashOf(original) },
		{ sha256: 'copy', perceptualHash: await hashOf(copy) },
	];
	const groups = atOnce(duplicateGroups(images, 'normal'));
	return groups.length === 1;
}

type Change = (upright: Sharp, width: number, height: number) => Sharp;

/** By another program's codecs and filters (libvips). */
const COPIES: Readonly<Record<string, Change>> = {
	'JPEG of quality 30': (image) => image.jpeg({ quality: 30 }),
	'JPEG of quality 95': (image) => image.jpeg({ quality: 95 }),
	'progressive JPEG, full color': (image) => image.jpeg({ quality: 60, progressive: true, chromaSubsampling: '4:4:4' }),
	PNG: (image) => image.png(),
	'a quarter of the size': (image, width) => image.resize(Math.round(width / 4)).jpeg({ quality: 80 }),
	'a quarter of the size, quality 30': (image, width) => image.resize(Math.round(width / 4)).jpeg({ quality: 30 }),
	'half the size without a filter': (image, width) =>
		image.resize(Math.round(width / 2), null, { kernel: 'nearest' }).png(),
	'twice the size': (image, width) => image.resize(width * 2).jpeg({ quality: 85 }),
	'stretched to 640 × 640': (image) => image.resize(640, 640, { fit: 'fill' }).jpeg({ quality: 85 }),
	'a fifth darker': (image) => image.linear(0.8, 0).jpeg({ quality: 90 }),
	gray: (image) => image.grayscale().jpeg({ quality: 90 }),
};

test('at least 95 % of re-encoded and resized copies are found', async () => {
	const missed: string[] = [];
	for (const name of PHOTOS) {
		const original = fileOf(name);
		const upright = await sharp(original).rotate().png().toBuffer();
		const { width, height } = await sharp(upright).metadata();
		for (const [copy, change] of Object.entries(COPIES)) {
			const bytes = await change(sharp(upright), width, height).toBuffer();
			if (!(await isFound(original, bytes))) missed.push(`${name}: ${copy}`);
		}
	}
	const all = PHOTOS.length * Object.keys(COPIES).length;
	expect(all).toBeGreaterThan(100);
	expect({ missed, isEnough: missed.length <= all * 0.05 }).toEqual({ missed, isEnough: true });
});

test('different photographs are never taken for the same, and neither are parts of one', async () => {
	const files = PHOTOS.map(fileOf);
	for (const name of PHOTOS) {
		const upright = sharp(await sharp(fileOf(name)).rotate().png().toBuffer());
		const { width, height } = await upright.metadata();
		const half = { width: Math.floor(width * 0.7), height: Math.floor(height * 0.7) };
		for (const [left, top] of [
			[0, 0],
			[width - half.width, 0],
			[0, height - half.height],
			[width - half.width, height - half.height],
		] as const)
			files.push(
				await upright
					.clone()
					.extract({ left, top, ...half })
					.jpeg()
					.toBuffer(),
			);
	}
	const images = await Promise.all(
		files.map(async (bytes, index) => ({ sha256: String(index), perceptualHash: await hashOf(bytes) })),
	);
	expect(atOnce(duplicateGroups(images, 'normal'))).toEqual([]);
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
	'a photograph stored with orientation %i is the one that people see',
	async (orientation) => {
		const upright = await sharp(fileOf('cat.jpg')).jpeg({ quality: 95 }).toBuffer();
		// `rotate()` shows what a viewer does with the tag; so the stored pixels are those that it turns into the upright ones.
		const inverse = [1, 2, 3, 4, 5, 8, 7, 6][orientation - 1];
		const stored = await sharp(await sharp(upright).withMetadata({ orientation: inverse }).toBuffer())
			.rotate()
			.toBuffer();
		const tagged = await sharp(stored).withMetadata({ orientation }).jpeg({ quality: 95 }).toBuffer();
		expect(await isFound(upright, tagged)).toBe(true);
		if (orientation !== 1) expect(await isFound(upright, stored)).toBe(false);
	},
);

test('an image that shows nothing has no hash, whatever its noise, format and size', async () => {
	const page = (width: number, height: number, value: string) =>
		sharp({ create: { width, height, channels: 3, background: value } });
	for (const image of [
		page(300, 200, '#fff').png(),
		page(1, 1, '#000').png(),
		page(40, 3000, '#7f7f80').jpeg({ quality: 30 }),
	])
		expect(await hashOf(await image.toBuffer())).toBeUndefined();
	const noise = await sharp({
		create: {
			width: 640,
			height: 480,
			channels: 3,
			background: '#fff',
			noise: { type: 'gaussian', mean: 128, sigma: 2 },
		},
	})
		.jpeg()
		.toBuffer();
	expect(await hashOf(noise)).toBeUndefined();
});

test('transparent pixels are white, 16 bits are as 8, and the smallest images have a hash', async () => {
	const ring = Buffer.from(
		'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="70"><circle cx="30" cy="40" r="22" fill="#c22"/><rect x="60" y="5" width="20" height="50" fill="#113"/></svg>',
	);
	const clear = await sharp(ring).png().toBuffer();
	const white = await sharp(clear).flatten({ background: '#fff' }).png().toBuffer();
	expect(await hashOf(clear)).toBe(await hashOf(white));
	const deep = await sharp(white).toColourspace('rgb16').png().toBuffer();
	expect(await isFound(white, deep)).toBe(true);
	const tiny = await sharp(white).resize(9, 7).png().toBuffer();
	expect(await hashOf(tiny)).toMatch(/^[0-9a-f]{64}$/);
});

test('copies of symmetrical drawings with flat areas are found as those of photographs are', async () => {
	const face = (color: string, mouth: number) =>
		`<svg xmlns="http://www.w3.org/2000/svg" width="320" height="320"><rect width="320" height="320" fill="#fff"/><circle cx="160" cy="160" r="150" fill="${color}"/><circle cx="105" cy="120" r="22" fill="#640"/><circle cx="215" cy="120" r="22" fill="#640"/><ellipse cx="160" cy="230" rx="70" ry="${mouth}" fill="#640"/></svg>`;
	const board = Array.from(
		{ length: 64 },
		(_, index) =>
			`<rect x="${(index % 8) * 40}" y="${Math.floor(index / 8) * 40}" width="40" height="40" fill="${(index + Math.floor(index / 8)) % 2 ? '#000' : '#fff'}"/>`,
	).join('');
	const cross =
		'<rect width="320" height="320" fill="#fff"/><path d="M130 20h60v110h110v60H190v110h-60V190H20v-60h110z" fill="#d22"/>';
	const drawn = [face('#fc4', 50), face('#4a4', 8)].concat(
		[board, cross].map((body) => `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="320">${body}</svg>`),
	);
	const missed: string[] = [];
	for (const [index, svg] of drawn.entries()) {
		const original = await sharp(Buffer.from(svg)).png().toBuffer();
		for (const [name, change] of Object.entries(COPIES))
			if (!(await isFound(original, await change(sharp(original), 320, 320).toBuffer())))
				missed.push(`${index}, ${name}`);
	}
	expect(missed.length / (drawn.length * Object.keys(COPIES).length)).toBeLessThanOrEqual(0.05);
});
