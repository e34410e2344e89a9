import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { labelsRecord } from '@datagym/shared/labelRecords';
import type { TriggerEvent } from './events';
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

export function toItem(event: TriggerEvent, content: TaskContent): INodeExecutionData {
	const { image, hint } = content;
	const json = {
		event,
		...taskRecord(content),
		...(content.labels === undefined ? {} : labeledRecord(content.labels)),
		...(image !== undefined && 'problem' in image ? { imageProblem: image.problem } : {}),
		...(hint === undefined ? {} : { hint }),
	};
	return image !== undefined && 'data' in image ? { json, binary: { [image.field]: image.data } } : { json };
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
