import fc from 'fast-check';
import {
	countSplits,
	emptySplits,
	filledSplits,
	splitOf,
	strataByClass,
	stratifiedSplits,
	type Split,
} from '@datagym/labels/dataset/splits';
import { stableHash } from '@datagym/labels/dataset/stableHash';
import type { LabeledImage } from '@datagym/labels/model';
import { image, object, rectangle } from '../build';

const SHARES = { train: 0.8, val: 0.1, test: 0.1 };
const keys = (count: number) => Array.from({ length: count }, (_, index) => `${index}b2c-4f1e-image`);

describe('a split by hash', () => {
	test('is the same for all time', () => {
		expect(['a', 'b', 'c', '1dd286f5-0000', 'ü'].map((key) => splitOf(key, SHARES))).toEqual([
			'train',
			'val',
			'val',
			'train',
			'train',
		]);
	});

	test('is near to the shares, and other seeds give other sides', () => {
		const { train, val, test: held } = countSplits(keys(10_000).map((key) => splitOf(key, SHARES)));
		expect(Math.abs(train - 8000)).toBeLessThan(150);
		expect(Math.abs(val - 1000)).toBeLessThan(120);
		expect(Math.abs(held - 1000)).toBeLessThan(120);
		expect(keys(100).map((key) => splitOf(key, SHARES, 'x'))).not.toEqual(keys(100).map((key) => splitOf(key, SHARES)));
	});

	test('takes shares in relation to their sum', () => {
		for (const key of keys(300)) {
			const split = splitOf(key, SHARES);
			expect(splitOf(key, { train: 80, val: 10, test: 10 })).toBe(split);
			expect(splitOf(key, { train: 0.08, val: 0.01, test: 0.01 })).toBe(split);
		}
	});

	test('leaves a side without a share empty', () => {
		expect(countSplits(keys(1000).map((key) => splitOf(key, { train: 7, val: 3, test: 0 }))).test).toBe(0);
		expect(countSplits(keys(1000).map((key) => splitOf(key, { train: 0, val: 3, test: 7 }))).train).toBe(0);
		expect(countSplits(keys(1000).map((key) => splitOf(key, { train: 3, val: 0, test: 7 }))).val).toBe(0);
		expect(splitOf('a', { train: 0, val: 0, test: 0 })).toBe('train');
		// The first place of all: the hash of this key, behind the empty seed and a line break, is 0.
		expect(stableHash('\nimage-2334834-G')).toBe(0);
		expect(splitOf('image-2334834-G', { train: 0, val: 1, test: 1 })).toBe('val');
		expect(splitOf('image-2334834-G', { train: 0, val: 0, test: 1 })).toBe('test');
	});
});

/** Shares as users give them: whole numbers in relation to each other, one of them above zero. */
const anyShares = fc
	.record({ train: fc.nat(100), val: fc.nat(100), test: fc.nat(100) })
	.filter(({ train, val, test: held }) => train + val + held > 0);

describe('a split of a dataset that grows', () => {
	test('leaves every image where it was, whatever is added', () => {
		fc.assert(
			fc.property(fc.uniqueArray(fc.string()), fc.uniqueArray(fc.string()), anyShares, (old, added, shares) => {
				const sidesOf = (all: readonly string[]) => new Map(all.map((key) => [key, splitOf(key, shares)]));
				const before = sidesOf(old);
				const after = sidesOf([...added, ...old]);
				for (const [key, side] of before) expect(after.get(key)).toBe(side);
			}),
		);
	});

	test('moves images only into the side whose share grows', () => {
		for (const key of keys(2000)) {
			const before = splitOf(key, { train: 8, val: 1, test: 1 });
			const after = splitOf(key, { train: 9, val: 0.5, test: 0.5 });
			if (before === 'train') expect(after).toBe('train');
		}
	});
});

describe('splits of few images', () => {
	const dividedBy = (all: readonly string[], shares: typeof SHARES) =>
		new Map(all.map((key) => [key, splitOf(key, shares)] as const));

	test('have an image each as soon as there are enough, in whatever order, and no more move than must', () => {
		fc.assert(
			fc.property(fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 12 }), anyShares, (all, shares) => {
				const before = dividedBy(all, shares);
				const after = filledSplits(before, shares);
				expect(after.size).toBe(all.length);
				expect(filledSplits(dividedBy([...all].reverse(), shares), shares)).toEqual(after);
				const asked = (['train', 'val', 'test'] as const).filter((side) => shares[side] > 0);
				const empty = emptySplits(countSplits(before.values()), shares);
				const moved = all.filter((key) => after.get(key) !== before.get(key));
				if (all.length < asked.length) expect(after).toEqual(before);
				else {
					expect(emptySplits(countSplits(after.values()), shares)).toEqual([]);
					expect(moved).toHaveLength(empty.length);
				}
			}),
		);
	});

	test('take the image that is nearest, which is the one that a larger share would give them', () => {
		const all = keys(7).filter((key) => splitOf(key, { train: 8, val: 2, test: 0 }) === 'train');
		const after = filledSplits(dividedBy(all, { train: 8, val: 2, test: 0 }), { train: 8, val: 2, test: 0 });
		const [first] = all.filter((key) => after.get(key) === 'val');
		const highest = all.reduce((a, b) => (stableHash(`\n${a}`) > stableHash(`\n${b}`) ? a : b));
		expect(first).toBe(highest);
	});

	test('never take one that has a split from before', () => {
		const all = keys(5);
		const before = new Map(all.map((key) => [key, 'train' as Split]));
		expect(filledSplits(before, { train: 8, val: 2, test: 0 }, before)).toEqual(before);
		const others = new Map([...before].slice(1));
		const after = filledSplits(before, { train: 8, val: 2, test: 0 }, others);
		expect([...after].filter(([, side]) => side === 'val')).toEqual([[all[0], 'val']]);
	});
});

describe('a stratified split', () => {
	test('gives every side its share, to the nearest whole image, however many images there are', () => {
		fc.assert(
			fc.property(anyShares, fc.integer({ min: 1, max: 300 }), (shares, count) => {
				const images = keys(count).map((key) => ({ key, stratum: 'car' }));
				const counts = countSplits(stratifiedSplits(images, shares).values());
				const total = shares.train + shares.val + shares.test;
				for (const side of ['train', 'val', 'test'] as const)
					expect(Math.abs(counts[side] - (shares[side] / total) * count)).toBeLessThan(1);
			}),
			{ numRuns: 500 },
		);
	});

	test('gives the only image of a class to the side with the largest share', () => {
		const side = (shares: typeof SHARES) => stratifiedSplits([{ key: 'a', stratum: 'rare' }], shares).get('a');
		expect(side({ train: 1, val: 9, test: 0 })).toBe('val');
		expect(side({ train: 0, val: 1, test: 2 })).toBe('test');
		expect(side({ train: 8, val: 1, test: 1 })).toBe('train');
	});

	test('fills up the sides of an earlier one, until the shares are met', () => {
		const images = keys(100).map((key) => ({ key, stratum: 'car' }));
		const previous = new Map(images.slice(0, 50).map(({ key }) => [key, 'train' as Split]));
		expect(countSplits(stratifiedSplits(images, { train: 5, val: 3, test: 2 }, previous).values())).toEqual({
			train: 50,
			val: 30,
			test: 20,
		});
	});

	test('leaves images in the sides of an earlier one, also where the shares say otherwise', () => {
		const images = keys(10).map((key) => ({ key, stratum: 'car' }));
		const previous = new Map(images.slice(0, 6).map(({ key }) => [key, 'test' as Split]));
		const splits = stratifiedSplits(images, { train: 1, val: 1, test: 0 }, previous);
		for (const [key, split] of previous) expect(splits.get(key)).toBe(split);
		expect(countSplits(splits.values())).toEqual({ train: 2, val: 2, test: 6 });
	});

	test('does not depend on the order of the images of a stratum, of which two have one hash', () => {
		const pair = ['image-78681-a', 'image-203610-a'] as const;
		expect(stableHash(pair[0])).toBe(stableHash(pair[1]));
		for (const shares of [SHARES, { train: 1, val: 1, test: 0 }]) {
			const images = [...keys(40), ...pair].map((key) => ({ key, stratum: 'car' }));
			const splits = stratifiedSplits(images, shares);
			expect(stratifiedSplits([...images].reverse(), shares)).toEqual(splits);
			expect(stratifiedSplits([...images.slice(17), ...images.slice(0, 17)], shares)).toEqual(splits);
		}
		// An export that is made again, by a later version, too, gives the same sides.
		const halves = stratifiedSplits(
			[...pair, 'a', 'b', 'c'].map((key) => ({ key, stratum: 'car' })),
			{ train: 1, val: 1, test: 0 },
		);
		expect(Object.fromEntries(halves)).toEqual({
			a: 'train',
			b: 'train',
			c: 'val',
			'image-203610-a': 'val',
			'image-78681-a': 'train',
		});
		const two = pair.map((key) => ({ key, stratum: 'car' }));
		expect(stratifiedSplits([...two].reverse(), { train: 1, val: 1, test: 0 })).toEqual(
			stratifiedSplits(two, { train: 1, val: 1, test: 0 }),
		);
	});

	test('puts images anywhere in their stratum, not one side after the other', () => {
		const splits = stratifiedSplits(
			keys(1000).map((key) => ({ key, stratum: 'car' })),
			{ train: 1, val: 1, test: 0 },
		);
		const ofFirst = countSplits(keys(500).map((key) => splits.get(key) as Split));
		expect(ofFirst.train).not.toBe(250);
		expect(Math.abs(ofFirst.train - 250)).toBeLessThan(60);
	});

	test('is all train without any share', () => {
		const images = keys(5).map((key) => ({ key, stratum: 'car' }));
		expect(countSplits(stratifiedSplits(images, { train: 0, val: 0, test: 0 }).values()).train).toBe(5);
	});

	test('divides every stratum by the shares', () => {
		const images = keys(100).map((key, index) => ({
			key,
			stratum: index < 20 ? 'rare' : 'common',
		}));
		const sides = stratifiedSplits(images, SHARES);
		const of = (stratum: string) =>
			countSplits(images.filter((each) => each.stratum === stratum).map(({ key }) => sides.get(key) as Split));
		expect(of('rare')).toEqual({ train: 16, val: 2, test: 2 });
		expect(of('common')).toEqual({ train: 64, val: 8, test: 8 });
	});

	test('does not depend on the order, and keeps what it gave before', () => {
		fc.assert(
			fc.property(fc.uniqueArray(fc.string(), { minLength: 1 }), fc.nat(), (all, cut) => {
				const images = all.map((key) => ({ key, stratum: key.slice(0, 1) }));
				const old = images.slice(0, cut % images.length);
				const before = stratifiedSplits(old, SHARES);
				const after = stratifiedSplits([...images].reverse(), SHARES, before);
				expect(after).toEqual(new Map([...stratifiedSplits(images, SHARES, before)]));
				for (const [key, side] of before) expect(after.get(key)).toBe(side);
				expect(after.size).toBe(images.length);
			}),
		);
	});

	const namesOf = ({ objects }: LabeledImage) => objects.map(({ className }) => className);

	test('groups images by their rarest class', () => {
		const car = object('car', rectangle());
		const lamp = object('lamp', rectangle());
		const images = [image([car]), image([car, car, lamp]), image([])].map((each, index) => ({
			...each,
			imageId: `${index}`,
		}));
		expect(strataByClass(images, namesOf).map(({ stratum }) => stratum)).toEqual(['car', 'lamp', '']);
	});

	test('groups images by the first name of classes that are as rare, in whatever order their labels are', () => {
		const [car, lamp] = [object('car', rectangle()), object('lamp', rectangle())];
		for (const objects of [
			[car, lamp],
			[lamp, car],
		])
			expect(strataByClass([image(objects)], namesOf).map(({ stratum }) => stratum)).toEqual(['car']);
	});

	test('counts the images of a class, not its labels, and names images by their ID', () => {
		const car = object('car', rectangle());
		const lamp = object('lamp', rectangle());
		const images = [image([car, car, car, lamp]), image([lamp]), image([lamp, car])];
		expect(strataByClass(images, namesOf)).toEqual([
			{ key: 'id-1', stratum: 'car' },
			{ key: 'id-1', stratum: 'lamp' },
			{ key: 'id-1', stratum: 'car' },
		]);
	});
});
