import type { INodeProperties } from 'n8n-workflow';
import { WRITABLE_FORMATS, type WritingParameter } from '@datagym/labels';
import { outputBinaryField, projectId } from '../../fields';

/** The field of each parameter that a format can ask for; it is shown for the formats that do. */
const PARAMETER_FIELDS: Readonly<Record<WritingParameter, INodeProperties>> = {
	classificationKey: {
		displayName: 'Classification Key',
		name: 'classificationKey',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. weather',
		description: 'Key of the whole-image classification whose value is the class of the image',
	},
	keypoints: {
		displayName: 'Keypoints',
		name: 'keypoints',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. left_eye, right_eye, nose',
		description: 'Keys of the point classes nested in boxes, in the order of the keypoints',
	},
};

const formatParameters = Object.entries<INodeProperties>(PARAMETER_FIELDS).map(([parameter, field]) => ({
	...field,
	displayOptions: { show: { format: formatsWith(parameter) } },
}));

function formatsWith(parameter: string): string[] {
	return WRITABLE_FORMATS.filter(({ writes }) => writes.parameters.some((name) => name === parameter)).map(
		({ key }) => key,
	);
}

const share = (displayName: string, name: string, value: number): INodeProperties => ({
	displayName,
	name,
	type: 'number',
	default: value,
	typeOptions: { minValue: 0 },
	description: 'Share of the images in this split, relative to the other two. Images never change splits.',
});

const options: INodeProperties[] = [
	{
		displayName: 'Class IDs',
		name: 'classIds',
		type: 'json',
		default: '',
		placeholder: 'e.g. { "car": 0, "person": 1 }',
		description: 'Class IDs of an earlier export. They are kept, new classes are appended.',
	},
	{
		displayName: 'Class Names',
		name: 'classNames',
		type: 'json',
		default: '{}',
		placeholder: 'e.g. { "van": "car", "automobile": "car" }',
		description: 'New names by class key, as JSON. Classes with the same name are merged.',
	},
	{
		displayName: 'Exclude Classes',
		name: 'excludeClasses',
		type: 'string',
		default: '',
		placeholder: 'e.g. sky, road',
		description: 'Keys of the classes to exclude, separated by commas',
	},
	{
		displayName: 'Include Images Without Labels',
		name: 'includeEmpty',
		type: 'boolean',
		default: true,
		description: 'Whether to include finished images without labels, as negatives',
	},
	{
		displayName: 'Include Skipped Images',
		name: 'includeSkipped',
		type: 'boolean',
		default: false,
		description: 'Whether to include images whose task was skipped',
	},
	{
		displayName: 'Manifest',
		name: 'manifest',
		type: 'json',
		default: '',
		placeholder: 'e.g. {{ $json.manifest }}',
		description: 'Manifest of an earlier run, to write only what changed since. Enter {} in the first run.',
	},
	share('Share for Test', 'testShare', 0),
	share('Share for Training', 'trainShare', 80),
	share('Share for Validation', 'valShare', 20),
	{
		displayName: 'Stratify',
		name: 'stratify',
		type: 'boolean',
		default: false,
		description: 'Whether to split each class by the shares. New images can move others without a manifest.',
	},
];

export const fields: readonly INodeProperties[] = [
	projectId,
	{
		displayName: 'Format',
		name: 'format',
		type: 'options',
		default: 'coco',
		options: WRITABLE_FORMATS.map(({ key, name, writes }) => ({ name, value: key, description: writes.description })),
		description: 'Format your training framework expects',
	},
	...formatParameters,
	{
		displayName: 'Output',
		name: 'output',
		type: 'options',
		default: 'archive',
		options: [
			{ name: 'Item per File', value: 'files', description: 'To store the files in S3, Google Drive and the like' },
			{ name: 'One Archive', value: 'archive', description: 'A ZIP file' },
		],
		description: 'Whether to return the dataset as one archive or as individual files',
	},
	{
		displayName: 'Include Images',
		name: 'includeImages',
		type: 'boolean',
		default: true,
		description: 'Whether to include the image files. DataGym skips the tasks of linked images it cannot fetch.',
	},
	{
		displayName: 'Source',
		name: 'source',
		type: 'options',
		default: 'export',
		options: [
			{ name: 'Export', value: 'export', description: 'Coordinates in whole pixels, with a single request' },
			{
				name: 'Task Details',
				value: 'tasks',
				description: 'Exact coordinates, with one request per task, which adds empty classifications to it',
			},
		],
		description: 'Where to read the labels from, which sets the precision of the coordinates',
	},
	outputBinaryField,
	{ displayName: 'Options', name: 'options', type: 'collection', default: {}, options },
];
