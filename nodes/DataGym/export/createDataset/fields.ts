import type { INodeProperties } from 'n8n-workflow';
import { outputBinaryField, projectId } from '../../fields';

const FORMATS = [
	{ name: 'COCO', value: 'coco', description: 'Boxes, polygons, masks and keypoints in one JSON a split' },
	{ name: 'CreateML', value: 'createMl', description: 'Boxes, for Apple’s tools' },
	{ name: 'CSV (TensorFlow)', value: 'csv', description: 'Boxes, a row each' },
	{ name: 'CVAT for Images 1.1', value: 'cvat', description: 'All shapes with their answers as attributes' },
	{ name: 'DataGym JSON', value: 'dataGym', description: 'Everything, in the form that Prediction: Import takes' },
	{ name: 'Hugging Face ImageFolder', value: 'imageFolder', description: 'Boxes in metadata.jsonl beside the images' },
	{ name: 'Label Studio', value: 'labelStudio', description: 'Tasks with annotations, and the labeling configuration' },
	{ name: 'LabelMe', value: 'labelMe', description: 'A JSON for each image' },
	{
		name: 'Masks (PNG)',
		value: 'masks',
		description: 'A palette image for each image: 0 is background, then the classes',
	},
	{ name: 'Pascal VOC', value: 'pascalVoc', description: 'Boxes, an XML for each image' },
	{
		name: 'YOLO Classify',
		value: 'yoloClassify',
		description: 'A folder for each answer to a classification of the whole image',
	},
	{ name: 'YOLO Detect', value: 'yoloDetect', description: 'Boxes, for Ultralytics' },
	{ name: 'YOLO OBB', value: 'yoloObb', description: 'Turned boxes, for Ultralytics' },
	{
		name: 'YOLO Pose',
		value: 'yoloPose',
		description: 'Boxes with the points that are nested in them, for Ultralytics',
	},
	{ name: 'YOLO Segment', value: 'yoloSegment', description: 'Outlines, for Ultralytics' },
];

const share = (displayName: string, name: string, value: number): INodeProperties => ({
	displayName,
	name,
	type: 'number',
	default: value,
	typeOptions: { minValue: 0 },
	description:
		'How many images go here, relative to the other two shares. An image always goes to the same side, whatever is added later.',
});

const options: INodeProperties[] = [
	{
		displayName: 'Class Names',
		name: 'classNames',
		type: 'json',
		default: '{}',
		placeholder: 'e.g. { "van": "car", "automobile": "car" }',
		description: 'New names for classes, as JSON from class key to name. Two classes with one name are merged.',
	},
	{
		displayName: 'Include Images Without Labels',
		name: 'includeEmpty',
		type: 'boolean',
		default: true,
		description: 'Whether finished images without labels stay, as negatives for the training',
	},
	{
		displayName: 'Include Skipped Images',
		name: 'includeSkipped',
		type: 'boolean',
		default: false,
		description: 'Whether images stay whose task was skipped',
	},
	{
		displayName: 'Leave Out Classes',
		name: 'excludeClasses',
		type: 'string',
		default: '',
		placeholder: 'e.g. sky, road',
		description: 'Keys of classes to leave out, separated by commas',
	},
	{
		displayName: 'Manifest',
		name: 'manifest',
		type: 'json',
		default: '',
		placeholder: 'e.g. {{ $json.manifest }}',
		description:
			'The manifest that an earlier run returned: only images that are new or labeled differently since are written, classes keep their numbers and images their side. An empty object makes the first one.',
	},
	{
		displayName: 'Saved Class Numbers',
		name: 'classNumbers',
		type: 'json',
		default: '',
		placeholder: 'e.g. { "car": 0, "person": 1 }',
		description: 'Numbers of an earlier export, which stay; new classes follow behind',
	},
	share('Share for Test', 'testShare', 0),
	share('Share for Training', 'trainShare', 80),
	share('Share for Validation', 'valShare', 20),
	{
		displayName: 'Stratify',
		name: 'stratify',
		type: 'boolean',
		default: false,
		description:
			'Whether each class is divided by the shares as nearly as possible. Without a manifest, added images can then move others.',
	},
];

export const fields: readonly INodeProperties[] = [
	projectId,
	{
		displayName: 'Format',
		name: 'format',
		type: 'options',
		default: 'coco',
		options: FORMATS,
		description: 'What your training reads',
	},
	{
		displayName: 'Classification Key',
		name: 'classificationKey',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. weather',
		displayOptions: { show: { format: ['yoloClassify'] } },
		description: 'Key of the classification of the whole image that gives its class',
	},
	{
		displayName: 'Keypoints',
		name: 'keypoints',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. left_eye, right_eye, nose',
		displayOptions: { show: { format: ['yoloPose'] } },
		description: 'Keys of the point classes nested in the boxes, in the order of the keypoints, separated by commas',
	},
	{
		displayName: 'Output',
		name: 'output',
		type: 'options',
		default: 'archive',
		options: [
			{ name: 'Item per File', value: 'files', description: 'To store them with S3, Google Drive and the like' },
			{ name: 'One Archive', value: 'archive', description: 'A ZIP file' },
		],
		description: 'Whether the files of the dataset come as one archive or one by one',
	},
	{
		displayName: 'Include Images',
		name: 'includeImages',
		type: 'boolean',
		default: true,
		description:
			'Whether the images’ files come along. DataGym fetches linked images at that moment; if a link is dead, it marks the image as invalid and skips its tasks.',
	},
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
					'As they were drawn, with decimals: a request for each image, which also notes missing answers of the whole image in its task',
			},
			{
				name: 'Whole Pixels',
				value: 'export',
				description: 'From DataGym’s export, which cuts decimals off: one request',
			},
		],
		description: 'How exact the labels are, and so where they are read from',
	},
	outputBinaryField,
	{ displayName: 'Options', name: 'options', type: 'collection', default: {}, options },
];
