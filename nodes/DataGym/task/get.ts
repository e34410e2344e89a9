import type { IDataObject } from 'n8n-workflow';
import type { TaskDetails } from '@datagym/client';
import { readTask } from '@datagym/labels';
import { classesRecord, labelsRecord } from '@datagym/shared/labelRecords';
import { briefLabels } from '../briefLabels';
import { taskId } from '../fields';
import { inChosenForm, outputFields } from '../output';
import type { ItemOperation } from '../runner/operation';

/** Of the item, what a tool of an AI agent can choose from. */
const FIELDS = [
	'taskId',
	'status',
	'projectName',
	'datasetId',
	'datasetName',
	'imageId',
	'imageName',
	'width',
	'height',
	'reviewComment',
	'lastChangedConfig',
	'labelCount',
	'classNames',
	'labels',
	'classifications',
	'problems',
	'classes',
];

const SIMPLIFY = 'Whether to return the labels in the format of this node instead of the raw response';

export const get: ItemOperation = {
	value: 'get',
	name: 'Get',
	action: 'Get task',
	description: 'Get a task with its labels. DataGym adds empty values to unanswered image classifications.',
	fields: [taskId, ...outputFields(FIELDS, SIMPLIFY)],
	async run(item, { api }) {
		const details = await api.tasks.get(item.id(taskId));
		const json = inChosenForm(item, {
			raw: () => details,
			record: () => taskDetailsRecord(details),
			brief: () => briefDetails(details),
		});
		return [{ json }];
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

/** For an AI agent. */
function briefDetails(details: TaskDetails): IDataObject {
	const { image, reviewComment } = readTask(details);
	const { imageId, imageName, status = '', storedSize } = image;
	return {
		taskId: details.taskId,
		status,
		imageId,
		imageName,
		...storedSize,
		...(reviewComment === undefined ? {} : { reviewComment }),
		...briefLabels(image),
	};
}
