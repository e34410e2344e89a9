import type { INodeProperties } from 'n8n-workflow';
import { limit, projectId, returnAll, simplify } from '../../fields';
import { TASK_STATE_OPTIONS } from '../../taskStates';

const options: INodeProperties[] = [
	{
		displayName: 'Class Keys',
		name: 'classKeys',
		type: 'string',
		default: '',
		placeholder: 'e.g. car, lane',
		description: 'Only images with a label of these classes, and only those labels. Keys, separated by commas.',
	},
	{
		displayName: 'Dataset IDs',
		name: 'datasetIds',
		type: 'string',
		default: '',
		placeholder: 'e.g. 7444ab91-0c3f-4c0e-9d3a-2f1f6a1b2c3d',
		description: 'Only images of these datasets, separated by commas',
	},
	{
		displayName: 'Include Classes',
		name: 'includeClasses',
		type: 'boolean',
		default: true,
		description: 'Whether each item carries the list of the project’s classes',
	},
	{
		displayName: 'Known IDs',
		name: 'knownIds',
		type: 'json',
		default: '',
		placeholder: '["c5882f73-0c3f-4c0e-9d3a-2f1f6a1b2c3d"]',
		description:
			'IDs of images that you have already, as an array or separated by commas: only the others are returned. With “Task Details” only the others are read, and IDs of tasks are taken, too. An expression can give those of an earlier run.',
	},
	{
		displayName: 'Status',
		name: 'status',
		type: 'multiOptions',
		default: [],
		options: TASK_STATE_OPTIONS.map(({ name, value }) => ({ name, value: value.toLowerCase() })),
		description:
			'Only images whose task has this status. Leave empty to get completed, reviewed and skipped ones, which is all that the export has.',
	},
];

export const fields: readonly INodeProperties[] = [
	projectId,
	{
		displayName: 'Source',
		name: 'source',
		type: 'options',
		default: 'export',
		options: [
			{
				name: 'Export',
				value: 'export',
				description:
					'One request for all finished tasks, with coordinates cut to whole numbers and negative ones lost. Its time grows with the square of the project: measured 1 second for 100 finished tasks, 80 for 1,000, hours for 10,000.',
			},
			{
				name: 'Task Details',
				value: 'tasks',
				description:
					'A request for each task, in any state, with decimals, the image’s size, who labeled and when (of a label that was changed DataGym tells the server’s last start instead). A request takes longer, the larger the project: measured 0.1 seconds with 100 finished tasks, 0.4 with 1,000, 3 with 10,000. DataGym notes missing answers of the whole image in a task that is read.',
			},
		],
		description:
			'Where the labels come from. Both take long in large projects; n8n’s log shows every half minute that it goes on, and “Timeout” in the options only counts while the server sends nothing.',
	},
	{ ...returnAll, default: true },
	limit,
	simplify,
	{ displayName: 'Options', name: 'options', type: 'collection', default: {}, options },
];
