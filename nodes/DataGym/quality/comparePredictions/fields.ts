import { DEFAULT_OVERLAP, DEFAULT_SCORE } from '@datagym/labels';
import { field } from '@datagym/shared/fields';
import { labelSource } from '../../fields';
import { includeSkipped } from '../../export/createDataset/fields';
import { classMapping, classMappingForm } from '../../prediction/classes/classMapping';
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
import { unknownClasses } from '../../prediction/classes/unknownClasses';

export const output = field({
	displayName: 'Output',
	name: 'output',
	type: 'options',
	default: 'summary',
	options: [
		{
			name: 'Item per Class',
			value: 'classes',
			description: 'Metrics and confusions of each class',
		},
		{
			name: 'Item per Image',
			value: 'images',
			description: 'Mistakes of each image, the worst first',
		},
		{ name: 'Summary', value: 'summary', description: 'One item with the metrics' },
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
		{ name: 'Areas', value: 'masks', description: 'Pixels of boxes, polygons and masks' },
		{ name: 'Automatic', value: 'auto', description: 'What predictions and labels have in common' },
		{ name: 'Boxes', value: 'boxes', description: 'The boxes around all shapes' },
		{
			name: 'Classes of the Image',
			value: 'imageClasses',
			description: 'Classifications of whole images',
		},
		{
			name: 'Keypoints',
			value: 'keypoints',
			description: 'Points nested in boxes, by OKS',
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
	description: 'Overlap from which a prediction is right',
});

export const score = field({
	displayName: 'Score Threshold',
	name: 'scoreThreshold',
	type: 'number',
	default: DEFAULT_SCORE,
	typeOptions: { minValue: 0, maxValue: 1, numberPrecision: 2 },
	description: 'Lower-scored predictions only count for mAP',
});

export const withoutPredictions = field({
	displayName: 'Images Without Predictions',
	name: 'withoutPredictions',
	type: 'options',
	default: 'missed',
	options: [
		{ name: 'Count as Missed', value: 'missed', description: 'The model found nothing' },
		{ name: 'Exclude', value: 'exclude', description: 'The model did not see them' },
	],
	description: 'What to do with images without predictions',
});

export const source = labelSource({
	export: 'Coordinates in whole pixels. One request.',
	tasks: 'Exact coordinates. One request per image.',
});

export const attachPage = field({
	displayName: 'Attach HTML Page',
	name: 'attachPage',
	type: 'boolean',
	default: false,
	description: 'Whether to add a page with curves and mistakes',
});

export const pageField = field({
	displayName: 'Put Page in Field',
	name: 'pageBinaryField',
	type: 'string',
	default: 'data',
	description: 'Binary field for the HTML page',
});

export const pageImages = field({
	displayName: 'Images on Page',
	name: 'pageImages',
	type: 'number',
	default: 50,
	typeOptions: { minValue: 0 },
	description: 'Images that the page shows, the worst first',
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
