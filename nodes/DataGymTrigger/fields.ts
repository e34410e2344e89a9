import type { INodeProperties } from 'n8n-workflow';
import { connectionOptions, outputBinaryField } from '@datagym/shared/fields';
import { TRIGGER_EVENTS, type TriggerEvent } from './events';
import { DEFAULT_RETRY_FOR } from './settings';

const EVENTS: Readonly<
	Record<TriggerEvent, { readonly name: string; readonly action: string; readonly description: string }>
> = {
	completed: {
		name: 'Completed',
		action: 'On image completed',
		description: 'Somebody has finished labeling an image, for the first time or again',
	},
	reviewed: {
		name: 'Reviewed',
		action: 'On image reviewed',
		description: 'A review has accepted the labels of an image',
	},
	skipped: { name: 'Skipped', action: 'On image skipped', description: 'Somebody has skipped an image' },
	reopened: {
		name: 'Reopened',
		action: 'On image reopened',
		description: 'A finished image was sent back to be labeled again',
	},
	labelsChanged: {
		name: 'Labels Changed',
		action: 'On labels changed',
		description: 'The labels of a finished image are not what they were, for example after an import',
	},
};

/** What stands below the node on the canvas: the events in the words of their list. */
export const subtitle = `={{ [].concat($parameter["events"]).map((event) => (${JSON.stringify(Object.fromEntries(TRIGGER_EVENTS.map((event) => [event, EVENTS[event].name])))})[event]).join(", ") }}`;

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
		displayName: 'Events',
		name: 'events',
		type: 'multiOptions',
		default: ['completed'],
		required: true,
		options: TRIGGER_EVENTS.map((value) => ({ value, ...EVENTS[value] })).sort((a, b) => a.name.localeCompare(b.name)),
		description: 'What to start the workflow on, with an item for each image and event',
	},
	{
		displayName:
			'DataGym does not tell when labels change, so each poll reads the labels of some finished images and compares them. A change is found within as many polls as there are finished images divided by “Label Checks per Poll” in the options.',
		name: 'labelsChangedNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { events: ['labelsChanged'] } },
	},
	{
		displayName: 'First Activation',
		name: 'firstActivation',
		type: 'options',
		default: 'new',
		options: [
			{ name: 'Only What Is New', value: 'new', description: 'Begin with what happens from now on' },
			{
				name: 'Everything So Far',
				value: 'everything',
				description: 'Begin with all images that are finished already',
			},
		],
		description: 'Where to begin with a project that this trigger has not watched before',
	},
	{
		displayName: 'Output',
		name: 'output',
		type: 'options',
		default: 'labels',
		options: [
			{
				name: 'Labels',
				value: 'labels',
				description:
					'With exact coordinates and the size of the image. Takes a request for each image, in which DataGym adds empty answers to its unanswered questions.',
			},
			{ name: 'Task Only', value: 'task', description: 'Name and state of the image, without any further request' },
		],
		description:
			'What each item carries. A required question that DataGym adds an empty answer to must be answered before the image can be completed again; so images that were sent back are never asked for.',
	},
	{
		displayName: 'Include Image',
		name: 'includeImage',
		type: 'boolean',
		default: false,
		description:
			'Whether to download the image, too. DataGym fetches an image that was added by its URL at this moment; if that fails, DataGym skips its tasks.',
	},
	{ ...outputBinaryField, displayOptions: { show: { includeImage: [true] } } },
	{
		displayName: 'Max Items per Poll',
		name: 'maxItems',
		type: 'number',
		default: 500,
		typeOptions: { minValue: 1 },
		description:
			'How many items to give out at once. The rest comes with the next polls, what has waited longest first.',
	},
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
				type: 'string',
				default: '',
				placeholder: 'e.g. car, pedestrian',
				description:
					'Keys of label classes, separated by commas, of which an image must have at least one. Takes a request for each image, as the labels do.',
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
				description: 'Part of the image’s name, in any case',
			},
			{
				displayName: 'Labeler',
				name: 'labeler',
				type: 'string',
				default: '',
				description:
					'Part of the name of the person who labeled, in any case. DataGym names nobody where a token did it.',
			},
		],
	},
	{
		displayName:
			'Each event comes once. If n8n is killed after a poll has found events and before their execution is over, these events are lost, as n8n does not repeat them: compare with the DataGym node’s Get Labels afterward.',
		name: 'promiseNotice',
		type: 'notice',
		default: '',
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
				description:
					'How many finished images of each project to check for changed labels in one poll. Each is a request.',
			},
			connectionOptions.concurrency,
			connectionOptions.requestsPerSecond,
			{ ...connectionOptions.retryFor, default: DEFAULT_RETRY_FOR },
			connectionOptions.timeout,
		],
	},
];
