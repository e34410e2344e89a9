import fc from 'fast-check';
import { dividedGroups, groupedSplits, groupsOf } from '@datagym/labels/dataset/groups';
import { countSplits, SPLITS, type Split } from '@datagym/labels/dataset/splits';
import { image } from '../build';

// The promise: docs/exporting-for-training.md#images-that-belong-together.

const named = (imageName: string) => ({ ...image([]), imageId: `id of ${imageName}`, imageName });
const clips = (count: number, frames: number) =>
	Array.from({ length: count * frames }, (_, index) =>
		named(`clip_${Math.floor(index / frames)}_frame_${index % frames}.jpg`),
	);
const byClip = ({ imageName }: { imageName: string }) => /clip_(\d+)_frame/.exec(imageName)?.[1];

describe('groups', () => {
	test('hold together what any rule joins, also through others', () => {
		const images = ['a1', 'a2', 'b1', 'b2', 'c1', 'alone'].map(named);
		const groups = groupsOf(images, [
			({ imageName }) => (imageName === 'alone' ? undefined : imageName[0]),
			({ imageName }) => ({ a2: 'x', b1: 'x' })[imageName],
		]);
		const groupOf = (name: string) => groups.get(`id of ${name}`);
		expect(new Set(['a1', 'a2', 'b1', 'b2'].map(groupOf)).size).toBe(1);
		expect(new Set([groupOf('a1'), groupOf('c1'), groupOf('alone')]).size).toBe(3);
	});

	test('do not depend on the order of the images', () => {
		const images = clips(5, 4);
		fc.assert(
			fc.property(fc.shuffledSubarray(images, { minLength: images.length }), (shuffled) => {
				expect(Object.fromEntries(groupsOf(shuffled, [byClip]))).toEqual(
					Object.fromEntries(groupsOf(images, [byClip])),
				);
			}),
		);
	});
});

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 });
const anyShares = fc
	.record({ train: fc.nat(100), val: fc.nat(100), test: fc.nat(100) })
	.filter(({ train, val, test: held }) => train + val + held > 0);

/** Images in groups of the given sizes, each of a stratum. */
function grouped(groupSizes: readonly number[], strata: readonly string[] = ['']) {
	const groups = new Map<string, string>();
	const images = groupSizes.flatMap((size, group) =>
		Array.from({ length: size }, (_, index) => {
			groups.set(`${group}/${index}`, String(group));
			return { key: `${group}/${index}`, stratum: strata[group % strata.length] ?? '' };
		}),
	);
	return { images, groups };
}

describe('splits of groups', () => {
	test('20 clips of 50 frames lie in one split each, and the shares are met', () => {
		const images = clips(20, 50);
		const groups = groupsOf(images, [byClip]);
		const strata = images.map(({ imageId }) => ({ key: imageId, stratum: '' }));
		const splits = groupedSplits(strata, groups, { train: 80, val: 20, test: 0 });
		expect(countSplits(splits.values())).toEqual({ train: 800, val: 200, test: 0 });
		expect(dividedGroups(images, groups, ({ imageId }) => splits.get(imageId)!)).toEqual([]);
	});

	test('never divide a group, and are as near to the shares as the largest group', () => {
		fc.assert(
			fc.property(sizes, anyShares, (groupSizes, shares) => {
				const { images, groups } = grouped(groupSizes);
				const splits = groupedSplits(images, groups, shares);
				const splitOfGroup = new Map([...splits].map(([key, split]) => [groups.get(key), split]));
				for (const [key, split] of splits) expect(splitOfGroup.get(groups.get(key))).toBe(split);
				const counts = countSplits(splits.values());
				const total = shares.train + shares.val + shares.test;
				const largest = Math.max(...groupSizes);
				const asked = SPLITS.filter((split) => shares[split] > 0);
				for (const split of SPLITS) {
					const wanted = (shares[split] / total) * images.length;
					// A split that must not be empty can take a group that another one lacks.
					const slack = groupSizes.length >= asked.length ? 2 * largest : largest;
					expect(Math.abs(counts[split] - wanted)).toBeLessThanOrEqual(slack);
					if (groupSizes.length >= asked.length && shares[split] > 0) expect(counts[split]).toBeGreaterThan(0);
					if (shares[split] === 0) expect(counts[split]).toBe(0);
				}
				// With shares that no split is too small for, one group is the most that any is away.
				if (asked.every((split) => (shares[split] / total) * images.length >= largest))
					for (const split of SPLITS)
						expect(Math.abs(counts[split] - (shares[split] / total) * images.length)).toBeLessThan(largest);
			}),
		);
	});

	test('divide each stratum by the shares', () => {
		const { images, groups } = grouped(
			Array.from({ length: 40 }, () => 5),
			['a', 'b'],
		);
		const splits = groupedSplits(images, groups, { train: 80, val: 20, test: 0 });
		for (const stratum of ['a', 'b'])
			expect(countSplits(images.filter((each) => each.stratum === stratum).map(({ key }) => splits.get(key)!))).toEqual(
				{ train: 80, val: 20, test: 0 },
			);
	});

	test('move nothing that had a split, and new images follow their group', () => {
		fc.assert(
			fc.property(sizes, anyShares, fc.infiniteStream(fc.boolean()), (groupSizes, shares, choices) => {
				const { images, groups } = grouped(groupSizes);
				const old = images.filter(() => choices.next().value);
				const before = groupedSplits(old, groups, shares);
				const after = groupedSplits(images, groups, shares, before);
				for (const [key, split] of before) expect(after.get(key)).toBe(split);
				const placed = new Map<string, Split>([...before].map(([key, split]) => [groups.get(key)!, split]));
				for (const [key, split] of after) {
					const known = placed.get(groups.get(key)!);
					if (known !== undefined) expect(split).toBe(known);
				}
			}),
		);
	});

	test('of groups that were divided before stay, and are told', () => {
		const images = clips(1, 3);
		const groups = groupsOf(images, [byClip]);
		const before = new Map<string, Split>([
			[images[0]!.imageId, 'val'],
			[images[1]!.imageId, 'train'],
		]);
		const strata = images.map(({ imageId }) => ({ key: imageId, stratum: '' }));
		const splits = groupedSplits(strata, groups, { train: 1, val: 1, test: 0 }, before);
		expect(images.slice(0, 2).map(({ imageId }) => splits.get(imageId))).toEqual(['val', 'train']);
		expect(dividedGroups(images, groups, ({ imageId }) => splits.get(imageId)!)).toEqual([images]);
	});
});
