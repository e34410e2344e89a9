import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { LabeledImage } from '@datagym/labels';
import { labelsRecord } from '@datagym/shared/labelRecords';
import { type Crops, itemWithCrop } from '@datagym/shared/crops';
import { labelRows, type LabelRow, withSameColumns } from '@datagym/shared/labelRows';
import type { TriggerEvent } from './events';
import type { TriggerParameters } from './parameters';
import type { TaskSummary } from './sources/listedTask';
import type { TaskLabels } from './sources/projectSource';
import type { StoredImage } from './storedImage';

/** What all items of one task share. */
export interface TaskContent {
	readonly projectId: string;
	readonly task: TaskSummary;
	/** Undefined if only the task is wanted. */
	readonly labels?: TaskLabels | undefined;
	readonly image?: StoredImage | undefined;
	/** Of its labels, if they are wanted. */
	readonly crops?: Crops | undefined;
	readonly hint?: string | undefined;
}

/** What one event is emitted as: never nothing, or it would be lost. */
export type EventItems = readonly [INodeExecutionData, ...INodeExecutionData[]];

export function toItems(
	event: TriggerEvent,
	content: TaskContent,
	{ output, crop }: Pick<TriggerParameters, 'output' | 'crop'>,
): EventItems {
	const { image, crops = new Map() } = content;
	const own = image !== undefined && 'data' in image ? { [image.field]: image.data } : {};
	const withImage = ({ json, binary }: INodeExecutionData): INodeExecutionData => {
		const files = { ...own, ...binary };
		return Object.keys(files).length === 0 ? { json } : { json, binary: files };
	};
	const rows = output === 'itemPerLabel' ? rowsOf(event, content) : [];
	const [first = { json: recordOf(event, content) }, ...others] = rows.map((row) =>
		itemWithCrop(row, crops, crop?.binaryField ?? ''),
	);
	return [withImage(first), ...others.map(withImage)];
}

function recordOf(event: TriggerEvent, content: TaskContent): IDataObject {
	const { image, hint } = content;
	return {
		event,
		...taskRecord(content),
		...(content.labels === undefined ? {} : labeledRecord(content.labels)),
		...(image !== undefined && 'problem' in image ? { imageProblem: image.problem } : {}),
		...(hint === undefined ? {} : { hint }),
	};
}

/** A row for each label; an image without labels, or whose labels are not read, has one of its own. */
function rowsOf(event: TriggerEvent, content: TaskContent): LabelRow[] {
	const { labels, image: file, crops, hint } = content;
	const { status, labeler, ...task } = taskRecord(content);
	const { imageId, imageName } = content.task;
	const image: LabeledImage = labels?.image ?? { imageId, imageName, objects: [], classifications: {} };
	// The crops say the same.
	const missing =
		crops === undefined && file !== undefined && 'problem' in file ? [{ path: '', message: file.problem }] : [];
	const rows = labelRows({
		image: typeof labeler === 'string' ? { ...image, labeler } : image,
		problems: [...(labels?.problems ?? []), ...missing],
		values: labels?.values,
		common: { event, ...task, status, ...(hint === undefined ? {} : { hint }) },
	});
	const records = withSameColumns(
		rows.map(({ record }) => record),
		labels?.classes,
	);
	return rows.map((row, index) => ({ ...row, record: records[index] ?? row.record }));
}

function taskRecord({ projectId, task, labels }: TaskContent): IDataObject {
	const { taskId, imageId, imageName, status, projectName, labeler, reviewComment } = task;
	return {
		projectId,
		...(projectName === undefined ? {} : { projectName }),
		...(taskId === undefined ? {} : { taskId }),
		imageId,
		imageName: imageName || (labels?.image.imageName ?? ''),
		status,
		labeler: labeler ?? null,
		reviewComment: reviewComment ?? null,
	};
}

function labeledRecord({ image, problems, datasetId, datasetName }: TaskLabels): IDataObject {
	return {
		...(datasetId === undefined ? {} : { datasetId }),
		...(datasetName === undefined ? {} : { datasetName }),
		...image.storedSize,
		...labelsRecord(image, problems),
	};
}
