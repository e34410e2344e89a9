import { bySplit, type DatasetWriting } from '../../dataset/datasetFile';
import { shardsOf } from '../../dataset/shards';
import type { Split } from '../../dataset/splits';
import { labelOf, sourceIdOf } from '../../model';
import type { Steps } from '../../steps/steps';
import { type BriefImage, briefsOf, type ImageList, taken } from '../../store/imageList';
import type { WritingParameters } from '../format';
import { answersBeside, imageClassesOf, imageClassNames, optionsOf } from './imageClasses';
import { boxesOf, countAnswers, hasSize, type LabeledBox, type SizedImage } from './boxes';

/** What formats whose files hold images get. */
export type ShardWriting = DatasetWriting & Pick<WritingParameters, 'labelKey' | 'imagesPerShard'>;

/** An image of a shard with all that is written of it. */
export interface Sample {
	readonly image: SizedImage;
	/** Its class, by the number of its name, if images have one. */
	readonly label: number | undefined;
	readonly boxes: readonly LabeledBox[];
	/** The ID of its first label, different for each label of the split. */
	readonly firstId: number;
}

export interface Shard {
	readonly split: Split;
	readonly number: number;
	/** How many shards the split has. */
	readonly count: number;
	readonly samples: readonly Sample[];
}

/** What the shards of a format are called, and which answers of the image have a place in them. */
interface ShardNaming {
	/** With the number of the shard in its first group, and if names have it, that of all shards in the second. */
	readonly pathPattern: (split: Split) => RegExp;
	readonly holdsAnswers: boolean;
}

/** With images of 100 to 500 kB, shards have the size that the Hub and WebDataset recommend. */
export const IMAGES_PER_SHARD = 1000;

/** More labels than a shard ever has. */
const IDS_OF_SHARD = 1e9;

/** The names of the classes of images by their numbers, and the shards one by one; the labels of each are made when it is asked for. */
export function* shardedSamples(
	images: ImageList,
	writing: ShardWriting,
	naming: ShardNaming,
): Steps<{ readonly labelNames: readonly string[]; readonly shards: Iterable<Shard | undefined> }> {
	const { labelKey = '', labelClasses, report } = writing;
	const classes = labelKey === '' ? undefined : yield* imageClassesOf(images, labelKey, report);
	const labelNames = classes === undefined ? [] : imageClassNames(optionsOf(labelClasses, labelKey), classes.values());
	const numbers = new Map(labelNames.map((name, number) => [name, number]));
	for (const image of briefsOf(images)) {
		if (!hasSize(image)) report.add('no-size', labelOf(image));
		yield;
	}
	const written = [...(classes?.keys() ?? briefsOf(images))].filter(hasSize);
	const labels = new Map<string, number | undefined>();
	for (const [image, value] of classes ?? []) labels.set(sourceIdOf(image), numbers.get(value));
	const labelNumber = (image: BriefImage) => labels.get(sourceIdOf(image));
	return { labelNames, shards: shardsOfSplits(taken(images, written), writing, naming, labelNumber) };
}

function* shardsOfSplits(
	images: ImageList,
	writing: ShardWriting,
	naming: ShardNaming,
	labelNumber: (image: BriefImage) => number | undefined,
): Generator<Shard | undefined> {
	for (const [split, list] of yield* bySplit(images, writing)) {
		const members = [...briefsOf(list)];
		const pattern = naming.pathPattern(split);
		const placeOf = (image: BriefImage) =>
			writing.earlierPathsOf?.(image).flatMap((path) => {
				const [, number, count] = pattern.exec(path) ?? [];
				return number === undefined ? [] : [{ number: Number(number), count }];
			})[0];
		const counts = new Set(members.map((image) => placeOf(image)?.count).filter((count) => count !== undefined));
		const [fixedCount] = [...counts].map(Number);
		const shards = shardsOf(members, {
			imagesPerShard: writing.imagesPerShard ?? IMAGES_PER_SHARD,
			earlierShardOf: (image) => placeOf(image)?.number,
			fixedCount,
		});
		for (const [number, shard] of shards.entries())
			yield {
				split,
				number,
				count: shards.length,
				samples: yield* samplesOf(taken(list, shard), number, writing, naming, labelNumber),
			};
	}
}

function* samplesOf(
	images: ImageList,
	shard: number,
	writing: ShardWriting,
	{ holdsAnswers }: ShardNaming,
	labelNumber: (image: BriefImage) => number | undefined,
): Steps<readonly Sample[]> {
	let next = shard * IDS_OF_SHARD + 1;
	const samples: Sample[] = [];
	for (const image of images) {
		yield;
		if (!hasSize(image)) continue;
		const beside = answersBeside(image.classifications, writing.labelKey ?? '');
		if (holdsAnswers)
			for (const { children } of Object.values(beside))
				countAnswers(children, undefined, labelOf(image), writing.report, {});
		const boxes = boxesOf({ ...image, classifications: holdsAnswers ? {} : beside }, writing);
		samples.push({ image, label: labelNumber(image), boxes, firstId: next });
		next += boxes.length;
	}
	return samples;
}
