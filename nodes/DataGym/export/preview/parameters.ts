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
	description: 'How many pixels wide an image is on the page, at least; each can be enlarged there',
});

const status = statusFilter(
	'Only images whose task has this status. Leave empty to get completed, reviewed and skipped ones, which is all that the export has.',
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
	description:
		'Which images the page shows. DataGym fetches linked images at that moment; if a link is dead, it marks the image as invalid and skips its tasks.',
});

const imageLimit = field({ ...limit, displayOptions: undefined });

const source = labelSource(
	{
		export: "One request, whose labels are all counted. DataGym's export cuts decimals off.",
		tasks:
			'Exact coordinates, as they were drawn: a request for each image shown, which also notes missing answers of the whole image in its task. Labels of other images are not counted.',
	},
	'Where the labels are read from, and so how exact they are',
);

const pageField = field({
	...outputBinaryField,
	hint: "The name of the output binary field to put the page in. Download it from there and open it in a browser: n8n's own view of HTML leaves images out.",
});

export const fields = [projectId, choice, imageLimit, source, pageField];

export const options = [imageWidth, status];

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
	};
}
