import type { LabeledImage } from '../model';
import { sorted } from '../steps/sorted';
import { atOnce, type Steps } from '../steps/steps';
import { stableHash } from './stableHash';

export const SPLITS = ['train', 'val', 'test'] as const;
export type Split = (typeof SPLITS)[number];

/** How much of a dataset goes where; the numbers are put in relation to their sum. */
export type SplitShares = Readonly<Record<Split, number>>;

export type SplitCounts = Record<Split, number>;

/**
 * The split of an image: same key, same split, for all time and whatever else is in the dataset. The key is the image's id.
 * `seed` gives another, equally stable, division. A share of 0 leaves its split empty; all zero means train.
 */
export function splitOf(key: string, shares: SplitShares, seed = ''): Split {
	return splitAt(stableHash(`${seed}\n${key}`), shares);
}

/** Images with a split each, by key. */
type Splits = Map<string, Split>;

/**
 * Gives each split that has a share at least one image, as soon as there are as many images as such splits: the one that is
 * nearest by its hash, out of the split that has most. Those of `previous` stay where they are, so a split can remain empty.
 * Which image that is depends on the images only, not on their order.
 */
export function filledSplits(
	splits: ReadonlyMap<string, Split>,
	shares: SplitShares,
	previous: ReadonlyMap<string, Split> = new Map(),
): ReadonlyMap<string, Split> {
	const asked = SPLITS.filter((split) => shares[split] > 0);
	if (splits.size < asked.length || emptySplits(countSplits(splits.values()), shares).length === 0) return splits;
	const filled = new Map(splits);
	const free = [...splits.keys()].filter((key) => !previous.has(key)).sort();
	for (const split of asked) {
		const counts = countSplits(filled.values());
		if (counts[split] > 0) continue;
		const candidates = free.filter((key) => counts[filled.get(key) ?? split] > 1);
		const most = candidates.reduce((count, key) => Math.max(count, counts[filled.get(key) ?? split]), 0);
		const [nearest] = candidates
			.filter((key) => counts[filled.get(key) ?? split] === most)
			.map((key) => ({ key, distance: distanceTo(split, stableHash(`\n${key}`), shares) }))
			.sort((a, b) => a.distance - b.distance);
		if (nearest !== undefined) filled.set(nearest.key, split);
	}
	return filled;
}

/** From a position to the range of a split, whose end belongs to the next one. */
function distanceTo(split: Split, position: number, { train, val, test }: SplitShares): number {
	const total = train + val + test;
	const [start, end] =
		split === 'train'
			? [0, train / total]
			: split === 'val'
				? [train / total, (train + val) / total]
				: [(train + val) / total, 1];
	return Math.max(start - position, position - end, 0);
}

/** The splits that shall have images, but have none. */
export function emptySplits(counts: SplitCounts, shares: SplitShares): readonly Split[] {
	return SPLITS.filter((split) => shares[split] > 0 && counts[split] === 0);
}

function splitAt(position: number, { train, val, test }: SplitShares): Split {
	const total = train + val + test;
	if (!(total > 0)) return 'train';
	if (position < train / total) return 'train';
	return position < (train + val) / total ? 'val' : 'test';
}

/** An image and what it is grouped by, so that each group is divided by the shares. */
export interface StratifiedImage {
	readonly key: string;
	readonly stratum: string;
}

/**
 * Divides each stratum as near to the shares as whole images allow. Images with a split in `previous` (the result of an
 * earlier call, saved by the user) keep it; without `previous`, added images can move others.
 */
export function* stratifiedSplitSteps(
	images: readonly StratifiedImage[],
	shares: SplitShares,
	previous: ReadonlyMap<string, Split> = new Map(),
): Steps<Splits> {
	const splits: Splits = new Map();
	const counts = new Map<string, SplitCounts>();
	const isNew = ({ key, stratum }: StratifiedImage) => {
		const split = previous.get(key);
		if (split === undefined) return true;
		splits.set(key, split);
		countsOf(counts, stratum)[split]++;
		return false;
	};
	const added: Array<StratifiedImage & { readonly hash: number }> = [];
	for (const image of images) {
		if (isNew(image)) added.push({ ...image, hash: stableHash(image.key) });
		yield;
	}
	const byHash = yield* sorted(added, (a, b) => a.hash - b.hash || (a.key < b.key ? -1 : 1));
	for (const { key, stratum } of byHash) {
		const count = countsOf(counts, stratum);
		const split = neediest(count, shares);
		splits.set(key, split);
		count[split]++;
		yield;
	}
	return splits;
}

/** The same at once, of few images. */
export function stratifiedSplits(...parameters: Parameters<typeof stratifiedSplitSteps>): Splits {
	return atOnce(stratifiedSplitSteps(...parameters));
}

function countsOf(counts: Map<string, SplitCounts>, stratum: string): SplitCounts {
	const known = counts.get(stratum);
	if (known !== undefined) return known;
	const fresh = { train: 0, val: 0, test: 0 };
	counts.set(stratum, fresh);
	return fresh;
}

/**
 * The split that is furthest below its share once the next image is counted, the first one of equals. It is the first one as
 * well if all shares are zero, since NaN is not greater than anything.
 */
function neediest(count: SplitCounts, shares: SplitShares): Split {
	const total = shares.train + shares.val + shares.test;
	const next = count.train + count.val + count.test + 1;
	const missing = (split: Split) => (shares[split] / total) * next - count[split];
	return SPLITS.reduce((best, split) => (missing(split) > missing(best) ? split : best));
}

/**
 * Groups images by their rarest class (counted in images), so that rare classes reach every split.
 *
 * @param namesOf the classes that an image has in the dataset, in any order and number.
 */
export function* strataSteps(
	images: Iterable<LabeledImage>,
	namesOf: (image: LabeledImage) => readonly string[],
): Steps<StratifiedImage[]> {
	const named: Array<{ readonly key: string; readonly names: string[] }> = [];
	const counts = new Map<string, number>();
	for (const image of images) {
		const names = [...new Set(namesOf(image))].sort();
		for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
		named.push({ key: image.imageId, names });
		yield;
	}
	const rank = (name: string) => counts.get(name) ?? 0;
	const strata: StratifiedImage[] = [];
	for (const { key, names } of named) {
		const [stratum = ''] = names.sort((a, b) => rank(a) - rank(b));
		strata.push({ key, stratum });
		yield;
	}
	return strata;
}

/** The same at once, of few images. */
export function strataByClass(...parameters: Parameters<typeof strataSteps>): StratifiedImage[] {
	return atOnce(strataSteps(...parameters));
}

/** Numbers of images in each split. */
export function countSplits(splits: Iterable<Split>): SplitCounts {
	const counts: SplitCounts = { train: 0, val: 0, test: 0 };
	for (const split of splits) counts[split]++;
	return counts;
}
