import { DEFAULT_OVERLAP, DEFAULT_SCORE } from '@datagym/labels';
import { field } from '@datagym/shared/fields';
import { labelSource } from '../../fields';
import { includeSkipped } from '../../export/createDataset/fields';
import { classMapping, classMappingForm } from '../../prediction/classMapping';
import {
	clip,
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
	predictionFields,
	searchedDataset,
} from '../../prediction/fields';
import { unknownClasses } from '../../prediction/unknownClasses';

export const output = field({
	displayName: 'Output',
	name: 'output',
	type: 'options',
	default: 'summary',
	options: [
		{
			name: 'Item per Class',
			value: 'classes',
			description: 'Average precision, precision and recall of each class, and what it is taken for',
		},
		{
			name: 'Item per Image',
			value: 'images',
			description: 'Score and mistakes of each image with their objects, the worst image first',
		},
		{ name: 'Summary', value: 'summary', description: 'One item with numbers, such as metrics of an evaluation' },
	],
	description: 'What to return',
});

export const fields = [...predictionFields, output];

export const kind = field({
	displayName: 'Compare',
	name: 'compare',
	type: 'options',
	default: 'auto',
	options: [
		{ name: 'Areas', value: 'masks', description: 'The pixels that boxes, polygons and masks cover' },
		{ name: 'Automatic', value: 'auto', description: 'What both the predictions and the labels have' },
		{ name: 'Boxes', value: 'boxes', description: 'The boxes around all shapes' },
		{
			name: 'Classes of the Image',
			value: 'imageClasses',
			description: 'The classifications of whole images that the model gives',
		},
		{
			name: 'Keypoints',
			value: 'keypoints',
			description: 'Points nested in boxes, by their object keypoint similarity (OKS)',
		},
	],
	description: 'What of the labels to compare',
});

export const overlap = field({
	displayName: 'IoU Threshold',
	name: 'iouThreshold',
	type: 'number',
	default: DEFAULT_OVERLAP,
	typeOptions: { minValue: 0.01, maxValue: 1, numberPrecision: 2 },
	description: 'Overlap from which a prediction is right. MAP does not depend on it.',
});

export const score = field({
	displayName: 'Score Threshold',
	name: 'scoreThreshold',
	type: 'number',
	default: DEFAULT_SCORE,
	typeOptions: { minValue: 0, maxValue: 1, numberPrecision: 2 },
	description: 'Lower-scored predictions count for mAP only, not for precision, recall and mistakes',
});

export const withoutPredictions = field({
	displayName: 'Images Without Predictions',
	name: 'withoutPredictions',
	type: 'options',
	default: 'missed',
	options: [
		{ name: 'Count as Missed', value: 'missed', description: 'The model found nothing in them' },
		{ name: 'Exclude', value: 'exclude', description: 'The model was not asked about them' },
	],
	description: 'What to do with finished images for which no prediction was given',
});

export const source = labelSource(
	{
		export: 'Coordinates in whole pixels. One request.',
		tasks: 'Exact coordinates. One request per finished image.',
	},
	'Where to read the labels from. This determines the precision of their coordinates.',
);

export const attachPage = field({
	displayName: 'Attach HTML Page',
	name: 'attachPage',
	type: 'boolean',
	default: false,
	description: 'Whether to add a page to the first item that shows numbers, curves, and mistakes on images',
});

export const pageField = field({
	displayName: 'Put Page in Field',
	name: 'pageBinaryField',
	type: 'string',
	default: 'data',
	description: 'Name of the binary field for the HTML page in the output',
});

export const pageImages = field({
	displayName: 'Images on Page',
	name: 'pageImages',
	type: 'number',
	default: 50,
	typeOptions: { minValue: 0 },
	description: 'How many images the page shows, the worst first. Linked ones are fetched from their links.',
});

/** Classes are never added here. */
const excludedClasses = field({
	...unknownClasses,
	options: [
		{ name: 'Exclude', value: 'exclude', description: 'Exclude and count their predictions' },
		{ name: 'Fail', value: 'fail', description: 'The image fails with an error' },
	],
});

export const options = [
	attachPage,
	classMapping,
	classMappingForm,
	clip,
	kind,
	excludeClasses,
	excludedClasses,
	imageClassification,
	imageHeight,
	imageSizes,
	imageWidth,
	includeSkipped,
	keypoints,
	source,
	maskTolerance,
	maxOverlap,
	minimumScore,
	orientation,
	overlap,
	pageField,
	pageImages,
	score,
	searchedDataset,
	withoutPredictions,
];
