import type { LabeledImage } from '../model';
import type { Steps } from '../steps/steps';
import type { ImageList } from '../store/imageList';
import type { Split } from './splits';

/** Numbers of a dataset: its images, and its labels as the classes of the dataset. */
export interface DatasetStatistics {
	readonly imageCount: number;
	readonly labelCount: number;
	readonly splits: Readonly<Record<Split, { readonly imageCount: number; readonly labelCount: number }>>;
	/** By the name of the class; only those that have labels. */
	readonly classes: ReadonlyMap<string, { readonly labelCount: number; readonly imageCount: number }>;
}

/** @param classNamesOf the classes that an image shows in the dataset, one for each label. */
export function* datasetStatistics(
	images: ImageList,
	{
		splitOf,
		classNamesOf,
	}: {
		readonly splitOf: (image: LabeledImage) => Split;
		readonly classNamesOf: (image: LabeledImage) => readonly string[];
	},
): Steps<DatasetStatistics> {
	const none = () => ({ imageCount: 0, labelCount: 0 });
	const splits = { train: none(), val: none(), test: none() };
	const classes = new Map<string, { labelCount: number; imageCount: number }>();
	let labelCount = 0;
	for (const image of images) {
		const counts = countNames(classNamesOf(image));
		const split = splits[splitOf(image)];
		split.imageCount++;
		yield;
		for (const [name, count] of counts) {
			const known = classes.get(name) ?? none();
			classes.set(name, { labelCount: known.labelCount + count, imageCount: known.imageCount + 1 });
			split.labelCount += count;
			labelCount += count;
		}
	}
	return { imageCount: images.length, labelCount, splits, classes };
}

/** How often each name occurs, in the order of the names. */
export function countNames(names: readonly string[]): ReadonlyMap<string, number> {
	const counts = new Map<string, number>();
	for (const name of [...names].sort()) counts.set(name, (counts.get(name) ?? 0) + 1);
	return counts;
}

export function percent(share: number): string {
	return `${(share * 100).toFixed(1)}%`;
}
