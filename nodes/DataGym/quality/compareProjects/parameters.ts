import type { Closeness, ConsensusGeometry, ImageIdentity } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { field } from '@datagym/shared/fields';
import { labelSource, projectId } from '../../fields';
import type { ChoiceOf, ItemInput } from '../../runner/itemInput';

const secondProjectId = field({
	...projectId,
	displayName: 'Second Project',
	name: 'secondProjectId',
	description: 'The project to compare it with',
});

const output = field({
	displayName: 'Output',
	name: 'output',
	type: 'options',
	default: 'images',
	options: [
		{
			name: 'Consensus',
			value: 'consensus',
			description: 'Labels that most projects agree on, per image',
		},
		{
			name: 'Item per Image',
			value: 'images',
			description: 'Disagreements of each image, the worst first',
		},
		{ name: 'Summary', value: 'summary', description: 'Agreement of all images together' },
	],
	description: 'What to return',
});

const consensusGeometry = field({
	displayName: 'Consensus Geometry',
	name: 'consensusGeometry',
	type: 'options',
	default: 'first',
	options: [
		{ name: 'First Project', value: 'first', description: 'As in the first project that labeled it' },
		{
			name: 'Mean',
			value: 'mean',
			description: 'Mean of boxes and points, else the closest',
		},
	],
	description: 'Where to take the shapes of the consensus from',
});

const maximumDistance = field({
	displayName: 'Distance Threshold (Pixels)',
	name: 'maximumDistance',
	type: 'number',
	default: 10,
	typeOptions: { minValue: 0.1, numberPrecision: 2 },
	description: 'How far apart points and lines may be',
});

const includeSkipped = field({
	displayName: 'Include Skipped Images',
	name: 'includeSkipped',
	type: 'boolean',
	default: false,
	description: 'Whether to include images whose task was skipped',
});

const minimumIou = field({
	displayName: 'IoU Threshold',
	name: 'minimumIou',
	type: 'number',
	default: 0.5,
	typeOptions: { minValue: 0.01, maxValue: 1, numberPrecision: 3 },
	description: 'How much areas must overlap to match',
});

const matchImagesBy = field({
	displayName: 'Match Images By',
	name: 'matchImagesBy',
	type: 'options',
	default: 'automatic',
	options: [
		{
			name: 'Automatic',
			value: 'automatic',
			description: 'By ID in shared datasets, otherwise by name',
		},
		{ name: 'File Name', value: 'name' },
		{ name: 'Image ID', value: 'id' },
	],
	description: 'How to find the same image in each project',
});

const moreProjectIds = field({
	displayName: 'More Project Names or IDs',
	name: 'moreProjectIds',
	type: 'multiOptions',
	typeOptions: { loadOptionsMethod: 'getProjects' },
	default: [],
	description:
		'Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
});

const source = labelSource({
	export: 'Whole pixels, no label IDs. One request per project.',
	tasks: 'Exact coordinates, label IDs. One request per task.',
});

export const fields = [projectId, secondProjectId, output];

export const options = [
	consensusGeometry,
	includeSkipped,
	matchImagesBy,
	maximumDistance,
	minimumIou,
	moreProjectIds,
	source,
];

export interface Parameters {
	/** Two or more, each once. */
	readonly projectIds: readonly string[];
	readonly output: ChoiceOf<typeof output>;
	readonly closeness: Closeness;
	readonly identity: ImageIdentity;
	readonly geometry: ConsensusGeometry;
	readonly isExact: boolean;
	readonly includesSkipped: boolean;
}

/** @throws InputError for a project that is chosen twice. */
export function readParameters(item: ItemInput): Parameters {
	const { options: added } = item;
	const projectIds = [item.id(projectId), item.id(secondProjectId), ...added.list(moreProjectIds)];
	const repeated = projectIds.find((id, index) => projectIds.indexOf(id) !== index);
	if (repeated !== undefined)
		throw new InputError(
			`The project ${repeated} is chosen twice`,
			'Choose another project in "Project", "Second Project" or "More Projects".',
		);
	return {
		projectIds,
		output: item.choice(output),
		closeness: { minimumIou: added.number(minimumIou), maximumDistance: added.number(maximumDistance) },
		identity: added.choice(matchImagesBy),
		geometry: added.choice(consensusGeometry),
		isExact: added.choice(source) === 'tasks',
		includesSkipped: added.flag(includeSkipped),
	};
}
