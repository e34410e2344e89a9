import type { IDataObject } from 'n8n-workflow';
import type { ListedImage } from '@datagym/client';
import { comparableKey, isGeometryClass, type LabelClass, type LabeledImage, type LabelObject } from '@datagym/labels';
import { projectKeys } from '@datagym/shared/classKeys';
import { background, crop, cropParameters, fileFormat, margin, maxSize, square } from '@datagym/shared/cropFields';
import type { CropParameters } from '@datagym/shared/crops';
import { field, outputBinaryField } from '@datagym/shared/fields';
import { classesRecord } from '@datagym/shared/labelRecords';
import { LongMap } from '@datagym/shared/longMap';
import { keysOfProject, labelSource, limit, projectId, returnAll } from '../../fields';
import { allInWorkflows, forWorkflows, isRaw, isTool, outputFields } from '../../output';
import { LABELED_STATES, statusFilter, statusOf, taskStates } from '../../projectTasks';
import type { ItemInput } from '../../runner/itemInput';
import type { Run } from '../../runner/runContext';

export const source = labelSource(
	{
		export: 'Coordinates in whole pixels, for finished tasks. One request, which is slow in large projects.',
		tasks: 'Exact coordinates, image size and labeler, for tasks with any status. One request per task.',
	},
	'Where to read the labels from. This determines the precision of the coordinates.',
);

export const output = field({
	displayName: 'Output',
	name: 'output',
	type: 'options',
	default: 'itemPerImage',
	options: [
		{ name: 'Item per Image', value: 'itemPerImage', description: 'Each image with a list of its labels' },
		{
			name: 'Item per Label',
			value: 'itemPerLabel',
			description: 'Flat columns for filters, spreadsheets and tables, nested labels included',
		},
	],
	description: 'What each output item is about',
});

const includeCrop = field({
	displayName: 'Include Crop',
	name: 'includeCrop',
	type: 'boolean',
	default: false,
	displayOptions: { show: { output: ['itemPerLabel'] } },
	description: 'Whether to add a file with the pixels of each label. One download per image.',
});

/** Fields that are shown for crops only. */
const forCrops = { show: { output: ['itemPerLabel'], includeCrop: [true] } };

const cropField = field({ ...outputBinaryField, displayOptions: forCrops });

const cropSettings = field({ ...crop, displayOptions: forCrops });

const imageLimit = field({
	...limit,
	description: 'Max number of images to return. With Item per Label, each with all of its labels.',
});

const offset = field({
	displayName: 'Offset',
	name: 'offset',
	type: 'number',
	default: 0,
	typeOptions: { minValue: 0 },
	displayOptions: { show: { '@tool': [true], returnAll: [false] } },
	description: 'Number of images to skip: the nextOffset of the previous call, or 0',
});

const includeEmpty = field({
	displayName: 'Include Images Without Labels',
	name: 'includeEmpty',
	type: 'boolean',
	default: false,
	displayOptions: { hide: { '@tool': [true] } },
	description: 'Whether Item per Label also returns one item per image without labels',
});

const imageClassKeys = keysOfProject(
	{
		displayName: 'Class Keys',
		name: 'classKeys',
		description: 'Classes to include. Images without them are skipped. Leave empty to include all.',
	},
	'getClasses',
);

const datasetIds = field({
	displayName: 'Dataset IDs',
	name: 'datasetIds',
	type: 'string',
	default: '',
	placeholder: 'e.g. 7444ab91-0c3f-4c0e-9d3a-2f1f6a1b2c3d',
	description: 'IDs of the datasets to include, separated by commas',
});

const includeClasses = field({
	displayName: 'Include Classes',
	name: 'includeClasses',
	type: 'boolean',
	default: false,
	description: "Whether to include the list of the project's classes in each item per image",
});

const knownIds = field({
	displayName: 'Known IDs',
	name: 'knownIds',
	type: 'json',
	default: '[]',
	placeholder: '["c5882f73-0c3f-4c0e-9d3a-2f1f6a1b2c3d"]',
	description: 'IDs of images or tasks you already have, to exclude them. Separate them with commas.',
});

const status = statusFilter(
	'Status of the tasks to include. Leave empty to include completed, reviewed and skipped ones.',
);

/** Of the items of both sources, what a tool of an AI agent can choose from. */
const IMAGE_FIELDS = [
	'imageId',
	'imageName',
	'status',
	'labeler',
	'taskId',
	'datasetId',
	'datasetName',
	'width',
	'height',
	'bitmaps',
	'labelCount',
	'classNames',
	'labels',
	'classifications',
	'problems',
];

const [simplifyImages, ...toolFields] = outputFields(IMAGE_FIELDS);

export const fields = [
	projectId,
	forWorkflows(output),
	includeCrop,
	cropField,
	cropSettings,
	source,
	...allInWorkflows,
	imageLimit,
	offset,
	{ ...simplifyImages, displayOptions: { hide: { ...simplifyImages.displayOptions.hide, output: ['itemPerLabel'] } } },
	...toolFields,
];

export const options = [imageClassKeys, datasetIds, includeClasses, includeEmpty, knownIds, status];

/** Which images and labels are read, and in which form they leave. */
export interface Parameters {
	readonly projectId: string;
	/** In lower case, as the export has them. */
	readonly statuses: ReadonlySet<string>;
	/** Of images; all if missing. */
	readonly imageIds?: Pick<LongMap<true>, 'has'>;
	/** Of images or tasks that shall not come again. */
	readonly knownIds: ReadonlySet<string>;
	/** Of classes, as the user has entered them. */
	readonly givenKeys: readonly string[];
	/** The same in the form in which keys compare. */
	readonly classKeys: ReadonlySet<string>;
	/** Images. */
	readonly most: number;
	readonly isPerLabel: boolean;
	/** Whether an image without labels has an item of its own beside those of labels. */
	readonly withEmpty: boolean;
	/** Undefined if no crops are wanted. */
	readonly crop?: CropParameters;
	readonly isSimple: boolean;
	readonly withClasses: boolean;
	/** Of tasks, in the order of their images, how many are not even read. */
	readonly skip: number;
	/** For an AI agent only. */
	readonly page?: Page;
}

/** A part of the images, by name, that an AI agent gets at once. */
export interface Page {
	readonly offset: number;
	readonly limit: number;
	/** Whether there may be no more than a model can read, which only *Return All* takes back. */
	readonly isBounded: boolean;
}

export async function readParameters(item: ItemInput, run: Run): Promise<Parameters> {
	const { options } = item;
	const datasets = options.list(datasetIds);
	const keys = options.list(imageClassKeys);
	const isPerLabel = item.choice(output) === 'itemPerLabel';
	return {
		projectId: item.id(projectId),
		statuses: new Set(taskStates(options.list(status), LABELED_STATES).map(statusOf)),
		...(datasets.length === 0 ? {} : { imageIds: await imagesOf(run, datasets) }),
		knownIds: new Set(options.list(knownIds)),
		givenKeys: keys,
		classKeys: new Set(keys.map(comparableKey)),
		most: item.flag(allInWorkflows[0]) ? Infinity : item.number(imageLimit),
		isPerLabel,
		withEmpty: options.flag(includeEmpty),
		...(isPerLabel && item.flag(includeCrop) ? { crop: readCrop(item) } : {}),
		isSimple: !isRaw(item),
		withClasses: options.flag(includeClasses),
		skip: 0,
		...(isTool(item) ? { page: readPage(item) } : {}),
	};
}

function readPage(item: ItemInput): Page {
	return item.flag(returnAll)
		? { offset: 0, limit: Infinity, isBounded: false }
		: { offset: Math.floor(item.number(offset)), limit: item.number(imageLimit), isBounded: true };
}

function readCrop(item: ItemInput): CropParameters {
	const settings = item.fields(cropSettings);
	return cropParameters(item.requiredText(cropField), {
		background: settings.choice(background),
		fileFormat: settings.choice(fileFormat),
		margin: settings.number(margin),
		maxSize: settings.number(maxSize),
		square: settings.flag(square),
	});
}

/** The tasks and the export tell no dataset, but the dataset its images. */
async function imagesOf(run: Run, ids: readonly string[]): Promise<Pick<LongMap<true>, 'has'>> {
	const newFold = () => {
		const images = new LongMap<true>();
		return { add: ({ imageId }: ListedImage) => images.set(imageId, true), end: () => images };
	};
	const datasets = await Promise.all(
		ids.map((id) => run.limit(async () => await run.api.datasets.foldImages(id, newFold))),
	);
	return { has: (imageId) => datasets.some((images) => images.has(imageId)) };
}

export function isWanted(
	parameters: Parameters,
	image: { readonly imageId: string; readonly taskId?: string | undefined; readonly status: string },
): boolean {
	return (
		parameters.statuses.has(image.status) &&
		(parameters.imageIds?.has(image.imageId) ?? true) &&
		!parameters.knownIds.has(image.imageId) &&
		!parameters.knownIds.has(image.taskId ?? '')
	);
}

/** The image with the labels of the wanted classes (and those that such labels lie in); undefined if there are none. */
export function withWantedClasses(parameters: Parameters, image: LabeledImage): LabeledImage | undefined {
	const keys = parameters.classKeys;
	if (keys.size === 0) return image;
	const isOfClass = ({ className, children }: LabelObject): boolean =>
		keys.has(comparableKey(className)) || children.some(isOfClass);
	const objects = image.objects.filter(isOfClass);
	return objects.length === 0 ? undefined : { ...image, objects };
}

/** @throws InputError for a class key that the project does not have. */
export function checkClassKeys({ givenKeys }: Parameters, classes: readonly LabelClass[]): void {
	const known = classes.filter(isGeometryClass).map(({ key }) => key);
	projectKeys(imageClassKeys.displayName, givenKeys, known);
}

/** What every item carries at its end. */
export function ending({ projectId: id, withClasses }: Parameters, classes: readonly LabelClass[]): IDataObject {
	return { projectId: id, ...(withClasses ? { classes: classesRecord(classes) } : {}) };
}
