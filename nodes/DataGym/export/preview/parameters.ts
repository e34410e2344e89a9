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
	description: 'Minimum width on the page in pixels',
});

const findIssues = field({
	displayName: 'Find Issues',
	name: 'findIssues',
	type: 'boolean',
	default: true,
	description: 'Whether to mark suspicious labels',
});

const imageFiles = field({
	displayName: 'Image Files',
	name: 'imageFiles',
	type: 'options',
	default: 'reduced',
	options: [
		{ name: 'Original', value: 'original', description: 'Unchanged, for pages of hundreds of MB' },
		{ name: 'Reduced', value: 'reduced', description: 'Keeps a page below 10 MB' },
	],
	description: 'What to embed of each image',
});

const imagesPerPage = field({
	displayName: 'Images per Page',
	name: 'imagesPerPage',
	type: 'number',
	default: 500,
	typeOptions: { minValue: 1, maxValue: 2000 },
	description: 'More images create further pages, one item each',
});

const status = statusFilter('Leave empty to include completed, reviewed and skipped tasks');

const choice = field({
	displayName: 'Images',
	name: 'choice',
	type: 'options',
	default: 'random',
	options: [
		{ name: 'First by Name', value: 'first' },
		{ name: 'Random Sample', value: 'random', description: 'The same images each time' },
	],
	description: 'Which images to show',
});

const imageLimit = field({ ...limit, displayOptions: {} });

const source = labelSource({
	export: 'Coordinates in whole pixels, charts of all labels',
	tasks: 'Exact coordinates, charts of the images shown',
});

const pageField = field({
	...outputBinaryField,
	hint: 'The name of the output binary field to put the page in. Download the page and open it in a browser to see the images.',
});

export const fields = [projectId, choice, imageLimit, pageField];

export const options = [findIssues, imageFiles, imageWidth, imagesPerPage, source, status];

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
		source: item.options.choice(source),
		binaryField: item.requiredText(pageField),
		imageWidth: item.options.number(imageWidth),
		imageFiles: item.options.choice(imageFiles),
		imagesPerPage: Math.floor(item.options.number(imagesPerPage)),
		findIssues: item.options.flag(findIssues),
	};
}
