import type { INodeProperties } from 'n8n-workflow';
import { outputBinaryField } from '@datagym/shared/fields';
import { limit, projectId } from '../../fields';
import { TASK_STATE_OPTIONS } from '../../taskStates';

const options: INodeProperties[] = [
	{
		displayName: 'Image Width',
		name: 'imageWidth',
		type: 'number',
		default: 480,
		typeOptions: { minValue: 120, maxValue: 4000 },
		description: 'How many pixels wide an image is on the page, at least; each can be enlarged there',
	},
	{
		displayName: 'Status',
		name: 'status',
		type: 'multiOptions',
		default: [],
		options: TASK_STATE_OPTIONS.map(({ name, value }) => ({ name, value: value.toLowerCase() })),
		description:
			'Only images whose task has this status. Leave empty to get completed, reviewed and skipped ones, which is all that “Whole Pixels” has.',
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
			{ name: 'Random Sample', value: 'random', description: 'The same images each time, as long as none are added' },
		],
		description:
			'Which images the page shows. DataGym fetches linked images at that moment; if a link is dead, it marks the image as invalid and skips its tasks.',
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
				description:
					'As they were drawn, with decimals: a request for each image shown, which also notes missing answers of the whole image in its task. Labels of other images are not counted.',
			},
			{
				name: 'Whole Pixels',
				value: 'export',
				description: 'From DataGym’s export, which cuts decimals off: one request, whose labels are all counted',
			},
		],
		description: 'How exact the labels are, and so where they are read from',
	},
	{
		...outputBinaryField,
		hint: 'The name of the output binary field to put the page in. Download it from there and open it in a browser: n8n’s own view of HTML leaves images out.',
	},
	{ displayName: 'Options', name: 'options', type: 'collection', default: {}, options },
];
