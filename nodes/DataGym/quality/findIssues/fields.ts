import type { TaskState } from '@datagym/client';
import { ISSUE_KINDS } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { field } from '@datagym/shared/fields';
import { labelSource, limit, projectId } from '../../fields';
import { allInWorkflows } from '../../output';
import { LABELED_STATES, statusFilter, taskStates } from '../../projectTasks';
import type { ChoiceOf, ItemInput } from '../../runner/itemInput';

const KIND_KEYS = ISSUE_KINDS.map(({ key }) => key);

const kinds = field({
	displayName: 'Issues',
	name: 'issues',
	type: 'multiOptions',
	default: [...KIND_KEYS],
	options: ISSUE_KINDS.map(({ key, name, description }) => ({ name, value: key, description })).sort((a, b) =>
		a.name < b.name ? -1 : 1,
	),
	description: 'Leave empty to look for everything',
});

const sources = labelSource({
	export: 'One request, without label IDs and image sizes',
	tasks: 'Exact, with label IDs. One request per task.',
});

/** Whoever acts on an issue needs the label's ID. */
const source = field({ ...sources, default: 'tasks' });

const output = field({
	displayName: 'Output',
	name: 'output',
	type: 'options',
	default: 'issue',
	options: [
		{ name: 'Item per Image', value: 'image', description: 'All issues of an image' },
		{ name: 'Item per Issue', value: 'issue', description: 'Flat values of each issue' },
	],
	description: 'What an output item is about',
});

const sensitivity = field({
	displayName: 'Sensitivity',
	name: 'sensitivity',
	type: 'options',
	default: 'normal',
	options: [
		{ name: 'High', value: 'high', description: 'More issues, with more false alarms' },
		{ name: 'Low', value: 'low', description: 'Only what is very unusual' },
		{ name: 'Normal', value: 'normal', description: 'Hardly any false alarms' },
	],
	description: 'How unusual a label must be',
});

const status = statusFilter('Leave empty to include completed and reviewed tasks', LABELED_STATES);

export const fields = [projectId, kinds, source, output, ...allInWorkflows, limit];

export const options = [sensitivity, status];

export interface Parameters {
	readonly projectId: string;
	/** Keys of `ISSUE_KINDS`. */
	readonly kinds: readonly string[];
	readonly source: ChoiceOf<typeof source>;
	readonly output: ChoiceOf<typeof output>;
	readonly most: number;
	readonly sensitivity: ChoiceOf<typeof sensitivity>;
	readonly states: readonly TaskState[];
}

/** @throws InputError for an issue that does not exist. */
export function readParameters(item: ItemInput): Parameters {
	return {
		projectId: item.id(projectId),
		kinds: kindsNamed(item.list(kinds)),
		source: item.choice(source),
		output: item.choice(output),
		most: item.flag(allInWorkflows[0]) ? Infinity : item.number(limit),
		sensitivity: item.options.choice(sensitivity),
		states: taskStates(item.options.list(status), ['COMPLETED', 'REVIEWED']),
	};
}

function kindsNamed(texts: readonly string[]): readonly string[] {
	const keys = texts.map((text) => {
		const same = (candidate: string) => candidate.toLowerCase() === text.toLowerCase();
		const kind = ISSUE_KINDS.find(({ key, name }) => same(key) || same(name));
		if (kind !== undefined) return kind.key;
		throw new InputError(
			`Unknown issue "${text.slice(0, 80)}" in "${kinds.displayName}"`,
			`Use some of: ${KIND_KEYS.join(', ')}.`,
		);
	});
	return keys.length === 0 ? KIND_KEYS : keys;
}
