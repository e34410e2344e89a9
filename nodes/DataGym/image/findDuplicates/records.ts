import type { IDataObject } from 'n8n-workflow';
import type { DuplicateGroup } from '@datagym/labels';
import type { Parameters } from './fields';
import type { HashedImage, ReadImages, UnreadImage } from './readImages';

export type Group = DuplicateGroup<HashedImage>;

/** Of the perceptual hash. */
const BITS = 256;

/** The items, by group, and in a group those that differ least from the first image at the front. */
export function recordsOf(
	groups: readonly Group[],
	{ hashed, unread }: ReadImages,
	output: Parameters['output'],
): readonly IDataObject[] {
	if (output === 'group') return groups.map(groupRecord);
	const duplicates = groups.flatMap(duplicateRecords);
	if (output === 'duplicate') return duplicates;
	const known = new Map([...groups.map(keptRecord), ...duplicates].map((record) => [record.imageId, record]));
	const alone = { ...OF_GROUP, isDuplicate: false };
	return [
		...hashed.map((image) => known.get(image.imageId) ?? { ...imageRecord(image), ...alone }),
		...unread.map((image) => ({ ...imageRecord(image), ...alone })),
	];
}

/** The values of an image without a group, so that all items have the same columns. */
const OF_GROUP = {
	match: null,
	similarity: null,
	group: null,
	groupSize: null,
	keepImageId: null,
	keepImageName: null,
	keepDatasetId: null,
};

function groupRecord(group: Group, index: number): IDataObject {
	const { first, duplicates } = group;
	return {
		group: index + 1,
		groupSize: duplicates.length + 1,
		match: duplicates.every(({ isExact }) => isExact) ? 'exact' : 'near',
		keepImageId: first.imageId,
		keepImageName: first.imageName,
		keepDatasetId: first.datasetId,
		duplicateImageIds: duplicateRecords(group, index).map(({ imageId }) => imageId),
		images: [keptRecord(group, index), ...duplicateRecords(group, index)],
	};
}

function keptRecord(group: Group, index: number): IDataObject {
	return { ...imageRecord(group.first), match: null, similarity: 1, ...ofGroup(group, index), isDuplicate: false };
}

function duplicateRecords(group: Group, index: number): IDataObject[] {
	return [...group.duplicates]
		.sort((a, b) => Number(b.isExact) - Number(a.isExact) || a.distance - b.distance)
		.map(({ image, distance, isExact }) => ({
			...imageRecord(image),
			match: isExact ? 'exact' : 'near',
			similarity: Math.round((1 - distance / BITS) * 1000) / 1000,
			...ofGroup(group, index),
			isDuplicate: true,
		}));
}

function ofGroup({ first, duplicates }: Group, index: number): IDataObject {
	return {
		group: index + 1,
		groupSize: duplicates.length + 1,
		keepImageId: first.imageId,
		keepImageName: first.imageName,
		keepDatasetId: first.datasetId,
	};
}

function imageRecord(image: HashedImage | UnreadImage): IDataObject {
	const file: Partial<HashedImage> = image;
	return {
		imageId: image.imageId,
		imageName: image.imageName,
		datasetId: image.datasetId,
		datasetName: image.datasetName,
		source: image.source,
		status: image.status ?? null,
		width: file.width ?? null,
		height: file.height ?? null,
		byteCount: file.byteCount ?? null,
		sha256: file.sha256 ?? null,
		perceptualHash: file.perceptualHash ?? null,
		problem: file.problem ?? null,
	};
}
