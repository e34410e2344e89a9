import { type DuplicateSensitivity } from '@datagym/labels';
import { field } from '@datagym/shared/fields';
import { datasetId, datasetList, projectId } from '../../fields';
import type { ChoiceOf, ItemInput } from '../../runner/itemInput';

const searchIn = field({
	displayName: 'Search In',
	name: 'searchIn',
	type: 'options',
	default: 'dataset',
	options: [
		{ name: 'Dataset', value: 'dataset', description: 'The images of a dataset' },
		{ name: 'Project', value: 'project', description: 'The images of all datasets of a project' },
	],
	description: 'Which images to compare with each other',
});

const ofDataset = field({ ...datasetId, displayOptions: { show: { searchIn: ['dataset'] } } });

const ofProject = field({ ...projectId, displayOptions: { show: { searchIn: ['project'] } } });

const compare = field({
	displayName: 'Compare',
	name: 'compare',
	type: 'options',
	default: 'images',
	options: [
		{ name: 'Files', value: 'files', description: 'Only files with equal bytes' },
		{
			name: 'Images',
			value: 'images',
			description: 'Also copies saved again, resized or brightened',
		},
	],
	description: 'What counts as a duplicate',
});

const output = field({
	displayName: 'Output',
	name: 'output',
	type: 'options',
	default: 'duplicate',
	options: [
		{ name: 'Item per Duplicate', value: 'duplicate', description: 'One item per redundant image' },
		{ name: 'Item per Group', value: 'group', description: 'One item per group of equal images' },
		{ name: 'Item per Image', value: 'image', description: 'One item per image, with its hashes' },
	],
	description: 'What an output item is about',
});

const otherDatasets = datasetList(
	{
		displayName: 'Other Dataset Names or IDs',
		name: 'otherDatasetIds',
		description: 'Their images are kept first',
	},
	'getDatasets',
);

const sensitivity = field({
	displayName: 'Sensitivity',
	name: 'sensitivity',
	type: 'options',
	default: 'normal',
	options: [
		{ name: 'High', value: 'high', description: 'Also slightly cropped copies and video frames' },
		{ name: 'Low', value: 'low', description: 'Only copies that look almost identical' },
		{ name: 'Normal', value: 'normal', description: 'Copies saved again or resized' },
	],
	description: 'How different duplicates may be',
});

export const fields = [searchIn, ofDataset, ofProject, compare, output];

export const options = [otherDatasets, sensitivity];

export interface Parameters {
	/** Undefined to search in a dataset. */
	readonly projectId?: string;
	/** Of the dataset to search in. */
	readonly datasetId?: string;
	/** Of further datasets, whose images are kept first. */
	readonly others: readonly string[];
	/** Undefined if only equal bytes count. */
	readonly sensitivity: DuplicateSensitivity | undefined;
	readonly output: ChoiceOf<typeof output>;
}

export function readParameters(item: ItemInput): Parameters {
	return {
		...(item.choice(searchIn) === 'project' ? { projectId: item.id(ofProject) } : { datasetId: item.id(ofDataset) }),
		others: item.options.list(otherDatasets),
		sensitivity: item.choice(compare) === 'images' ? item.options.choice(sensitivity) : undefined,
		output: item.choice(output),
	};
}
