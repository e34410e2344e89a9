import type { IDataObject } from 'n8n-workflow';
import type { LabelConfigAnswer } from '@datagym/client';
import {
	type LabelConfigEntry,
	mergeEntries,
	type MergedEntries,
	readServerLabelConfig,
	type ServerEntry,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { field } from '@datagym/shared/fields';
import { countTasksWithLabels } from '../projectLabelConfig';
import { allowAgents, checkAgentsChoice } from '../runner/agents';
import type { ChoiceOf } from '../runner/itemInput';
import type { Run } from '../runner/runContext';
import type { Place } from './replace';

export const updateExisting = field({
	displayName: 'Update Existing',
	name: 'updateExisting',
	type: 'boolean',
	default: false,
	description: 'Whether to change existing entries, keeping their labels. Open core only.',
});

const displayOptions = { show: { updateExisting: [true] } };
const DELETE = {
	name: 'Delete with Labels',
	value: 'delete',
	description: 'Delete them, and all of their labels',
} as const;

export const missingEntries = field({
	displayName: 'Entries Not Listed',
	name: 'missingEntries',
	type: 'options',
	default: 'fail',
	displayOptions,
	options: [
		DELETE,
		{ name: 'Fail', value: 'fail', description: 'Stop with an error' },
		{ name: 'Keep', value: 'keep', description: 'Leave them as they are' },
	],
	description: 'What to do with other existing entries',
});

/** Only that choice deletes. */
export const allowAgentsToDelete = field({
	...allowAgents,
	displayOptions: {
		show: { ...allowAgents.displayOptions.show, updateExisting: [true], missingEntries: [DELETE.value] },
	},
});

export const reopenTasks = field({
	displayName: 'Reopen Finished Tasks',
	name: 'reopenTasks',
	type: 'boolean',
	default: true,
	displayOptions,
	description: 'Whether to return finished tasks to labeling after additions',
});

export interface UpdateRules {
	/** What becomes of existing entries that are not wanted. */
	readonly missing: ChoiceOf<typeof missingEntries>;
	/** Whether finished tasks go back to labeling if something is added. */
	readonly reopensTasks: boolean;
}

export interface UpdateOutcome {
	readonly response: LabelConfigAnswer;
	readonly merged: MergedEntries;
	readonly reopenedTasks: number;
}

/**
 * Changes the entries of a project and keeps the labels, on a server that can.
 *
 * @throws InputError if labels would be lost that the rules do not give up; nothing is sent then.
 */
export async function updateEntries(
	run: Run,
	place: Place,
	wanted: readonly LabelConfigEntry[],
	rules: UpdateRules,
): Promise<UpdateOutcome> {
	if (rules.missing === DELETE.value) checkAgentsChoice(run.n8n, missingEntries.displayName, DELETE.name);
	await run.api.require('labelConfigUpdates');
	// What another item adds after this one has read would be deleted by its update.
	return await run.alone(
		`configuration ${place.labelConfigurationId}`,
		async () => await update(run, place, wanted, rules),
	);
}

async function update(
	run: Run,
	{ projectId, labelConfigurationId }: Place,
	wanted: readonly LabelConfigEntry[],
	{ missing, reopensTasks }: UpdateRules,
): Promise<UpdateOutcome> {
	const before = await run.api.labelConfigs.get(labelConfigurationId);
	const { serverEntries, problems } = readServerLabelConfig(before);
	// What cannot be read could not be named in the update, and would be deleted.
	if (problems.length > 0)
		throw new InputError(
			'The existing label configuration cannot be read completely, so it was not changed',
			'Change it in DataGym.',
		);
	const merged = mergeEntries(serverEntries, wanted, missing === 'delete' ? 'delete' : 'keep');
	if (merged.retyped.length > 0)
		throw new InputError(
			`The type of an existing entry cannot be changed (${shortened(merged.retyped)}). Nothing was changed.`,
			'Use another key for the new type, or the existing type.',
		);
	if (merged.missing.length > 0 && missing === 'fail') throw await unlisted(run, projectId, merged.missing);
	if (merged.doubled.length > 0)
		throw new InputError(
			`The label configuration has several entries with one key (${shortened([...merged.doubled].sort())}), so it was not changed`,
			'DataGym takes no update that keeps them. Rename or delete all but one in DataGym, and run the node again.',
		);
	if (serverEntries.length > 0 && merged.entries.every(({ id }) => id === undefined))
		throw new InputError(
			'"Entries" has none of the existing entries, so nothing was changed',
			'Set "Entries Not Listed" to "Keep", or use "Replace Existing" to delete all entries and labels.',
		);
	const known = new Set(idsOf(serverEntries));
	const response = await run.api.labelConfigs.update(labelConfigurationId, merged.entries, reopensTasks, {
		isStored: (stored) =>
			merged.added.length > 0 && mergeEntries(readServerLabelConfig(stored).serverEntries, wanted).added.length === 0,
		isAsRead: (stored) => idsOf(readServerLabelConfig(stored).serverEntries).every((id) => known.has(id)),
	});
	const finished = (before.numberOfCompletedTasks ?? 0) + (before.numberOfReviewedTasks ?? 0);
	return { response, merged, reopenedTasks: merged.isMore && reopensTasks ? finished : 0 };
}

function idsOf(entries: readonly ServerEntry[]): readonly string[] {
	return entries.flatMap(({ entryId, children }) => [entryId, ...idsOf(children)]);
}

async function unlisted(run: Run, projectId: string, missing: readonly string[]): Promise<InputError> {
	const { tasks } = await countTasksWithLabels(run, projectId);
	return new InputError(
		`"Entries" lacks existing entries, and nothing was changed: ${shortened(missing)}`,
		`Set "Entries Not Listed" to "Keep", or to "Delete with Labels" to delete them (tasks with labels: ${tasks}).`,
	);
}

function shortened(names: readonly string[]): string {
	return `${names.slice(0, 10).join(', ')}${names.length > 10 ? ` and ${names.length - 10} more` : ''}`;
}

/** What was changed, for the output item. */
export function updateRecord(
	{ merged: { added, missing }, reopenedTasks }: UpdateOutcome,
	rules: UpdateRules,
): IDataObject {
	return {
		updated: true,
		addedEntries: [...added],
		deletedEntries: rules.missing === 'delete' ? [...missing] : [],
		reopenedTasks,
	};
}
