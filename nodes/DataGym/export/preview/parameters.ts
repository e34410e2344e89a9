import { field, outputBinaryField } from '@datagym/shared/fields';
import { labelSource, limit, projectId } from '../../fields';
import { LABELED_STATES, statusFilter, statusOf, taskStates } from '../../projectTasks';
import type { ChoiceOf, ItemInput } from '../../runner/itemInput';

const imageWidth = field({
	displayName: 'Image Width',
	name: 'imageWidth',
	type: 'number',
	default: 480,
	typeOptions: { minValue: 120, maxValue: 4000 },
	description: 'Minimum width of the images on the page in pixels. Each image can be enlarged there.',
});

const findIssues = field({
	displayName: 'Find Issues',
	name: 'findIssues',
	type: 'boolean',
	default: true,
	description: 'Whether to mark suspicious labels, compared to the labels of the other images shown',
});

const imageFiles = field({
	displayName: 'Image Files',
	name: 'imageFiles',
	type: 'options',
	default: 'reduced',
	options: [
		{ name: 'Original', value: 'original', description: 'Unchanged: 50 photographs of 3 MB make a page of 200 MB' },
		{ name: 'Reduced', value: 'reduced', description: 'So small that a page stays below 10 MB' },
	],
	description: 'What to embed of each image. The labels are as exact with both.',
});

const imagesPerPage = field({
	displayName: 'Images per Page',
	name: 'imagesPerPage',
	type: 'number',
	default: 500,
	typeOptions: { minValue: 1, maxValue: 2000 },
	description: 'With more images, further pages are created, one item each. Fewer images are sharper.',
});

const status = statusFilter(
	'Status of the tasks to include. Leave empty to include completed, reviewed and skipped ones.',
);

const choice = field({
	displayName: 'Images',
	name: 'choice',
	type: 'options',
	default: 'random',
	options: [
		{ name: 'First by Name', value: 'first' },
		{ name: 'Random Sample', value: 'random', description: 'The same images each time, as long as none are added' },
	],
	description: 'Which images to show. Linked images are fetched from their links.',
});

const imageLimit = field({ ...limit, displayOptions: {} });

const source = labelSource(
	{
		export: 'Coordinates in whole pixels. One request, and the charts count all labels.',
		tasks: 'Exact coordinates. One request per image shown, and the charts only count their labels.',
	},
	'Where to read the labels from. This determines the precision of the coordinates.',
);

const pageField = field({
	...outputBinaryField,
	hint: 'The name of the output binary field to put the page in. Download the page and open it in a browser to see the images.',
});

export const fields = [projectId, choice, imageLimit, source, pageField];

export const options = [findIssues, imageFiles, imageWidth, imagesPerPage, status];

export interface Parameters {
	readonly projectId: string;
	/** In lower case, as the export has them. */
	readonly statuses: readonly string[];
	readonly choice: ChoiceOf<typeof choice>;
	readonly most: number;
	readonly source: ChoiceOf<typeof source>;
	readonly binaryField: string;
	/** Pixels. */
	readonly imageWidth: number;
	readonly imageFiles: ChoiceOf<typeof imageFiles>;
	readonly imagesPerPage: number;
	readonly findIssues: boolean;
}

export function readParameters(item: ItemInput): Parameters {
	return {
		projectId: item.id(projectId),
		statuses: taskStates(item.options.list(status), LABELED_STATES).map(statusOf),
		choice: item.choice(choice),
		most: Math.floor(item.number(imageLimit)),
		source: item.choice(source),
		binaryField: item.requiredText(pageField),
		imageWidth: item.options.number(imageWidth),
		imageFiles: item.options.choice(imageFiles),
		imagesPerPage: Math.floor(item.options.number(imagesPerPage)),
		findIssues: item.options.flag(findIssues),
	};
}
