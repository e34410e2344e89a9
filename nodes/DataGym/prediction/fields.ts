import { READABLE_FORMATS } from '@datagym/labels';
import { field } from '@datagym/shared/fields';
import { datasetId, keyLocator, projectId } from '../fields';
import { allowPeoplesTasks, countExisting, existingLabels } from './existingFields';
import { classMapping, classMappingForm } from './classes/classMapping';
import { unknownClasses } from './classes/unknownClasses';
import { formatParameters, formatsWhere } from './formatFields';

const textFormats = formatsWhere(({ reads }) => reads.input !== 'json');

export const format = field({
	displayName: 'Format',
	name: 'format',
	type: 'options',
	default: 'auto',
	options: [
		{
			name: 'Detect Automatically',
			value: 'auto',
			description: 'Recognized by content, never guessed',
		},
		...READABLE_FORMATS.map(({ key, name, reads }) => ({ name, value: key, description: reads.description })),
	],
	description: 'Format of the predictions',
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
			description: 'A file of the input item',
		},
		{ name: 'Field', value: 'field', description: 'Text or an expression in this node' },
	],
	description: 'Where to read the predictions from',
});

export const predictions = field({
	displayName: 'Predictions',
	name: 'predictions',
	type: 'json',
	default: '={{ $json }}',
	required: true,
	displayOptions: { show: { predictionsFrom: ['field'] }, hide: { format: textFormats } },
	description: "The model's output, by default the whole item",
});

export const labelText = field({
	displayName: 'Label Text',
	name: 'labelText',
	type: 'string',
	default: '={{ $json.data }}',
	required: true,
	typeOptions: { rows: 4 },
	displayOptions: { show: { predictionsFrom: ['field'], format: textFormats } },
	description: 'Content of the label file, or mask in Base64',
});

export const binaryPropertyName = field({
	displayName: 'Input Binary Field',
	name: 'binaryPropertyName',
	type: 'string',
	default: 'data',
	required: true,
	displayOptions: { show: { predictionsFrom: ['file'] } },
	hint: 'The name of the input binary field that holds the label file',
	description: 'Several separated by commas, or * for all files',
});

/** What the predictions of a project are, whatever is done with them. */
export const predictionFields = [
	projectId,
	format,
	predictionsFrom,
	predictions,
	labelText,
	binaryPropertyName,
	...formatParameters,
];

export const fields = [...predictionFields, existingLabels];

const imageSide = <const Name extends string>(displayName: string, name: Name) =>
	field({
		displayName,
		name,
		type: 'number',
		default: 0,
		typeOptions: { minValue: 0 },
		description: 'In pixels. Overrides all other sizes.',
	});

export const imageHeight = imageSide('Image Height', 'imageHeight');
export const imageWidth = imageSide('Image Width', 'imageWidth');

export const checkConfiguration = field({
	displayName: 'Check Label Configuration',
	name: 'checkConfiguration',
	type: 'boolean',
	default: true,
	description: 'Whether to check labels against the label configuration',
});

export const clip = field({
	displayName: 'Clip to Image',
	name: 'clip',
	type: 'boolean',
	default: true,
	description: 'Whether to clip labels at the image edge',
});

export const searchedDataset = field({
	...datasetId,
	required: false,
	description: 'Dataset in which to find images by name',
});

export const dryRun = field({
	displayName: 'Dry Run',
	name: 'dryRun',
	type: 'boolean',
	default: false,
	description: 'Whether to only report what would happen',
});

export const orientation = field({
	displayName: 'EXIF Orientation',
	name: 'orientation',
	type: 'options',
	default: 'displayed',
	options: [
		{
			name: 'As Displayed',
			value: 'displayed',
			description: 'Upright, as DataGym shows them',
		},
		{
			name: 'As Stored',
			value: 'stored',
			description: 'Pixels as stored, read from the image file',
		},
	],
	description: 'How the model saw rotated photographs',
});

export const excludeClasses = field({
	displayName: 'Exclude Classes',
	name: 'excludeClasses',
	type: 'string',
	default: '',
	placeholder: 'e.g. chair, potted plant',
	description: "The model's class names, separated by commas",
});

export const imageSizes = field({
	displayName: 'Image Size From',
	name: 'imageSizes',
	type: 'options',
	default: 'item',
	options: [
		{
			name: 'Item',
			value: 'item',
			description: 'The predictions, or an image file',
		},
		{
			name: 'Item or Server',
			value: 'server',
			description: 'Otherwise the server, with requests per image',
		},
		{ name: "Don't Check", value: 'off', description: 'Labels outside the image are not found' },
	],
	description: 'Needed for fractions, and to find labels outside',
});

export const batchSize = field({
	displayName: 'Images per Request',
	name: 'batchSize',
	type: 'number',
	default: 50,
	typeOptions: { minValue: 1, maxValue: 500 },
	description: 'Servers take 2 to 3 seconds for 100 images',
});

export const imageClassification = keyLocator(
	{
		displayName: 'Image Classification',
		name: 'imageClassification',
		description: 'Key of the classification for whole images',
	},
	{ searchListMethod: 'searchClassifications', noun: 'classification', example: 'weather' },
);

/** A text, since it may have names of the model that the project has no class for. */
export const keypoints = field({
	displayName: 'Keypoints',
	name: 'keypoints',
	type: 'string',
	default: '',
	placeholder: 'e.g. nose, left_eye, right_eye',
	description: "Nested point classes in the model's order",
});

export const maskTolerance = field({
	displayName: 'Mask Tolerance',
	name: 'maskTolerance',
	type: 'number',
	default: 1,
	typeOptions: { minValue: 0, maxValue: 100, numberPrecision: 2 },
	description: 'How far outlines may be off, in pixels. Use 0 for pixel edges.',
});

export const maxOverlap = field({
	displayName: 'Maximum Overlap (NMS)',
	name: 'maxOverlap',
	type: 'number',
	default: 0.5,
	typeOptions: { minValue: 0, maxValue: 1, numberPrecision: 2 },
	description: 'Overlap (IoU) that removes lower-scored boxes',
});

export const minimumScore = field({
	displayName: 'Minimum Score',
	name: 'minimumScore',
	type: 'number',
	default: 0.5,
	typeOptions: { minValue: 0, maxValue: 1, numberPrecision: 2 },
	description: 'Lower-scored labels are skipped. Labels without a score are kept.',
});

export const round = field({
	displayName: 'Round to Pixels',
	name: 'round',
	type: 'boolean',
	default: false,
	description: 'Whether to round coordinates, which exports otherwise truncate',
});

export const withoutParent = field({
	displayName: 'Without Parent',
	name: 'withoutParent',
	type: 'options',
	default: 'skip',
	options: [
		{ name: 'Fail', value: 'fail', description: 'The image fails with an error' },
		{ name: 'Skip', value: 'skip', description: 'The labels are skipped and counted' },
	],
	description: 'How to treat labels outside of any parent label',
});

/** Fields that are added below "Options". */
export const options = [
	allowPeoplesTasks,
	batchSize,
	checkConfiguration,
	classMapping,
	classMappingForm,
	clip,
	countExisting,
	dryRun,
	excludeClasses,
	imageClassification,
	imageHeight,
	imageSizes,
	imageWidth,
	keypoints,
	maskTolerance,
	maxOverlap,
	minimumScore,
	orientation,
	round,
	searchedDataset,
	unknownClasses,
	withoutParent,
];
