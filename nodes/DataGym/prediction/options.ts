import type { INodeProperties } from 'n8n-workflow';
import { datasetId } from '../fields';

const imageSide = (displayName: string, name: string): INodeProperties => ({
	displayName,
	name,
	type: 'number',
	default: 0,
	typeOptions: { minValue: 0 },
	description: 'Pixels, if the predictions do not say and the item holds no image file',
});

export const options: readonly INodeProperties[] = [
	{
		displayName: 'Check Label Configuration',
		name: 'checkConfiguration',
		type: 'boolean',
		default: true,
		description:
			'Whether to check classes, geometries and answers against the project’s label configuration, since DataGym stores wrong ones broken. Reads one task.',
	},
	{
		displayName: 'Class Mapping',
		name: 'classMapping',
		type: 'json',
		default: '{}',
		placeholder: 'e.g. { "automobile": "car", "pickup": "truck" }',
		description: 'JSON from the model’s names to keys of label classes. Names that are not in it stay as they are.',
	},
	{
		displayName: 'Clip to Image',
		name: 'clip',
		type: 'boolean',
		default: true,
		description:
			'Whether to cut labels off at the edge of the image and leave out those outside. On unless turned off, but for DataGym JSON off unless turned on. If the size of the image is not known, only the top and the left edge count.',
	},
	{
		...datasetId,
		required: false,
		description: 'Where to look for images by file name, if several datasets of the project have the same names',
	},
	{
		displayName: 'Dry Run',
		name: 'dryRun',
		type: 'boolean',
		default: false,
		description: 'Whether to send nothing, and only report what would happen to each image',
	},
	{
		displayName: 'EXIF Orientation',
		name: 'orientation',
		type: 'options',
		default: 'format',
		options: [
			{
				name: 'As Displayed',
				value: 'displayed',
				description: 'The model saw the image upright; coordinates are turned to the stored image',
			},
			{ name: 'As Stored', value: 'stored', description: 'The model saw the pixels as they are in the file' },
			{
				name: 'From Format',
				value: 'format',
				description:
					'As the format’s own tools do; upright for all but COCO, DataGym JSON, Google Vision, Pascal VOC and plain boxes',
			},
		],
		description:
			'What coordinates refer to if the file’s EXIF data says that the image is turned. Matters only if the item holds the image file, or the server is asked.',
	},
	imageSide('Image Height', 'imageHeight'),
	{
		displayName: 'Image Size From',
		name: 'imageSizes',
		type: 'options',
		default: 'item',
		options: [
			{
				name: 'Item',
				value: 'item',
				description: 'From width and height in the prediction, or else from the item’s image file',
			},
			{
				name: 'Item or Server',
				value: 'server',
				description: 'If the item has none, from the task’s details or the image’s file: a request for each image',
			},
			{ name: 'Nowhere', value: 'off', description: 'Do not look for labels outside of the image' },
		],
		description:
			'DataGym accepts labels outside of the image; with its size known, the output warns of them. Formats with fractions need the size.',
	},
	imageSide('Image Width', 'imageWidth'),
	{
		displayName: 'Images per Request',
		name: 'batchSize',
		type: 'number',
		default: 50,
		typeOptions: { minValue: 1, maxValue: 500 },
		description: 'A server takes two to three seconds for 100 images',
	},
	{
		displayName: 'Largest Overlap',
		name: 'maxOverlap',
		type: 'number',
		default: 0.5,
		typeOptions: { minValue: 0, maxValue: 1, numberPrecision: 2 },
		description:
			'Of labels of one class whose boxes overlap by more than this (intersection over union), only the one with the highest score stays: non-maximum suppression, within one item. Off unless added.',
	},
	{
		displayName: 'Leave Out Classes',
		name: 'excludeClasses',
		type: 'string',
		default: '',
		placeholder: 'e.g. chair, potted plant',
		description: 'The model’s names of classes to leave out, separated by commas',
	},
	{
		displayName: 'Minimum Score',
		name: 'minimumScore',
		type: 'number',
		default: 0.5,
		typeOptions: { minValue: 0, maxValue: 1, numberPrecision: 2 },
		description: 'Labels with a lower score are left out. Those without a score stay. Off unless added.',
	},
	{
		displayName: 'Round to Pixels',
		name: 'round',
		type: 'boolean',
		default: false,
		description:
			'Whether to round coordinates to the nearest whole pixel. DataGym’s export cuts decimals off otherwise.',
	},
];
