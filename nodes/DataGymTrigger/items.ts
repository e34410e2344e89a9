import type { IBinaryData, IDataObject, INodeExecutionData } from 'n8n-workflow';
import { isDataGymError, type ByteStream, type DataGymApi } from '@datagym/client';
import { safeFileName } from '@datagym/shared/fileName';
import { labelsRecord } from '@datagym/shared/labelRecords';
import type { TriggerEvent } from './events';
import type { TaskSummary, TaskLabels } from './sources/projectSource';

/** What all items of one task share. */
export interface TaskContent {
	readonly projectId: string;
	readonly task: TaskSummary;
	/** Undefined if only the task is wanted. */
	readonly labels?: TaskLabels | undefined;
	readonly image?: StoredImage | undefined;
	readonly hint?: string | undefined;
}

export type StoredImage = { readonly field: string; readonly data: IBinaryData } | { readonly problem: string };

export type StoreFile = (stream: ByteStream, fileName: string, contentType?: string) => Promise<IBinaryData>;

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

/** The same everywhere, unlike an order by locale. */
export function compareTexts(a: string, b: string): number {
	return a < b ? -1 : Number(a > b);
}

/**
 * Downloads the image into n8n's binary store. An image that the server cannot give, such as one behind a dead link, is a
 * problem of its item, not of the poll: the poll would fail for ever.
 */
export async function storeImage(
	api: DataGymApi,
	store: StoreFile,
	{ imageId, imageName }: TaskSummary,
	field: string,
): Promise<StoredImage> {
	return await api
		.downloadImage(imageId)
		.then(async ({ stream, contentType, fileName }): Promise<StoredImage> => {
			const name = safeFileName(fileName || imageName || imageId, contentType);
			return { field, data: await store(stream, name, contentType || undefined) };
		})
		.catch((error: unknown): StoredImage => {
			if (isDataGymError(error) && [400, 404, 500].includes(error.status ?? 0))
				return { problem: `${error.message}. ${error.failure.remedy}` };
			throw error;
		});
}
