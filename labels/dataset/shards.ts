import type { LabeledImage } from '../model';
import { stableHash } from './stableHash';

/** How the images of a split are divided among files that hold them. */
export interface Sharding {
	/** How many images a shard has at most when it is made. */
	readonly imagesPerShard: number;
	/** The number of the image's shard in an earlier run, from 0; undefined if it had none in this split. */
	readonly earlierShardOf: (image: LabeledImage) => number | undefined;
	/** The number of shards in the earlier run where their names contain it, so that one more would rename all of them. */
	readonly fixedCount?: number | undefined;
}

type Shards = readonly (readonly LabeledImage[])[];

/** How often the images of a shard can double before all are divided anew, where their number is fixed. */
const FIXED_GROWTH = 2;

/**
 * The shards of a split, none of them empty. The order of the images depends on nothing but their IDs and is as good as shuffled: who reads
 * one shard after the other does not get the frames of a clip in a row.
 *
 * With an earlier run, images stay in their shards, and new ones fill the emptiest, so that few shards change. Where the number of
 * shards is fixed, they grow to twice their size; then, or if a shard lost all its images, all are divided anew.
 */
export function shardsOf(images: readonly LabeledImage[], sharding: Sharding): Shards {
	const shuffled = images
		.map((image) => ({ image, hash: stableHash(`shard\n${image.imageId}`) }))
		.sort((a, b) => a.hash - b.hash || (a.image.imageId < b.image.imageId ? -1 : 1))
		.map(({ image }) => image);
	return continued(shuffled, sharding) ?? evenShards(shuffled, sharding.imagesPerShard);
}

function evenShards(images: readonly LabeledImage[], imagesPerShard: number): Shards {
	const count = Math.ceil(images.length / imagesPerShard);
	const startOf = (shard: number) => Math.floor((shard * images.length) / count);
	return Array.from({ length: count }, (_, shard) => images.slice(startOf(shard), startOf(shard + 1)));
}

/** Nothing if no image was in a shard before, or the shards of the earlier run cannot be kept. */
function continued(images: readonly LabeledImage[], sharding: Sharding): Shards | undefined {
	const { earlierShardOf, fixedCount, imagesPerShard } = sharding;
	const placed = new Map<LabeledImage, number>();
	for (const image of images) {
		const shard = earlierShardOf(image);
		if (shard !== undefined) placed.set(image, shard);
	}
	if (placed.size === 0) return undefined;
	const highest = [...placed.values()].reduce((most, shard) => Math.max(most, shard), 0);
	const count = fixedCount ?? highest + 1;
	// Numbers come from a manifest; more shards than images cannot all have one.
	if (highest >= count || count > images.length) return undefined;
	const counts = new Array<number>(count).fill(0);
	for (const shard of placed.values()) counts[shard] = (counts[shard] ?? 0) + 1;
	const most = fixedCount === undefined ? imagesPerShard : FIXED_GROWTH * imagesPerShard;
	let target = emptiest(counts);
	for (const image of images) {
		if (placed.has(image)) continue;
		if ((counts[target] ?? 0) >= most || counts.includes(0)) target = emptiest(counts);
		if ((counts[target] ?? 0) >= most) {
			if (fixedCount !== undefined) return undefined;
			target = counts.push(0) - 1;
		}
		counts[target] = (counts[target] ?? 0) + 1;
		placed.set(image, target);
	}
	if (counts.includes(0)) return undefined;
	const shards: LabeledImage[][] = counts.map(() => []);
	for (const image of images) shards[placed.get(image) ?? 0]?.push(image);
	return shards;
}

function emptiest(counts: readonly number[]): number {
	return counts.reduce((best, count, shard) => (count < (counts[best] ?? 0) ? shard : best), 0);
}
