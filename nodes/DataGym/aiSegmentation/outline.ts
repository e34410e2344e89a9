import type { IDataObject } from 'n8n-workflow';
import type { SegmentationPoint } from '@datagym/client';

/** An outline as Label: Create takes it for a polygon class; for a segmentation class put it into a list. */
export function outlineRecord(imageId: string, outline: readonly SegmentationPoint[]): IDataObject {
	return { imageId, geometry: outline.map(({ x, y }) => ({ x, y })), pointCount: outline.length };
}
