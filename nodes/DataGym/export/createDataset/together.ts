import type { IDataObject } from 'n8n-workflow';
import { type BriefImage, briefsOf, dividedGroups, type Steps } from '@datagym/labels';
import { dividedRecords } from './looksReport';
import type { Dataset } from './plan';

export interface TogetherReport {
	readonly groupCount: number;
	/** Images of the largest group. */
	readonly largestGroup: number;
	/** The groups with images in several splits, because an earlier run has put them there. */
	readonly divided: readonly (readonly BriefImage[])[];
}

/** Nothing if no images were to be kept together. */
export function* togetherReport({ images, groups, splitOf }: Dataset): Steps<TogetherReport | undefined> {
	if (groups === undefined) return undefined;
	const sizes = new Map<string, number>();
	for (const { imageId } of briefsOf(images)) {
		const group = groups.get(imageId) ?? imageId;
		sizes.set(group, (sizes.get(group) ?? 0) + 1);
		yield;
	}
	let largestGroup = 0;
	for (const size of sizes.values()) largestGroup = Math.max(largestGroup, size);
	return { groupCount: sizes.size, largestGroup, divided: dividedGroups(images, groups, splitOf) };
}

/** What was kept together, and what was not because an earlier run had divided it. */
export function* togetherPart(dataset: Dataset): Steps<IDataObject> {
	const together = yield* togetherReport(dataset);
	if (together === undefined) return {};
	const { groupCount, largestGroup, divided } = together;
	return {
		keptTogether: {
			groupCount,
			largestGroup,
			dividedGroupCount: divided.length,
			dividedGroups: dividedRecords(divided, dataset.splitOf),
		},
	};
}
