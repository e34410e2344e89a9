import type { IDataObject } from 'n8n-workflow';
import { comparableKey, type LabelClass } from '@datagym/labels';
import { type ImageOfRows, type LabelRow, labelRows, withSameColumns } from '@datagym/shared/labelRows';
import type { Output } from '../../runner/operation';
import type { Parameters } from './parameters';

/** An image with the items that it becomes. */
export interface RowsOfImage {
	readonly imageId: string;
	readonly imageName: string;
	readonly rows: readonly LabelRow[];
}

/** @returns undefined if nothing is wanted of the image. Labels that could not be read always are. */
export function wantedRows(
	{ projectId, classKeys, withEmpty }: Parameters,
	content: Omit<ImageOfRows, 'common'>,
	common: IDataObject = {},
): RowsOfImage | undefined {
	const { imageId, imageName } = content.image;
	const rows = labelRows({ ...content, common: { ...common, projectId } }).filter(({ object }) =>
		object === undefined
			? withEmpty || content.problems.length > 0
			: classKeys.size === 0 || classKeys.has(comparableKey(object.className)),
	);
	return rows.length === 0 ? undefined : { imageId, imageName, rows };
}

/** An item for each row, all with the same columns. */
export function outputsOfRows(images: readonly RowsOfImage[], classes: readonly LabelClass[]): readonly Output[] {
	const records = images.flatMap(({ rows }) => rows.map(({ record }) => record));
	return withSameColumns(records, classes).map((json) => ({ json }));
}
