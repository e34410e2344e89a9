import type { IDataObject } from 'n8n-workflow';
import { type BriefImage, briefsOf, countSplits, dividedGroups, type Steps } from '@datagym/labels';
import type { Dataset } from './plan';

/** Groups that are named in the report, and images of each. */
const MOST_DIVIDED = 20;

/** Groups with images in several splits, the first of them. */
export function dividedRecords(
	divided: ReadonlyArray<readonly BriefImage[]>,
	splitOf: Dataset['splitOf'],
): IDataObject[] {
	return divided.slice(0, MOST_DIVIDED).map((images) => ({
		imageNames: images.slice(0, MOST_DIVIDED).map(({ imageName }) => imageName),
		splits: countSplits(images.map(splitOf)),
	}));
}

/** Near-duplicates in the dataset, and those that leak from one split into another. */
export function* duplicatesPart({ images, looks, splitOf }: Dataset): Steps<IDataObject> {
	if (looks === undefined) return {};
	const { groups, hashes } = looks;
	const sizes = new Map<string, number>();
	let notComparedCount = 0;
	for (const { imageId } of briefsOf(images)) {
		const group = groups.get(imageId);
		if (group !== undefined) sizes.set(group, (sizes.get(group) ?? 0) + 1);
		if (hashes.get(imageId)?.perceptualHash === undefined) notComparedCount++;
		yield;
	}
	const several = [...sizes.values()].filter((size) => size > 1);
	const divided = dividedGroups(images, groups, splitOf);
	return {
		nearDuplicates: {
			groupCount: several.length,
			duplicateCount: several.reduce((sum, size) => sum + size - 1, 0),
			notComparedCount,
			dividedGroupCount: divided.length,
			dividedGroups: dividedRecords(divided, splitOf),
		},
	};
}

/** The hashes of the first images, as they are in DataGym. */
export function* imageHashes({ images, looks, splitOf }: Dataset, most: number): Steps<IDataObject[]> {
	const records: IDataObject[] = [];
	for (const image of briefsOf(images)) {
		if (records.length >= most) break;
		const { sha256 = null, perceptualHash = null } = looks?.hashes.get(image.imageId) ?? {};
		records.push({ imageId: image.imageId, imageName: image.imageName, split: splitOf(image), sha256, perceptualHash });
		yield;
	}
	return records;
}
