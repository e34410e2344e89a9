import type { IDataObject } from 'n8n-workflow';
import type { TaskDetails } from '@datagym/client';
import { readTask } from '@datagym/labels';
import { field } from '@datagym/shared/fields';
import { classesRecord, labelsRecord } from '@datagym/shared/labelRecords';
import { simplify, taskId } from '../fields';
import type { ItemOperation } from '../runner/operation';

const simplifyLabels = field({
	...simplify,
	description:
		'Whether to return the labels in one form for all operations of this node, instead of the server’s own answer',
});

export const get: ItemOperation = {
	value: 'get',
	name: 'Get',
	action: 'Get a task',
	description:
		'Get a task in any state with its labels and the classes of the project. DataGym notes missing answers of the whole image in a task that is read, and a required one must then be given before the task can be completed.',
	fields: [taskId, simplifyLabels],
	async run(item, { api }) {
		const details = await api.getTask(item.id(taskId));
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
