import sharp from 'sharp';
import { withPicture } from '@datagym/pixels';

/** 60 × 40 pixels: the left half red, the right half blue. */
const halves = async () =>
	await sharp({ create: { width: 60, height: 40, channels: 3, background: '#ff0000' } })
		.composite([
			{
				input: await sharp({ create: { width: 30, height: 40, channels: 3, background: '#0000ff' } })
					.png()
					.toBuffer(),
				left: 30,
				top: 0,
			},
		])
		.removeAlpha()
		.png()
		.toBuffer();

async function pixelAt(bytes: Uint8Array, x: number, y: number): Promise<number[]> {
	const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
	const at = (y * info.width + x) * info.channels;
	return [...data.subarray(at, at + info.channels)];
}

describe('a square', () => {
	test('grows around the middle of the box and moves to lie in the image', async () => {
		await withPicture(await halves(), async (picture) => {
			const middle = await picture.crop({ x: 20, y: 15, width: 20, height: 10 }, { isSquare: true });
			expect(middle.region).toEqual({ x: 20, y: 10, width: 20, height: 20 });
			expect([middle.width, middle.height]).toEqual([20, 20]);
			expect(await pixelAt(middle.bytes, 9, 0)).toEqual([255, 0, 0]);
			expect(await pixelAt(middle.bytes, 10, 0)).toEqual([0, 0, 255]);
			const corner = await picture.crop({ x: 30, y: 36, width: 30, height: 4 }, { isSquare: true });
			expect(corner.region).toEqual({ x: 30, y: 10, width: 30, height: 30 });
		});
	});

	test('that the image does not fill has the color of the background beside it', async () => {
		await withPicture(await halves(), async (picture) => {
			const whole = { x: 0, y: 0, width: 60, height: 40 };
			const white = await picture.crop(whole, { isSquare: true });
			expect(white.region).toEqual({ x: 0, y: -10, width: 60, height: 60 });
			expect(await pixelAt(white.bytes, 0, 9)).toEqual([255, 255, 255]);
			expect(await pixelAt(white.bytes, 0, 10)).toEqual([255, 0, 0]);
			expect(await pixelAt(white.bytes, 59, 49)).toEqual([0, 0, 255]);
			expect(await pixelAt(white.bytes, 59, 50)).toEqual([255, 255, 255]);
			const clear = await picture.crop(whole, { isSquare: true, background: 'transparent' });
			expect((await pixelAt(clear.bytes, 5, 5))[3]).toBe(0);
			const black = await picture.crop(whole, { isSquare: true, background: [0, 0, 0], format: 'jpeg' });
			expect(black.mimeType).toBe('image/jpeg');
			expect(Math.max(...(await pixelAt(black.bytes, 5, 1)))).toBeLessThan(10);
		});
	});
});

test('a margin is a share of the longer side on each side, as far as the image goes', async () => {
	await withPicture(await halves(), async (picture) => {
		const { region } = await picture.crop({ x: 10, y: 10, width: 20, height: 10 }, { margin: 0.2 });
		expect(region).toEqual({ x: 6, y: 6, width: 28, height: 18 });
		const clipped = await picture.crop({ x: 1, y: 1, width: 20, height: 10 }, { margin: 0.2 });
		expect(clipped.region).toEqual({ x: 0, y: 0, width: 25, height: 15 });
	});
});

test('a crop is made smaller, never larger', async () => {
	await withPicture(await halves(), async (picture) => {
		const small = await picture.crop({ x: 0, y: 0, width: 60, height: 40 }, { maxSize: 15 });
		expect([small.width, small.height]).toEqual([15, 10]);
		expect(await pixelAt(small.bytes, 2, 5)).toEqual([255, 0, 0]);
		const same = await picture.crop({ x: 0, y: 0, width: 10, height: 10 }, { maxSize: 100 });
		expect([same.width, same.height]).toEqual([10, 10]);
		const thumbnail = await picture.thumbnail({ maxSize: 100 });
		expect([thumbnail.width, thumbnail.height, thumbnail.mimeType]).toEqual([60, 40, 'image/jpeg']);
	});
});

test('crops that are asked for at once are those that are asked for one by one', async () => {
	const boxes = [
		{ x: 0, y: 0, width: 20, height: 20 },
		{ x: 20, y: 0, width: 20, height: 40 },
		{ x: 38, y: 10, width: 22, height: 30 },
	];
	for (const format of ['jpeg', 'png'] as const) {
		const options = { maxSize: 9, format };
		const [together, single] = await withPicture(await halves(), async (picture) => {
			const crops = await Promise.all(boxes.map(async (box) => await picture.crop(box, options)));
			const others = [];
			for (const box of boxes) others.push(await picture.crop(box, options));
			return [crops, others];
		});
		expect(together?.map(({ bytes }) => Buffer.from(bytes).toString('hex'))).toEqual(
			single?.map(({ bytes }) => Buffer.from(bytes).toString('hex')),
		);
	}
});

test.each(['jpeg', 'png'] as const)('others have their turn while many small %s are cut out', async (format) => {
	const file = await halves();
	let isDone = false;
	let turns = 0;
	const countTurns = () => {
		turns++;
		if (!isDone) setImmediate(countTurns);
	};
	await withPicture(
		file,
		async (picture) => {
			await picture.crop({ x: 0, y: 0, width: 1, height: 1 });
			countTurns();
			turns = 0;
			for (let index = 0; index < 2000; index++) await picture.crop({ x: 5, y: 5, width: 48, height: 30 }, { format });
		},
		async () => await new Promise(setImmediate),
	);
	isDone = true;
	expect(turns).toBeGreaterThan(10);
});

test('pictures are open one at a time, also after one that fails', async () => {
	const file = await halves();
	let open = 0;
	let most = 0;
	const results = await Promise.allSettled(
		Array.from(
			{ length: 6 },
			async (_, index) =>
				await withPicture(file, async (picture) => {
					most = Math.max(most, ++open);
					await picture.crop({ x: 0, y: 0, width: 5, height: 5 });
					open--;
					if (index === 2) throw new Error('of the caller');
				}),
		),
	);
	expect(most).toBe(1);
	expect(results.map(({ status }) => status)).toEqual([
		'fulfilled',
		'fulfilled',
		'rejected',
		'fulfilled',
		'fulfilled',
		'fulfilled',
	]);
});

test.each(['jpeg', 'png'] as const)('an upright %s keeps its color profile and loses other metadata', async (type) => {
	const turned = sharp(await halves())
		.withExif({ IFD0: { Make: 'Camera' } })
		.withMetadata({ orientation: 6, icc: 'p3' });
	const file = await turned.toFormat(type).toBuffer();
	const before = await sharp(file).metadata();
	expect(before.orientation).toBe(6);
	const { bytes, width, height } = await withPicture(file, async (picture) => await picture.upright());
	const after = await sharp(bytes).metadata();
	expect([after.width, after.height, after.orientation, after.exif]).toEqual([width, height, undefined, undefined]);
	expect([width, height]).toEqual([40, 60]);
	expect(before.icc).toBeDefined();
	expect(after.icc).toEqual(before.icc);
});
