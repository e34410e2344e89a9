import type { INodeProperties } from 'n8n-workflow';
import { outputBinaryField } from '@datagym/shared/fields';
import { limit, projectId } from '../../fields';
import { TASK_STATE_OPTIONS } from '../../taskStates';

/** Widths of an image on the page, in CSS pixels. */
export const DEFAULT_WIDTH = 480;
export const LEAST_WIDTH = 120;
export const LARGEST_WIDTH = 4000;

const options: INodeProperties[] = [
	{
		displayName: 'Image Width',
		name: 'imageWidth',
		type: 'number',
		default: DEFAULT_WIDTH,
		typeOptions: { minValue: LEAST_WIDTH, maxValue: LARGEST_WIDTH },
		description: 'Minimum width of each image on the page, in pixels. Each image can be enlarged there.',
	},
	{
		displayName: 'Status',
		name: 'status',
		type: 'multiOptions',
		default: [],
		options: TASK_STATE_OPTIONS.map(({ name, value }) => ({ name, value: value.toLowerCase() })),
		description: 'Task statuses to show. Leave empty for completed, reviewed and skipped, all that exports have.',
	},
];

export const fields: readonly INodeProperties[] = [
	projectId,
	{
		displayName: 'Images',
		name: 'choice',
		type: 'options',
		default: 'random',
		options: [
			{ name: 'First by Name', value: 'first' },
			{ name: 'Random Sample', value: 'random', description: 'The same images every time, as long as none are added' },
		],
		description: 'Which images to show. If the link of an image is dead, DataGym marks the image as invalid.',
	},
	{ ...limit, displayOptions: undefined },
	{
		displayName: 'Coordinates',
		name: 'source',
		type: 'options',
		default: 'export',
		options: [
			{
				name: 'Exact',
				value: 'tasks',
				description: 'With decimals, as drawn. One request per image shown; only their labels are counted.',
			},
			{
				name: 'Whole Pixels',
				value: 'export',
				description: 'From the export, which drops decimals. One request; the labels of all images are counted.',
			},
		],
		description: 'Precision of the coordinates',
	},
	{
		...outputBinaryField,
		hint: 'The name of the output binary field to put the page in. Download it and open it in a browser: n8n’s own HTML view does not show images.',
	},
	{ displayName: 'Options', name: 'options', type: 'collection', default: {}, options },
];
