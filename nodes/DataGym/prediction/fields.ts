import { field } from '@datagym/shared/fields';
import { allowFinished, projectId } from '../fields';
import { FORMAT_CHOICES } from './formatChoices';

const TEXT_FORMATS = ['cvat', 'pascalVoc', 'yolo'];
const IMAGE_FORMATS = ['googleVision', 'huggingFace', 'plainBoxes', 'rekognition', 'roboflow', 'ultralytics', 'yolo'];

const boxFieldsOf = (form: string, names: string) =>
	field({
		displayName: 'Box Fields',
		name: 'boxFields',
		type: 'string',
		default: names,
		required: true,
		displayOptions: { show: { format: ['plainBoxes'], boxForm: [form] } },
		description:
			'The four fields of a box in this order, separated by commas, or the one field that holds a list of the four numbers',
	});

const image = (formats: Record<string, string[]>, value: string, description: string) =>
	field({
		displayName: 'Image',
		name: 'imageReference',
		type: 'string',
		default: value,
		placeholder: 'e.g. front_000123.jpg',
		displayOptions: { show: formats },
		description,
	});

export const boxFields = boxFieldsOf('corners', 'xmin, ymin, xmax, ymax');

export const imageReference = image(
	{ format: IMAGE_FORMATS },
	'={{ $json.imageId ?? $json.imageName ?? $binary.data?.fileName }}',
	'The image that the predictions are about: its ID in DataGym or its file name. The name of a label file (front.txt) stands for the image of that name (front.jpg).',
);

export const format = field({
	displayName: 'Format',
	name: 'format',
	type: 'options',
	default: 'dataGym',
	options: [...FORMAT_CHOICES],
	description: 'What the predictions are written in',
});

export const predictionsFrom = field({
	displayName: 'Predictions From',
	name: 'predictionsFrom',
	type: 'options',
	default: 'field',
	options: [
		{
			name: 'Binary File',
			value: 'file',
			description: 'A file of the input item, for example from Read/Write Files or S3',
		},
		{ name: 'Field', value: 'field', description: 'An expression or text in this node' },
	],
	description: 'Where the predictions are',
});

export const predictions = field({
	displayName: 'Predictions',
	name: 'predictions',
	type: 'json',
	default: '={{ $json }}',
	required: true,
	displayOptions: { show: { predictionsFrom: ['field'] }, hide: { format: TEXT_FORMATS } },
	description:
		'What the model gave, by default the input item itself. DataGym JSON: labels of one image, or an array for several, with internal_media_ID or external_media_ID (the file name), labels and global_classifications.',
});

export const labelText = field({
	displayName: 'Label Text',
	name: 'labelText',
	type: 'string',
	default: '={{ $json.data }}',
	required: true,
	typeOptions: { rows: 4 },
	displayOptions: { show: { predictionsFrom: ['field'], format: TEXT_FORMATS } },
	description: 'The text of the label file',
});

export const binaryPropertyName = field({
	displayName: 'Input Binary Field',
	name: 'binaryPropertyName',
	type: 'string',
	default: 'data',
	required: true,
	displayOptions: { show: { predictionsFrom: ['file'] } },
	hint: 'The name of the input binary field that holds the label file',
	description: 'Name of the binary field, as the node before this one shows it',
});

export const categoriesFrom = field({
	displayName: 'Categories From',
	name: 'categoriesFrom',
	type: 'options',
	default: 'groundTruth',
	displayOptions: { show: { format: ['cocoResults'] } },
	options: [
		{
			name: 'COCO Classes',
			value: 'coco',
			description: 'Of a model that was trained on COCO: 80 classes with IDs from 1 to 90',
		},
		{
			name: 'Ground-Truth File',
			value: 'groundTruthFile',
			description: 'A COCO annotations file in a binary field of the item',
		},
		{ name: 'Ground-Truth JSON', value: 'groundTruth', description: 'A COCO annotations file as JSON' },
		{ name: 'Names', value: 'names', description: 'A list of category IDs with their names' },
	],
	description: 'COCO results hold numbers instead of names, for categories and images',
});

export const groundTruth = field({
	displayName: 'Ground Truth',
	name: 'groundTruth',
	type: 'json',
	default: '',
	required: true,
	placeholder: "e.g. {{ $('Get instances.json').item.json }}",
	displayOptions: { show: { format: ['cocoResults'], categoriesFrom: ['groundTruth'] } },
	description: 'The COCO file with the images and categories that the results refer to',
});

export const groundTruthBinaryField = field({
	displayName: 'Ground-Truth Binary Field',
	name: 'groundTruthBinaryField',
	type: 'string',
	default: 'groundTruth',
	required: true,
	displayOptions: { show: { format: ['cocoResults'], categoriesFrom: ['groundTruthFile'] } },
	hint: 'The name of the input binary field that holds the COCO file with the images and categories',
	description: 'Name of the binary field, as the node before this one shows it',
});

export const categoryNames = field({
	displayName: 'Category Names',
	name: 'categoryNames',
	type: 'json',
	default: '{}',
	required: true,
	placeholder: 'e.g. { "1": "car", "2": "van" }',
	displayOptions: { show: { format: ['cocoResults'], categoriesFrom: ['names'] } },
	description: 'JSON from category ID to name',
});

export const yoloNames = field({
	displayName: 'Class Names',
	name: 'yoloNames',
	type: 'string',
	default: '',
	placeholder: 'e.g. car, person, van',
	displayOptions: { show: { format: ['yolo'] } },
	description:
		'Names in the order of their numbers, separated by commas, or “names” of data.yaml as JSON. Leave empty for the numbers that Export: Create Training Dataset gives.',
});

export const normalized = field({
	displayName: 'Normalized',
	name: 'normalized',
	type: 'boolean',
	default: false,
	displayOptions: { show: { format: ['ultralytics'] } },
	description: 'Whether coordinates are fractions of the image, as to_json(normalize=True) writes them',
});

export const firstPixel = field({
	displayName: 'First Pixel',
	name: 'firstPixel',
	type: 'options',
	default: 0,
	displayOptions: { show: { format: ['pascalVoc'] } },
	options: [
		{ name: 'Counted From 0', value: 0, description: 'As LabelImg, CVAT and Create Training Dataset do' },
		{ name: 'Counted From 1', value: 1, description: 'As in the files of the VOC challenge itself' },
	],
	description: 'What the number of the first pixel is',
});

export const boxForm = field({
	displayName: 'Box Form',
	name: 'boxForm',
	type: 'options',
	default: 'corners',
	displayOptions: { show: { format: ['plainBoxes'] } },
	options: [
		{ name: 'Center and Size', value: 'centerSize' },
		{ name: 'Corner and Size', value: 'cornerSize', description: 'The top left corner, then width and height' },
		{ name: 'Two Corners', value: 'corners' },
	],
	description: 'What the four numbers of a box are',
});

export const units = field({
	displayName: 'Units',
	name: 'units',
	type: 'options',
	default: 'pixels',
	displayOptions: { show: { format: ['plainBoxes'] } },
	options: [
		{ name: 'Fractions', value: 'fractions', description: 'Of the width and height of the image, 0 to 1' },
		{ name: 'Pixels', value: 'pixels' },
	],
	description: 'What the numbers of a box are measured in',
});

export const classField = field({
	displayName: 'Class Field',
	name: 'classField',
	type: 'string',
	default: 'label',
	required: true,
	displayOptions: { show: { format: ['plainBoxes'] } },
	description: 'The field that holds the class of a box',
});

export const scoreField = field({
	displayName: 'Score Field',
	name: 'scoreField',
	type: 'string',
	default: 'score',
	displayOptions: { show: { format: ['plainBoxes'] } },
	description: 'The field that holds the score of a box, 0 to 1. Leave empty if there is none.',
});

export const existingLabels = field({
	displayName: 'Existing Labels',
	name: 'existingLabels',
	type: 'options',
	default: 'replace',
	options: [
		{ name: 'Keep and Add', value: 'add', description: 'Running again adds the labels once more' },
		{ name: 'Replace', value: 'replace', description: 'Running again gives the same result' },
	],
	description: 'What happens to the labels that the image has',
});

export const fields = [
	projectId,
	format,
	predictionsFrom,
	predictions,
	labelText,
	binaryPropertyName,
	imageReference,
	categoriesFrom,
	groundTruth,
	groundTruthBinaryField,
	categoryNames,
	image(
		{ format: ['cocoResults'], categoriesFrom: ['coco', 'names'] },
		'',
		'The image that all results are about: its ID in DataGym or its file name. Leave empty if each image_id is one of these.',
	),
	yoloNames,
	normalized,
	firstPixel,
	boxForm,
	boxFields,
	boxFieldsOf('cornerSize', 'x, y, width, height'),
	boxFieldsOf('centerSize', 'x, y, width, height'),
	units,
	classField,
	scoreField,
	existingLabels,
	allowFinished,
];
