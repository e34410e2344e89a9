import type { IDataObject } from 'n8n-workflow';
import { comparableKey, type LabelClass } from '@datagym/labels';
import { itemWithCrop } from '@datagym/shared/crops';
import { type ImageOfRows, type LabelRow, labelRows, sameColumns } from '@datagym/shared/labelRows';
import { finish, mapped, paced } from '@datagym/shared/turns';
import type { Output } from '../../runner/operation';
import type { Run } from '../../runner/runContext';
import { cropsOf } from './crops';
import type { Parameters } from './parameters';

/** An image with the items that it becomes. */
export interface RowsOfImage {
	readonly imageId: string;
	readonly imageName: string;
	readonly rows: LabelRow[];
}

/** @returns undefined if nothing is wanted of the image. Labels that could not be read always are. */
export function wantedRows(
	{ projectId, classKeys, withEmpty, crop }: Parameters,
	content: Omit<ImageOfRows, 'common'>,
	common: IDataObject = {},
): RowsOfImage | undefined {
	const { imageId, imageName } = content.image;
	const rows = labelRows({ ...content, common: { ...common, projectId } }).filter(({ object }) =>
		object === undefined
			? withEmpty || content.problems.length > 0
			: classKeys.size === 0 || classKeys.has(comparableKey(object.className)),
	);
	if (rows.length === 0) return undefined;
	// The labels themselves are needed for crops only, and would be held beside their records.
	return { imageId, imageName, rows: crop === undefined ? rows.map(({ record }) => ({ record })) : rows };
}

/** An item for each row, all with the same columns, with the crop of its label if it is wanted. */
export async function outputsOfRows(
	run: Run,
	{ projectId, crop }: Parameters,
	images: readonly RowsOfImage[],
	classes: readonly LabelClass[],
): Promise<readonly Output[]> {
	const own: IDataObject[] = [];
	// Without crops, the rows are given away, so that none is held beside the one with all columns.
	for await (const { rows } of paced(images))
		for (const { record } of crop === undefined ? rows.splice(0) : rows) own.push(record);
	const records = await finish(sameColumns(own, classes));
	if (crop === undefined) return await mapped(records, (json) => ({ json }));
	const crops = await cropsOf(
		run,
		projectId,
		crop,
		images.map(({ rows, ...image }) => ({ ...image, objects: rows.flatMap(({ object }) => object ?? []) })),
	);
	let next = 0;
	return images.flatMap(({ rows }, index) =>
		rows.map((row) => {
			const aligned = { ...row, record: records[next++] ?? row.record };
			return itemWithCrop(aligned, crops[index] ?? new Map(), crop.binaryField);
		}),
	);
}
