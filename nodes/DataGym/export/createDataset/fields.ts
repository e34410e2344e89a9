import type { INodeProperties } from 'n8n-workflow';
import { IMAGES_PER_SHARD, WRITABLE_FORMATS, type WritingParameter } from '@datagym/labels';
import { field, outputBinaryField } from '@datagym/shared/fields';
import { keyLocator, keysOfProject, labelSource, projectId } from '../../fields';
import { cropMargin, minimumCropSize, tileEmptyShare, tileOverlap, tileSize, tileVisibleShare } from './cutFields';
import { includeHashes, togetherByDuplicates } from './looksFields';

export { cropMargin, minimumCropSize, tileEmptyShare, tileOverlap, tileSize, tileVisibleShare };

export const format = field({
	displayName: 'Format',
	name: 'format',
	type: 'options',
	default: 'coco',
	options: WRITABLE_FORMATS.map(({ key, name, writes }) => ({ name, value: key, description: writes.description })),
	description: 'The format that your training framework expects',
});

export const classificationKey = keyLocator(
	{
		displayName: 'Classification Key',
		name: 'classificationKey',
		required: true,
		description: 'Whole-image classification that gives the class',
	},
	{ searchListMethod: 'searchClassifications', noun: 'classification', example: 'weather' },
);

export const keypoints = keysOfProject(
	{
		displayName: 'Keypoints',
		name: 'keypoints',
		required: true,
		description: 'Nested point classes, in the order of choice',
	},
	'getKeypointClasses',
);

/** What a format can ask for below "Options", since there is a default. */
type OptionalParameter = 'labelKey' | 'imagesPerShard';

/** The field of each parameter that a format can ask for; it is shown for the formats that do. */
const PARAMETER_FIELDS: Readonly<Record<Exclude<WritingParameter, OptionalParameter>, INodeProperties>> = {
	classificationKey,
	keypoints,
	cropMargin,
	minimumCropSize,
};

const formatParameters = Object.entries(PARAMETER_FIELDS).map(([parameter, definition]) => ({
	...definition,
	displayOptions: { show: { format: formatsWith(parameter) } },
}));

function formatsWith(parameter: string): string[] {
	return WRITABLE_FORMATS.filter(({ writes }) => writes.parameters.some((name) => name === parameter)).map(
		({ key }) => key,
	);
}

const share = (displayName: string, name: string, value: number) =>
	field({
		displayName,
		name,
		type: 'number',
		default: value,
		typeOptions: { minValue: 0 },
		description: 'Share of the images, relative to the other two',
	});

export const classIds = field({
	displayName: 'Class IDs',
	name: 'classIds',
	type: 'json',
	default: '{}',
	placeholder: 'e.g. { "car": 0, "person": 1 }',
	description: 'Class IDs of an earlier export, to keep',
});

export const classNames = field({
	displayName: 'Class Names',
	name: 'classNames',
	type: 'json',
	default: '{}',
	placeholder: 'e.g. { "van": "car", "automobile": "car" }',
	description: 'New names by class key. Equal ones are merged.',
});

export const datasetCard = field({
	displayName: 'Dataset Card',
	name: 'datasetCard',
	type: 'fixedCollection',
	placeholder: 'Add Card',
	default: {},
	description: 'README.md with metadata for the Hugging Face Hub',
	options: [
		{
			displayName: 'Card',
			name: 'card',
			values: [
				{
					displayName: 'Description',
					name: 'description',
					type: 'string',
					typeOptions: { rows: 4 },
					default: '',
					placeholder: 'e.g. Cars of the front cameras',
					description: 'What the dataset is about, as Markdown',
				},
				{
					displayName: 'License',
					name: 'license',
					type: 'string',
					default: '',
					placeholder: 'e.g. cc-by-4.0',
					description: 'License identifier of the Hugging Face Hub',
				},
				{
					displayName: 'Name',
					name: 'name',
					type: 'string',
					default: '',
					placeholder: 'e.g. Front cameras 2026',
					description: "Title of the card, by default the project's name",
				},
			],
		},
	],
});

export const excludeClasses = keysOfProject(
	{ displayName: 'Exclude Classes', name: 'excludeClasses', description: 'Classes to exclude' },
	'getClasses',
);

const ofShards = { show: { '/format': formatsWith('imagesPerShard') } };

export const imagesPerShard = field({
	displayName: 'Images per Shard',
	name: 'imagesPerShard',
	type: 'number',
	default: IMAGES_PER_SHARD,
	typeOptions: { minValue: 1, maxValue: 100_000 },
	displayOptions: ofShards,
	description: 'Images in a Parquet or tar file. Aim at 100 to 500 MB.',
});

export const includeEmpty = field({
	displayName: 'Include Images Without Labels',
	name: 'includeEmpty',
	type: 'boolean',
	default: true,
	description: 'Whether to include images without labels, as negatives',
});

export const includeSkipped = field({
	displayName: 'Include Skipped Images',
	name: 'includeSkipped',
	type: 'boolean',
	default: false,
	description: 'Whether to include images whose task was skipped',
});

export const labelKey = {
	...keyLocator(
		{
			displayName: 'Label Key',
			name: 'labelKey',
			description: 'Whole-image classification to write as the label',
		},
		{ searchListMethod: 'searchClassifications', noun: 'classification', example: 'weather' },
	),
	displayOptions: ofShards,
};

export const manifest = field({
	displayName: 'Manifest',
	name: 'manifest',
	type: 'json',
	default: '{}',
	placeholder: 'e.g. {{ $json.manifest }}',
	description: 'From an earlier run, to write only changed files and lists',
});

export const stratify = field({
	displayName: 'Stratify',
	name: 'stratify',
	type: 'boolean',
	default: false,
	description: 'Whether to split every class in the same ratio. New images can move others.',
});

export const togetherByDataset = field({
	displayName: 'Keep Together by Dataset',
	name: 'togetherByDataset',
	type: 'boolean',
	default: false,
	description: 'Whether images of a dataset share a split',
});

export const togetherByList = field({
	displayName: 'Keep Together by List',
	name: 'togetherByList',
	type: 'json',
	default: '{}',
	placeholder: 'e.g. { "street_1.jpg": "drive 1" }',
	description: 'Groups by image ID or name, as JSON',
});

export const togetherByName = field({
	displayName: 'Keep Together by Name',
	name: 'togetherByName',
	type: 'string',
	default: '',
	placeholder: 'e.g. clip_(\\d+)_frame',
	description: 'Pattern of file names, with the group in parentheses',
});

export const testShare = share('Share for Test', 'testShare', 0);

export const trainShare = share('Share for Training', 'trainShare', 80);

export const valShare = share('Share for Validation', 'valShare', 20);

export const output = field({
	displayName: 'Output',
	name: 'output',
	type: 'options',
	default: 'archive',
	options: [
		{
			name: 'Item per File',
			value: 'files',
			description: 'One item per file, e.g. for S3',
		},
		{ name: 'One Archive', value: 'archive', description: 'A ZIP file' },
	],
	description: 'How to return the dataset',
});

export const includeImages = field({
	displayName: 'Include Images',
	name: 'includeImages',
	type: 'boolean',
	default: true,
	description: 'Whether to include the image files. Linked images are fetched from their links.',
});

export const source = labelSource({
	export: 'Coordinates in whole pixels. One request.',
	tasks: 'Exact coordinates. One request per task.',
});

export const orientation = field({
	displayName: 'Photographs with an Orientation',
	name: 'orientation',
	type: 'options',
	default: 'automatic',
	options: [
		{
			name: "As Shown by the Format's Readers",
			value: 'kept',
			description: 'Keep the EXIF orientation, with upright labels',
		},
		{
			name: 'Automatic',
			value: 'automatic',
			description: 'Keep if all readers apply it, otherwise make upright',
		},
		{
			name: 'Make Upright',
			value: 'upright',
			description: 'Turn the pixels, saving JPEGs again',
		},
		{
			name: 'Remove the Tag',
			value: 'tagRemoved',
			description: 'Keep the stored pixels, with fitting labels',
		},
	],
	description: 'How to treat their EXIF orientation',
});

export const fields = [projectId, format, ...formatParameters, output, includeImages, outputBinaryField];

export const options = [
	classIds,
	classNames,
	datasetCard,
	excludeClasses,
	imagesPerShard,
	includeEmpty,
	includeHashes,
	includeSkipped,
	togetherByDataset,
	togetherByDuplicates,
	togetherByList,
	togetherByName,
	labelKey,
	source,
	manifest,
	orientation,
	stratify,
	testShare,
	trainShare,
	valShare,
	tileVisibleShare,
	tileOverlap,
	tileSize,
	tileEmptyShare,
];
