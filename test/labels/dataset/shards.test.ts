import fc from 'fast-check';
import { shardsOf } from '@datagym/labels/dataset/shards';
import type { LabeledImage } from '@datagym/labels/model';

const image = (number: number): LabeledImage => ({
	imageId: `${String(number).padStart(8, '0')}-0000-4000-8000-000000000000`,
	imageName: `${number}.jpg`,
	objects: [],
	classifications: {},
});
const imagesTo = (count: number, from = 0) => Array.from({ length: count - from }, (_, index) => image(from + index));
const idsOf = (shards: readonly (readonly LabeledImage[])[]) =>
	shards.map((shard) => shard.map(({ imageId }) => imageId));
const anew = { earlierShardOf: () => undefined };

/** Places images as an earlier run did. */
function after(shards: readonly (readonly LabeledImage[])[], isCountFixed: boolean) {
	const places = new Map(shards.flatMap((shard, number) => shard.map(({ imageId }) => [imageId, number] as const)));
	return {
		earlierShardOf: ({ imageId }: LabeledImage) => places.get(imageId),
		fixedCount: isCountFixed ? shards.length : undefined,
	};
}

/** The numbers of shards that are not as they were. */
const changed = (before: readonly (readonly LabeledImage[])[], now: readonly (readonly LabeledImage[])[]) =>
	idsOf(now).flatMap((ids, number) => (ids.join() === idsOf(before)[number]?.join() ? [] : [number]));

describe('shards', () => {
	test('have no more images than asked for, and nearly the same number', () => {
		const sizes = shardsOf(imagesTo(1001), { ...anew, imagesPerShard: 250 }).map(({ length }) => length);
		expect(sizes).toHaveLength(5);
		expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
	});

	test('do not depend on the order in which images are given', () => {
		const all = imagesTo(50);
		const shards = shardsOf(all, { ...anew, imagesPerShard: 20 });
		expect(idsOf(shardsOf(all.toReversed(), { ...anew, imagesPerShard: 20 }))).toEqual(idsOf(shards));
	});

	test('have the images of a row of names in another order', () => {
		const [shard = []] = shardsOf(imagesTo(1000), { ...anew, imagesPerShard: 1000 });
		const neighbors = shard.filter(
			({ imageName }, index) => Math.abs(parseInt(imageName) - parseInt(shard[index + 1]?.imageName ?? '-9')) === 1,
		);
		expect(neighbors.length).toBeLessThan(10);
	});

	test.each([true, false])('change in one place only when a few images are added (number fixed: %s)', (isFixed) => {
		const before = shardsOf(imagesTo(950), { ...anew, imagesPerShard: 100 });
		const now = shardsOf(imagesTo(953), { ...after(before, isFixed), imagesPerShard: 100 });
		expect(now).toHaveLength(before.length);
		expect(changed(before, now)).toHaveLength(1);
	});

	test('change in one place only when an image is removed', () => {
		const before = shardsOf(imagesTo(950), { ...anew, imagesPerShard: 100 });
		const now = shardsOf(imagesTo(950, 1), { ...after(before, true), imagesPerShard: 100 });
		expect(changed(before, now)).toHaveLength(1);
	});

	test('get another one when all are full, where the number may grow', () => {
		const before = shardsOf(imagesTo(200), { ...anew, imagesPerShard: 100 });
		const now = shardsOf(imagesTo(205), { ...after(before, false), imagesPerShard: 100 });
		expect(now.map(({ length }) => length)).toEqual([100, 100, 5]);
		expect(changed(before, now)).toEqual([2]);
	});

	test('grow to twice their size where the number is fixed, then are divided anew', () => {
		const before = shardsOf(imagesTo(200), { ...anew, imagesPerShard: 100 });
		const grown = shardsOf(imagesTo(400), { ...after(before, true), imagesPerShard: 100 });
		expect(grown.map(({ length }) => length)).toEqual([200, 200]);
		const divided = shardsOf(imagesTo(401), { ...after(grown, true), imagesPerShard: 100 });
		expect(divided.map(({ length }) => length)).toEqual([80, 80, 80, 80, 81]);
	});

	test('have all images once and none is empty, whatever a manifest says', () => {
		fc.assert(
			fc.property(
				fc.array(fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined }), { maxLength: 40 }),
				fc.integer({ min: 1, max: 9 }),
				fc.option(fc.integer({ min: 0, max: 2e9 }), { nil: undefined }),
				(places, imagesPerShard, fixedCount) => {
					const images = imagesTo(places.length);
					const shards = shardsOf(images, {
						imagesPerShard,
						fixedCount,
						earlierShardOf: ({ imageName }) => places[parseInt(imageName)],
					});
					expect(shards.every(({ length }) => length > 0)).toBe(true);
					expect(idsOf(shards).flat().sort()).toEqual(images.map(({ imageId }) => imageId).sort());
				},
			),
		);
	});
});
