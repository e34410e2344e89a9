import type { IDataObject } from 'n8n-workflow';
import type { TaskDetails } from '@datagym/client';
import { readTask } from '@datagym/labels';
import { field } from '@datagym/shared/fields';
import { classesRecord, labelsRecord } from '@datagym/shared/labelRecords';
import { simplify, taskId } from '../fields';
import type { ItemOperation } from '../runner/operation';

const simplifyLabels = field({
	...simplify,
	description: 'Whether to return the labels in the format of this node instead of the raw response',
});

export const get: ItemOperation = {
	value: 'get',
	name: 'Get',
	action: 'Get task',
	description: 'Get a task with its labels. DataGym adds empty values to unanswered image classifications.',
	fields: [taskId, simplifyLabels],
	async run(item, { api }) {
		const details = await api.tasks.get(item.id(taskId));
		return [{ json: item.flag(simplifyLabels) ? taskDetailsRecord(details) : (details as object as IDataObject) }];
	},
};

function taskDetailsRecord(details: TaskDetails): IDataObject {
	const { image, classes, problems, lastChangedConfig, ...task } = readTask(details);
	const { imageId, imageName, status = '', storedSize } = image;
	return {
		taskId: details.taskId,
		status,
		projectName: task.projectName ?? '',
		datasetId: task.datasetId ?? '',
		datasetName: task.datasetName ?? '',
		imageId,
		imageName,
		...storedSize,
		...(task.reviewComment === undefined ? {} : { reviewComment: task.reviewComment }),
		...(lastChangedConfig === undefined ? {} : { lastChangedConfig: new Date(lastChangedConfig).toISOString() }),
		...labelsRecord(image, problems),
		classes: classesRecord(classes),
	};
}
