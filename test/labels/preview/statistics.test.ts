import { Sample } from '@datagym/labels/preview/statistics';
import { atOnce } from '@datagym/labels/steps/steps';

const named = (count: number) =>
	Array.from({ length: count }, (_, index) => ({
		imageId: `id-${index}`,
		imageName: `image_${String(index).padStart(4, '0')}.jpg`,
	}));

function sampled(images: ReturnType<typeof named>, size: number, isRandom: boolean): string[] {
	const sample = new Sample<(typeof images)[number]>(size, isRandom);
	for (const image of images) sample.add(image);
	return atOnce(sample.list()).map(({ imageName }) => imageName);
}

describe('a sample of images', () => {
	test('is the first ones by name, in whatever order they come', () => {
		expect(sampled(named(1000).reverse(), 3, false)).toEqual(['image_0000.jpg', 'image_0001.jpg', 'image_0002.jpg']);
	});

	test('is the same at random, in whatever order they come, and sorted by name', () => {
		const once = sampled(named(1000), 20, true);
		expect(sampled(named(1000).reverse(), 20, true)).toEqual(once);
		expect([...once].sort()).toEqual(once);
		expect(once).not.toEqual(sampled(named(1000), 20, false));
	});

	test('hardly changes when images are added', () => {
		const before = new Set(sampled(named(1000), 20, true));
		expect(sampled(named(1001), 20, true).filter((name) => !before.has(name)).length).toBeLessThanOrEqual(1);
	});

	test('is everything if there is less', () => {
		expect(sampled(named(3), 20, true)).toHaveLength(3);
	});
});
