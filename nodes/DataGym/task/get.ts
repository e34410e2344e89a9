import type { IDataObject } from 'n8n-workflow';
import type { TaskDetails } from '@datagym/client';
import { readTask } from '@datagym/labels';
import { simplify, taskId } from '../fields';
import type { ItemOperation } from '../runner/operation';
import { classesRecord, labelsRecord } from '../labelRecords';

export const get: ItemOperation = {
	value: 'get',
	name: 'Get',
	action: 'Get a task',
	description:
		'Get a task in any state with its labels and the classes of the project. DataGym notes missing answers of the whole image in a task that is read, and a required one must then be given before the task can be completed.',
	fields: [
		taskId,
		{
			...simplify,
			description:
				'Whether to return the labels in one form for all operations of this node, instead of the server’s own answer',
		},
	],
	async run(item, { api }) {
		const details = await api.getTask(item.id('taskId', 'Task ID'));
		return [{ json: item.flag('simplify') ? taskDetailsRecord(details) : (details as object as IDataObject) }];
	},
};

function taskDetailsRecord(details: TaskDetails): IDataObject {
	const { image, classes, lastChangedConfig, problems } = readTask(details);
	const { imageId, imageName, width, height } = image;
	return {
		taskId: details.taskId,
		state: details.labelTaskState,
		projectName: details.projectName ?? '',
		datasetId: details.datasetId ?? '',
		datasetName: details.datasetName ?? '',
		imageId,
		imageName,
		...(width === undefined ? {} : { width, height }),
		...(details.reviewComment ? { reviewComment: details.reviewComment } : {}),
		...(lastChangedConfig === undefined ? {} : { lastChangedConfig: new Date(lastChangedConfig).toISOString() }),
		...labelsRecord(image, problems),
		classes: classesRecord(classes),
	};
}
