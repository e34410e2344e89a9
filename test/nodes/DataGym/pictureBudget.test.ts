import sharp from 'sharp';
import type { LabeledImage } from '@datagym/labels/model';
import { PictureBudget } from '@datagym/nodes/DataGym/export/preview/pictureBudget';
import type { EncodedPicture, ThumbnailOptions } from '@datagym/pixels';
import { image, object, rectangle } from '../../labels/build';

/** What a page stays below, in bytes, and what Base64 makes of three bytes. */
const PAGE = 10_000_000;
const BASE64 = 4 / 3;

const images = (count: number, labels = 0): LabeledImage[] =>
	Array.from({ length: count }, () => image(Array.from({ length: labels }, () => object('car', rectangle()))));

/** A photograph with the grain of a camera, which takes many bytes. Its thumbnails are made by libjpeg-turbo itself. */
async function photograph(grain: number) {
	const [width, height] = [2400, 1600];
	const noise = { type: 'gaussian' as const, mean: 128, sigma: grain };
	const pixels = await sharp({ create: { width, height, channels: 3, background: 'gray', noise } })
		.raw()
		.toBuffer();
	const thumbnail = async ({ maxSize, quality = 75 }: ThumbnailOptions): Promise<EncodedPicture> => {
		const { data, info } = await sharp(pixels, { raw: { width, height, channels: 3 } })
			.resize(maxSize, maxSize, { fit: 'inside' })
			.jpeg({ quality })
			.toBuffer({ resolveWithObject: true });
		return { bytes: data, mimeType: 'image/jpeg', width: info.width, height: info.height };
	};
	return { width, height, thumbnail };
}

describe('the pictures of a page', () => {
	test('take no more than the page may hold, whether they are smooth or grainy', async () => {
		const photographs = await Promise.all([60, 8, 60, 0.1].map(async (grain) => await photograph(grain)));
		const budget = new PictureBudget(images(500));
		let bytes = 0;
		const rounds = 12;
		for (let round = 0; round < rounds; round++) {
			const reduced = await budget.reduce(photographs[round % photographs.length]!);
			budget.spend(reduced.bytes.length);
			bytes += reduced.bytes.length;
		}
		expect(bytes * BASE64).toBeLessThan((PAGE / 500) * rounds);
		expect(bytes * BASE64).toBeGreaterThan((PAGE / 500) * rounds * 0.3);
	});

	test('have more pixels the fewer they are, up to 1,000', async () => {
		const picture = await photograph(20);
		const edges: number[] = [];
		for (const count of [1, 300, 1500]) {
			edges.push((await new PictureBudget(images(count)).reduce(picture)).width);
		}
		expect(edges[0]).toBe(1000);
		expect(edges[1]).toBeLessThan(1000);
		expect(edges[2]).toBeLessThan(edges[1]!);
	});

	test('leave room for the labels of the page', () => {
		expect(new PictureBudget(images(500, 20)).share).toBeLessThan(new PictureBudget(images(500)).share);
		expect(new PictureBudget(images(500, 500)).share).toBeGreaterThan(0);
	});

	test('leave what broken images do not take to the others', () => {
		const budget = new PictureBudget(images(2));
		const before = budget.share;
		budget.spend(0);
		expect(budget.share).toBeCloseTo(2 * before);
	});

	test('are files as they are, if these are small in bytes and pixels', () => {
		const budget = new PictureBudget(images(100));
		expect(budget.hasRoomFor(50_000, { width: 1200, height: 900 })).toBe(true);
		expect(budget.hasRoomFor(150_000, { width: 1200, height: 900 })).toBe(false);
		expect(budget.hasRoomFor(50_000, { width: 6000, height: 4000 })).toBe(false);
	});
});
