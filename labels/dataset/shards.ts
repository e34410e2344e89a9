import { sourceIdOf } from '../model';
import type { BriefImage } from '../store/imageList';
import { stableHash } from './stableHash';

/** How the images of a split are divided among files that hold them. */
export interface Sharding<Image = BriefImage> {
	/** How many images a shard has at most when it is made. */
	readonly imagesPerShard: number;
	/** The number of the image's shard in an earlier run, from 0; undefined if it had none in this split. */
	readonly earlierShardOf: (image: Image) => number | undefined;
	/** The number of shards in the earlier run where their names contain it, so that one more would rename all of them. */
	readonly fixedCount?: number | undefined;
}

type Shards<Image> = readonly (readonly Image[])[];

/** What stays together: an image, or all tiles of one. */
type Unit<Image> = readonly Image[];

/** How often the images of a shard can double before all are divided anew, where their number is fixed. */
const FIXED_GROWTH = 2;

/**
 * The shards of a split, none of them empty. The order of the images depends on nothing but their IDs and is as good as shuffled: who reads
 * one shard after the other does not get the frames of a clip in a row. Tiles of one image follow each other in one shard, which can
 * have more images for it: the image is decoded once for all of them, and a change of it changes one shard.
 *
 * With an earlier run, images stay in their shards, and new ones fill the emptiest, so that few shards change. Where the number of
 * shards is fixed, they grow to twice their size; then, or if a shard lost all its images, all are divided anew.
 */
export function shardsOf<Image extends BriefImage>(images: readonly Image[], sharding: Sharding<Image>): Shards<Image> {
	const units = new Map<string, Image[]>();
	for (const image of images) {
		const sourceId = sourceIdOf(image);
		const known = units.get(sourceId);
		if (known === undefined) units.set(sourceId, [image]);
		else known.push(image);
	}
	const shuffled = [...units]
		.map(([sourceId, unit]) => ({ unit, sourceId, hash: stableHash(`shard\n${sourceId}`) }))
		.sort((a, b) => a.hash - b.hash || (a.sourceId < b.sourceId ? -1 : 1))
		.map(({ unit }) => unit);
	return continued(shuffled, sharding) ?? evenShards(shuffled, images.length, sharding.imagesPerShard);
}

function evenShards<Image>(
	units: ReadonlyArray<Unit<Image>>,
	imageCount: number,
	imagesPerShard: number,
): Shards<Image> {
	const count = Math.ceil(imageCount / imagesPerShard);
	const startOf = (shard: number) => Math.floor((shard * imageCount) / count);
	const shards = Array.from({ length: count }, (): Image[] => []);
	let shard = 0;
	let index = 0;
	for (const unit of units) {
		while (shard + 1 < count && index >= startOf(shard + 1)) shard++;
		shards[shard]?.push(...unit);
		index += unit.length;
	}
	return shards.filter((members) => members.length > 0);
}

/** Nothing if no image was in a shard before, or the shards of the earlier run cannot be kept. */
function continued<Image>(units: ReadonlyArray<Unit<Image>>, sharding: Sharding<Image>): Shards<Image> | undefined {
	const { earlierShardOf, fixedCount, imagesPerShard } = sharding;
	const placed = new Map<Unit<Image>, number>();
	for (const unit of units) {
		const [image] = unit;
		const shard = image && earlierShardOf(image);
		if (shard !== undefined) placed.set(unit, shard);
	}
	if (placed.size === 0) return undefined;
	const highest = [...placed.values()].reduce((most, shard) => Math.max(most, shard), 0);
	const count = fixedCount ?? highest + 1;
	// Numbers come from a manifest; more shards than images cannot all have one.
	if (highest >= count || count > units.length) return undefined;
	const counts = new Array<number>(count).fill(0);
	for (const [unit, shard] of placed) counts[shard] = (counts[shard] ?? 0) + unit.length;
	const most = fixedCount === undefined ? imagesPerShard : FIXED_GROWTH * imagesPerShard;
	let target = emptiest(counts);
	for (const unit of units) {
		if (placed.has(unit)) continue;
		if ((counts[target] ?? 0) >= most || counts.includes(0)) target = emptiest(counts);
		if ((counts[target] ?? 0) >= most) {
			if (fixedCount !== undefined) return undefined;
			target = counts.push(0) - 1;
		}
		counts[target] = (counts[target] ?? 0) + unit.length;
		placed.set(unit, target);
	}
	if (counts.includes(0)) return undefined;
	const shards: Image[][] = counts.map(() => []);
	for (const unit of units) shards[placed.get(unit) ?? 0]?.push(...unit);
	return shards;
}

function emptiest(counts: readonly number[]): number {
	return counts.reduce((best, count, shard) => (count < (counts[best] ?? 0) ? shard : best), 0);
}
