import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { LabeledImage } from '@datagym/labels';
import { labelsRecord } from '@datagym/shared/labelRecords';
import { labelRows, withSameColumns } from '@datagym/shared/labelRows';
import type { TriggerEvent } from './events';
import type { TriggerParameters } from './parameters';
import type { TaskSummary, TaskLabels } from './sources/projectSource';
import type { StoredImage } from './storedImage';

/** What all items of one task share. */
export interface TaskContent {
	readonly projectId: string;
	readonly task: TaskSummary;
	/** Undefined if only the task is wanted. */
	readonly labels?: TaskLabels | undefined;
	readonly image?: StoredImage | undefined;
	readonly hint?: string | undefined;
}

/** What one event is emitted as: never nothing, or it would be lost. */
export type EventItems = readonly [INodeExecutionData, ...INodeExecutionData[]];

export function toItems(event: TriggerEvent, content: TaskContent, output: TriggerParameters['output']): EventItems {
	const { image } = content;
	const binary = image !== undefined && 'data' in image ? { [image.field]: image.data } : undefined;
	const withBinary = (json: IDataObject) => (binary === undefined ? { json } : { json, binary });
	const [first, ...others] = output === 'itemPerLabel' ? rowsOf(event, content) : [];
	return [withBinary(first ?? recordOf(event, content)), ...others.map(withBinary)];
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
function rowsOf(event: TriggerEvent, content: TaskContent): IDataObject[] {
	const { labels, image: file, hint } = content;
	const { status, labeler, ...task } = taskRecord(content);
	const { imageId, imageName } = content.task;
	const image: LabeledImage = labels?.image ?? { imageId, imageName, objects: [], classifications: {} };
	const missing = file !== undefined && 'problem' in file ? [{ path: '', message: file.problem }] : [];
	const rows = labelRows({
		image: typeof labeler === 'string' ? { ...image, labeler } : image,
		problems: [...(labels?.problems ?? []), ...missing],
		values: labels?.values,
		common: { event, ...task, status, ...(hint === undefined ? {} : { hint }) },
	});
	return withSameColumns(
		rows.map(({ record }) => record),
		labels?.classes,
	);
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
