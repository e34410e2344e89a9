import type { INodeProperties } from 'n8n-workflow';
import { crop } from '@datagym/shared/cropFields';
import { outputBinaryField } from '@datagym/shared/fields';
import { triggerNetwork } from '@datagym/shared/network';
import { TRIGGER_EVENTS, type TriggerEvent } from './events';
import { DEFAULT_EVERY } from './parameters';

const EVENTS: Readonly<
	Record<TriggerEvent, { readonly name: string; readonly action: string; readonly description: string }>
> = {
	completed: {
		name: 'Completed',
		action: 'On image completed',
		description: 'An image was finished, perhaps again',
	},
	reviewed: {
		name: 'Reviewed',
		action: 'On image reviewed',
		description: 'A review accepted the labels of an image',
	},
	skipped: { name: 'Skipped', action: 'On image skipped', description: 'An image was skipped' },
	reopened: {
		name: 'Reopened',
		action: 'On image reopened',
		description: 'A finished image was returned to labelers',
	},
	labelsChanged: {
		name: 'Labels Changed',
		action: 'On labels changed',
		description: 'The labels of a finished image changed',
	},
	everyNFinished: {
		name: 'Every N Finished',
		action: 'On every N images finished',
		description: 'Another N images of a project are finished',
	},
	datasetFinished: {
		name: 'Dataset Finished',
		action: 'On dataset finished',
		description: 'All images of a dataset are finished',
	},
	projectFinished: {
		name: 'Project Finished',
		action: 'On project finished',
		description: 'All images of a project are finished',
	},
};

/** What stands below the node on the canvas: the events in the words of their list. */
export const subtitle = `={{ [].concat($parameter["events"]).map((event) => (${JSON.stringify(Object.fromEntries(TRIGGER_EVENTS.map((event) => [event, EVENTS[event].name])))})[event]).join(", ") }}`;

/** Of the chosen projects. An expression can give keys, as a list or as a text with commas. */
const classList = { loadOptionsMethod: 'getClasses', loadOptionsDependsOn: ['projectIds'] };

/** Fields that are shown for crops only. */
const forCrops = { show: { output: ['itemPerLabel'], includeCrop: [true] } };

export const fields: INodeProperties[] = [
	{
		displayName: 'Project Names or IDs',
		name: 'projectIds',
		type: 'multiOptions',
		typeOptions: { loadOptionsMethod: 'getProjects' },
		default: [],
		required: true,
		description:
			'Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
	},
	{
		displayName: 'Trigger On',
		name: 'events',
		type: 'multiOptions',
		default: ['completed'],
		required: true,
		options: TRIGGER_EVENTS.map((value) => ({ value, ...EVENTS[value] })).sort((a, b) => a.name.localeCompare(b.name)),
	},
	{
		displayName: 'Finished Images',
		name: 'every',
		type: 'number',
		default: DEFAULT_EVERY,
		typeOptions: { minValue: 1 },
		displayOptions: { show: { events: ['everyNFinished'] } },
		description: 'Number of finished images between two events',
	},
	{
		displayName: 'Output',
		name: 'output',
		type: 'options',
		default: 'labels',
		options: [
			{
				name: 'Item per Image',
				value: 'labels',
				description: 'All labels and the image size. One request per image.',
			},
			{
				name: 'Item per Label',
				value: 'itemPerLabel',
				description: 'Flat columns for filters and spreadsheets',
			},
			{ name: 'Task Only', value: 'task', description: 'Name and status, without further requests' },
		],
		hint: 'Reading labels adds empty values to unanswered classifications',
		description: 'What each item is about',
	},
	{
		displayName: 'Include Image',
		name: 'includeImage',
		type: 'boolean',
		default: false,
		description: 'Whether to include the image file. Linked images are fetched from their links.',
	},
	{ ...outputBinaryField, displayOptions: { show: { includeImage: [true] } } },
	{
		displayName: 'Include Crop',
		name: 'includeCrop',
		type: 'boolean',
		default: false,
		displayOptions: { show: { output: ['itemPerLabel'] } },
		description: 'Whether to add a cropped image of each label',
	},
	{
		...outputBinaryField,
		displayName: 'Put Crop in Field',
		name: 'cropPropertyName',
		default: 'crop',
		displayOptions: forCrops,
	},
	{ ...crop, displayOptions: forCrops },
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add filter',
		default: {},
		options: [
			{
				displayName: 'Classes',
				name: 'classes',
				type: 'multiOptions',
				typeOptions: classList,
				default: [],
				description: 'Images need at least one. One request per image.',
			},
			{
				displayName: 'Dataset Names or IDs',
				name: 'datasetIds',
				type: 'multiOptions',
				typeOptions: { loadOptionsMethod: 'getDatasets', loadOptionsDependsOn: ['projectIds'] },
				default: [],
				description:
					'Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
			},
			{
				displayName: 'Image Name',
				name: 'imageName',
				type: 'string',
				default: '',
				placeholder: 'e.g. front_camera',
				description: 'Text the image name must contain',
			},
			{
				displayName: 'Labeler',
				name: 'labeler',
				type: 'string',
				default: '',
				placeholder: 'e.g. Alex Miller',
				description: "Text the labeler's name must contain",
			},
		],
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [
			{
				displayName: 'Label Checks per Poll',
				name: 'labelChecks',
				type: 'number',
				default: 20,
				typeOptions: { minValue: 1 },
				description: 'Finished images to check in each poll. One request per image.',
			},
			{
				displayName: 'Max Items',
				name: 'maxItems',
				type: 'number',
				default: 500,
				typeOptions: { minValue: 1 },
				description: 'Max number of items per poll. The rest follows later.',
			},
			triggerNetwork,
			{
				displayName: 'Start With',
				name: 'firstActivation',
				type: 'options',
				default: 'new',
				options: [
					{ name: 'Only What Is New', value: 'new', description: 'Events after the workflow is published' },
					{
						name: 'Everything So Far',
						value: 'everything',
						description: 'Images already finished, then new events',
					},
				],
				description: 'What to emit for newly watched projects',
			},
		],
	},
];
