import { field } from '@datagym/shared/fields';

/** A resource locator: chosen from a searchable list, or by ID. */
const locator = <const Name extends string>(label: string, name: Name, searchListMethod: string, description: string) =>
	field({
		displayName: label,
		name,
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		required: true,
		description,
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: `Choose ${/^[AEIOU]/.test(label) ? 'an' : 'a'} ${label.toLowerCase()}…`,
				typeOptions: { searchListMethod, searchable: true },
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: 'e.g. 7444ab91-0c3f-4c0e-9d3a-2f1f6a1b2c3d',
			},
		],
	});

export const projectId = locator('Project', 'projectId', 'searchProjects', 'The project to operate on');

export const datasetId = locator('Dataset', 'datasetId', 'searchDatasets', 'The dataset to operate on');

export const imageId = locator('Image', 'imageId', 'searchImages', 'The image to operate on');

export const taskId = field({
	displayName: 'Task ID',
	name: 'taskId',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. {{ $json.taskId }}',
	description: 'ID of the task, from Task: Get Many',
});

export const classKey = field({
	displayName: 'Class Key',
	name: 'classKey',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. car',
	description: 'Key of a class in the label configuration, from Label Configuration: Get',
});

export const classKeys = field({
	displayName: 'Class Keys',
	name: 'classKeys',
	type: 'string',
	default: '',
	placeholder: 'e.g. car, lane',
	description: 'Keys of the classes to include, separated by commas. Leave empty to include all.',
});

export const allowFinished = field({
	displayName: 'Allow Finished Tasks',
	name: 'allowFinished',
	type: 'boolean',
	default: false,
	description: 'Whether to change labels of completed, reviewed and skipped tasks. Their status is kept.',
});

/** Where labels are read from; what that means for an operation is said in its descriptions. */
export const labelSource = (descriptions: Readonly<Record<'export' | 'tasks', string>>, description: string) =>
	field({
		displayName: 'Label Source',
		name: 'labelSource',
		type: 'options',
		default: 'export',
		options: [
			{ name: 'Export', value: 'export', description: descriptions.export },
			{ name: 'Task Details', value: 'tasks', description: descriptions.tasks },
		],
		description,
	});

export const returnAll = field({
	displayName: 'Return All',
	name: 'returnAll',
	type: 'boolean',
	default: false,
	description: 'Whether to return all results or only up to a given limit',
});

export const limit = field({
	displayName: 'Limit',
	name: 'limit',
	type: 'number',
	default: 50,
	typeOptions: { minValue: 1 },
	displayOptions: { show: { returnAll: [false] } },
	description: 'Max number of results to return',
});

export const simplify = field({
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
});

/** A filter by a part of the name. */
export const search = (what: string) =>
	field({
		displayName: 'Search',
		name: 'search',
		type: 'string',
		default: '',
		placeholder: 'e.g. front camera',
		description: `Text the ${what} must contain (not case-sensitive). Leave empty to get all.`,
	});
