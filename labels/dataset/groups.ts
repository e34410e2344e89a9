import { sorted } from '../steps/sorted';
import { atOnce, type Steps } from '../steps/steps';
import { type BriefImage, briefsOf, type ImageList } from '../store/imageList';
import { filledSplits, SPLITS, type Split, type SplitCounts, type SplitShares, type StratifiedImage } from './splits';
import { stableHash } from './stableHash';

/** Says what an image belongs to, such as the clip that it is a frame of; undefined if it belongs to nothing. */
export type GroupRule = (image: BriefImage) => string | undefined;

/**
 * Groups of images that belong together by any of the rules, also through others: what shares a clip with one image and a
 * dataset with another holds both together. Every image is in one group, by its ID; the group of one that belongs to nothing is its own.
 *
 * @returns the ID of the group of each image, by the image's ID: the smallest ID of its images.
 */
export function* groupSteps(images: ImageList, rules: readonly GroupRule[]): Steps<ReadonlyMap<string, string>> {
	const above = new Map<string, string>();
	for (const { imageId } of briefsOf(images)) above.set(imageId, imageId);
	yield;
	const rootOf = (id: string): string => {
		let root = id;
		for (let next = above.get(root) ?? root; next !== root; next = above.get(root) ?? root) root = next;
		// Later walks are short.
		for (let place = id; place !== root; ) {
			const next = above.get(place) ?? root;
			above.set(place, root);
			place = next;
		}
		return root;
	};
	for (const rule of rules) {
		const firstOf = new Map<string, string>();
		for (const image of briefsOf(images)) {
			yield;
			const name = rule(image);
			if (name === undefined) continue;
			const own = rootOf(image.imageId);
			const first = rootOf(firstOf.get(name) ?? own);
			firstOf.set(name, first);
			if (own < first) above.set(first, own);
			else above.set(own, first);
		}
	}
	const groups = new Map<string, string>();
	for (const { imageId } of briefsOf(images)) {
		groups.set(imageId, rootOf(imageId));
		yield;
	}
	return groups;
}

/** The same at once, of few images. */
export function groupsOf(...parameters: Parameters<typeof groupSteps>): ReadonlyMap<string, string> {
	return atOnce(groupSteps(...parameters));
}

/** Images that go to one split together. */
interface Unit {
	readonly group: string;
	readonly stratum: string;
	readonly imageIds: readonly string[];
}

/**
 * Divides the images so that each group is in one split, and each stratum is as near to the shares as one of its groups
 * allows: the largest groups first, each into the split that is furthest below its share.
 *
 * An image with a split in `previous` keeps it, and new ones follow their group: to where most of it is. So a group that is
 * divided in `previous` stays divided (`dividedGroups` finds it). A split with a share gets a group as soon as there are
 * as many groups as such splits.
 *
 * @param strata of the images, in any order; the rarest stratum among its images is that of a group.
 */
export function* groupedSplitSteps(
	strata: readonly StratifiedImage[],
	groups: ReadonlyMap<string, string>,
	shares: SplitShares,
	previous: ReadonlyMap<string, Split> = new Map(),
): Steps<Map<string, Split>> {
	const units = yield* unitsOf(strata, groups);
	const placed = new Map<string, Split>();
	const counts = new Map<string, SplitCounts>();
	const put = ({ group, stratum, imageIds }: Unit, split: Split) => {
		placed.set(group, split);
		const count = counts.get(stratum) ?? { train: 0, val: 0, test: 0 };
		counts.set(stratum, { ...count, [split]: count[split] + imageIds.length });
	};
	const isNew = (unit: Unit) => {
		const split = mostOf(unit.imageIds.flatMap((id) => previous.get(id) ?? []));
		if (split === undefined) return true;
		put(unit, split);
		return false;
	};
	const fresh: Array<Unit & { readonly hash: number }> = [];
	for (const unit of units) {
		if (isNew(unit)) fresh.push({ ...unit, hash: stableHash(unit.group) });
		yield;
	}
	const added = yield* sorted(
		fresh,
		(a, b) => b.imageIds.length - a.imageIds.length || a.hash - b.hash || (a.group < b.group ? -1 : 1),
	);
	const sizes = new Map<string, number>();
	for (const { stratum, imageIds } of units) sizes.set(stratum, (sizes.get(stratum) ?? 0) + imageIds.length);
	for (const unit of added) {
		const count = counts.get(unit.stratum) ?? { train: 0, val: 0, test: 0 };
		put(unit, neediest(count, shares, sizes.get(unit.stratum) ?? 0));
		yield;
	}
	const isAdded = new Set(added.map(({ group }) => group));
	const kept = new Map([...placed].filter(([group]) => !isAdded.has(group)));
	const filled = filledSplits(placed, shares, kept);
	const splits = new Map<string, Split>();
	for (const { group, imageIds } of units) {
		for (const id of imageIds) splits.set(id, previous.get(id) ?? filled.get(group) ?? 'train');
		yield;
	}
	return splits;
}

/** The same at once, of few images. */
export function groupedSplits(...parameters: Parameters<typeof groupedSplitSteps>): Map<string, Split> {
	return atOnce(groupedSplitSteps(...parameters));
}

function* unitsOf(strata: readonly StratifiedImage[], groups: ReadonlyMap<string, string>): Steps<Unit[]> {
	const sizes = new Map<string, number>();
	for (const { stratum } of strata) sizes.set(stratum, (sizes.get(stratum) ?? 0) + 1);
	const sizeOf = (stratum: string) => sizes.get(stratum) ?? 0;
	const units: Unit[] = [];
	for (const [group, images] of membersOf(strata, ({ key }) => groups.get(key) ?? key)) {
		const stratum = images.reduce((rarest, { stratum: each }) => {
			const difference = sizeOf(each) - sizeOf(rarest);
			return difference < 0 || (difference === 0 && each < rarest) ? each : rarest;
		}, images[0]?.stratum ?? '');
		units.push({ group, stratum, imageIds: images.map(({ key }) => key) });
		yield;
	}
	return units;
}

/** The first of those that come most often. */
function mostOf(splits: readonly Split[]): Split | undefined {
	const count = (split: Split) => splits.filter((each) => each === split).length;
	const [most] = SPLITS.filter((split) => splits.includes(split)).sort((a, b) => count(b) - count(a));
	return most;
}

/** The split that lacks most images of its share of all, the first of equals. */
function neediest(count: SplitCounts, shares: SplitShares, images: number): Split {
	const total = shares.train + shares.val + shares.test;
	const missing = (split: Split) => (shares[split] / total) * images - count[split];
	return SPLITS.reduce((best, split) => (missing(split) > missing(best) ? split : best));
}

/** The groups with images in more than one split, each with its images. */
export function dividedGroups(
	images: ImageList,
	groups: ReadonlyMap<string, string>,
	splitOf: (image: BriefImage) => Split,
): readonly (readonly BriefImage[])[] {
	const members = membersOf(briefsOf(images), ({ imageId }) => groups.get(imageId) ?? imageId);
	return [...members.values()].filter((each) => new Set(each.map(splitOf)).size > 1);
}

function membersOf<T>(images: Iterable<T>, groupOf: (image: T) => string): ReadonlyMap<string, readonly T[]> {
	const members = new Map<string, T[]>();
	for (const image of images) {
		const group = groupOf(image);
		const known = members.get(group);
		if (known === undefined) members.set(group, [image]);
		else known.push(image);
	}
	return members;
}
