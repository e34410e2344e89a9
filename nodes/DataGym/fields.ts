import { field } from '@datagym/shared/fields';
import { exampleUrl, type PageKind, pageRegex } from '@datagym/shared/pages';

/** A resource locator: chosen from a searchable list, by the address of its page in DataGym, or by ID. */
const locator = <const Name extends string>(
	label: string,
	name: Name,
	{ searchListMethod, page, ...rest }: { searchListMethod: string; page: PageKind; description: string },
) =>
	field({
		displayName: label,
		name,
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		required: true,
		...rest,
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: `Choose ${/^[AEIOU]/.test(label) ? 'an' : 'a'} ${label.toLowerCase()}…`,
				typeOptions: { searchListMethod, searchable: true, slowLoadNotice },
			},
			{
				displayName: 'By URL',
				name: 'url',
				type: 'string',
				placeholder: `e.g. ${exampleUrl(page)}`,
				extractValue: { type: 'regex', regex: pageRegex(page) },
				validation: [
					{
						type: 'regex',
						properties: {
							regex: pageRegex(page),
							errorMessage: `Not the URL of ${/^[aeiou]/.test(page) ? 'an' : 'a'} ${page} in DataGym`,
						},
					},
				],
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: 'e.g. 7444ab91-0c3f-4c0e-9d3a-2f1f6a1b2c3d',
			},
		],
	});

/** A server with many images, or many tasks, takes a while to list them. */
const SLOW = 'Large lists take a while. "By ID" and "By URL" do not need the list.';
const slowLoadNotice = { message: SLOW, timeout: 5000 };

export const projectId = locator('Project', 'projectId', {
	searchListMethod: 'searchProjects',
	page: 'project',
	description: 'The project to operate on',
});

export const datasetId = locator('Dataset', 'datasetId', {
	searchListMethod: 'searchDatasets',
	page: 'dataset',
	description: 'The dataset to operate on',
});

export const imageId = locator('Image', 'imageId', {
	searchListMethod: 'searchImages',
	page: 'image',
	description: 'The image to operate on',
});

/** It was a text once, and is read as such, too. */
export const taskId = locator('Task', 'taskId', {
	searchListMethod: 'searchTasks',
	page: 'task',
	description: 'The task to operate on',
});

interface Named {
	readonly displayName: string;
	readonly name: string;
	readonly description: string;
	readonly required?: boolean;
}

/** A locator without a page in DataGym: chosen from a searchable list, or typed. */
const listOrText = <const Definition extends Named>(
	definition: Definition,
	{ searchListMethod, noun }: { searchListMethod: string; noun: string },
	typed: { displayName: string; name: string; placeholder: string },
) =>
	field({
		...definition,
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: `Choose a ${noun}…`,
				typeOptions: { searchListMethod, searchable: true },
			},
			{ ...typed, type: 'string' },
		],
	});

/** A key of the label configuration: chosen from a searchable list, or typed, since not every server can tell its keys. */
export const keyLocator = <const Definition extends Named>(
	definition: Definition,
	{ example, ...list }: { searchListMethod: string; noun: string; example: string },
) => listOrText(definition, list, { displayName: 'By Key', name: 'key', placeholder: `e.g. ${example}` });

/** A label of the chosen task. It was a text once, and is read as such, too. */
export const labelLocator = <const Definition extends Named>(definition: Definition) =>
	listOrText(
		definition,
		{ searchListMethod: 'searchTaskLabels', noun: 'label' },
		{ displayName: 'By ID', name: 'id', placeholder: 'e.g. 7444ab91-0c3f-4c0e-9d3a-2f1f6a1b2c3d' },
	);

/** The list shows the classes of the task. */
const classLocator = <const Label extends string>(displayName: Label, description: string) =>
	keyLocator(
		{ displayName, name: 'classKey', required: true, description },
		{ searchListMethod: 'searchTaskClasses', noun: 'class', example: 'car' },
	);

export const classKey = classLocator('Class Key', 'Class of the label');

export const newClassKey = classLocator('New Class Key', 'New class of the label');

/** Several entries of a list. An expression or a language model can give them as a list or as a text with commas. */
const severalOf = <const Definition extends Named>(
	definition: Definition,
	loadOptionsMethod: string,
	dependsOn: readonly string[],
) =>
	field({
		...definition,
		type: 'multiOptions',
		default: [],
		typeOptions: { loadOptionsMethod, loadOptionsDependsOn: [...dependsOn] },
	});

/** Keys of the project's classes, chosen from its label configuration. */
export const keysOfProject = <const Definition extends Named>(definition: Definition, loadOptionsMethod: string) =>
	severalOf(definition, loadOptionsMethod, ['projectId']);

/** Keys of the classes of a task. */
export const classKeys = severalOf(
	{
		displayName: 'Class Keys',
		name: 'classKeys',
		description: 'Leave empty to include all',
	},
	'getTaskClasses',
	['taskId'],
);

/** Datasets, of the chosen project or of the whole account. They were IDs in a text once, and are read as such, too. */
export const datasetList = <const Definition extends Named>(
	definition: Definition,
	loadOptionsMethod: 'getDatasets' | 'getProjectDatasets',
) => severalOf(definition, loadOptionsMethod, loadOptionsMethod === 'getDatasets' ? [] : ['projectId']);

export const allowFinished = field({
	displayName: 'Allow Finished Tasks',
	name: 'allowFinished',
	type: 'boolean',
	default: false,
	description: 'Whether to also change finished tasks, keeping their status',
});

/** Where labels are read from; what that means for an operation is said in its descriptions. */
export const labelSource = (descriptions: Readonly<Record<'export' | 'tasks', string>>) =>
	field({
		displayName: 'Label Source',
		name: 'labelSource',
		type: 'options',
		default: 'export',
		options: [
			{ name: 'Export', value: 'export', description: descriptions.export },
			{ name: 'Task Details', value: 'tasks', description: descriptions.tasks },
		],
		description: 'Where to read the labels from',
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
		description: `Text the ${what} must contain`,
	});
