import type { IDataObject } from 'n8n-workflow';
import { hasKey, nameKey, type LabelConfigAnswer } from '@datagym/client';
import { checkLabelConfig, type LabelConfigEntry, readServerLabelConfig } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { field } from '@datagym/shared/fields';
import { projectId } from '../fields';
import type { ItemInput } from '../runner/itemInput';
import type { ItemOperation } from '../runner/operation';
import { countTasksWithLabels, type AffectedTasks } from '../projectLabelConfig';
import type { Run } from '../runner/runContext';
import { classFormat, classGeometry, entriesFile, entriesJson, entriesText, inputMode, readEntries } from './entries';
import { entriesForm } from './form';
import { labelClassesRecord } from './get';
import { replaceEntries, type Place } from './replace';
import {
	allowAgentsToDelete,
	missingEntries,
	reopenTasks,
	updateEntries,
	updateExisting,
	updateRecord,
} from './update';

const replaceExisting = field({
	displayName: 'Replace Existing',
	name: 'replaceExisting',
	type: 'boolean',
	default: false,
	displayOptions: { hide: { updateExisting: [true] } },
	description: 'Whether to replace existing entries, deleting all labels',
});

export const upload: ItemOperation = {
	value: 'upload',
	name: 'Upload',
	action: 'Upload label configuration to project',
	description: 'Set the classes and classifications of a project',
	fields: [
		projectId,
		inputMode,
		entriesJson,
		entriesText,
		entriesFile,
		entriesForm,
		updateExisting,
		missingEntries,
		allowAgentsToDelete,
		reopenTasks,
		replaceExisting,
	],
	options: [classFormat, classGeometry],
	async run(item, run) {
		const id = item.id(projectId);
		const given = await readEntries(item, run);
		const entries = checked(given.entries);
		const { labelConfigurationId } = await run.api.projects.get(id);
		const place = { projectId: id, labelConfigurationId };
		const { response, record } = item.flag(updateExisting)
			? await update(item, run, place, entries)
			: await uploadOrReplace(item, run, place, entries);
		const { classes, entries: stored, problems } = readServerLabelConfig(response);
		const renamed = [...given.renamed.map((key): IDataObject => ({ ...key })), ...storedKeys(entries)];
		return [
			{
				json: {
					...place,
					...record,
					...given.record,
					...(renamed.length === 0 ? {} : { renamedKeys: renamed }),
					entries: structuredClone(stored) as object[],
					classes: labelClassesRecord(classes),
					...(problems.length === 0 ? {} : { warnings: problems.map(({ path, message }) => `${path}: ${message}`) }),
				},
			},
		];
	},
};

/** What the server has now, and what the output item tells of the change. */
interface Stored {
	readonly response: LabelConfigAnswer;
	readonly record: IDataObject;
}

async function update(item: ItemInput, run: Run, place: Place, entries: readonly LabelConfigEntry[]): Promise<Stored> {
	const rules = { missing: item.choice(missingEntries), reopensTasks: item.flag(reopenTasks) };
	const outcome = await updateEntries(run, place, entries, rules);
	return { response: outcome.response, record: updateRecord(outcome, rules) };
}

async function uploadOrReplace(
	item: ItemInput,
	run: Run,
	place: Place,
	entries: readonly LabelConfigEntry[],
): Promise<Stored> {
	return await run.api.labelConfigs.upload(place.labelConfigurationId, entries).then(
		(response) => ({ response, record: { replaced: false } }),
		async (error: unknown) => {
			if (!hasKey(error, 'ex_gen_config_not_cleared')) throw error;
			const { response, replaced } = await replace(item, run, place, entries);
			const lost = { tasksThatLostLabels: replaced.tasks, tasksByStatus: replaced.byStatus };
			return { response, record: { replaced: true, ...lost } };
		},
	);
}

function checked(value: unknown): readonly LabelConfigEntry[] {
	const result = checkLabelConfig(value, nameKey);
	if (result.ok) return result.entries;
	const lines = result.problems
		.slice(0, 20)
		.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
	const more = result.problems.length > lines.length ? ` … and ${result.problems.length - lines.length} more.` : '';
	throw new InputError(
		`"Entries" has ${result.problems.length === 1 ? 'a mistake' : `${result.problems.length} mistakes`}, so nothing was uploaded: ${lines[0] ?? ''}`,
		lines.length > 1 ? `Correct all of these: ${lines.join(' ')}${more}` : 'Correct the entry and run the node again.',
	);
}

/** Replaces a configuration if the user has allowed it, since that deletes labels. */
async function replace(
	item: ItemInput,
	run: Run,
	place: Place,
	entries: readonly LabelConfigEntry[],
): Promise<{ response: LabelConfigAnswer; replaced: AffectedTasks }> {
	const replaced = await countTasksWithLabels(run, place.projectId);
	if (!item.flag(replaceExisting)) {
		throw new InputError(
			'The project already has a label configuration, which was not changed',
			`Turn on "Replace Existing" to replace it. This deletes all labels of the project (tasks with labels: ${replaced.tasks}).`,
		);
	}
	return { response: await replaceEntries(run.api, place, entries, replaced), replaced };
}

/** The keys that the server has stored differently from how they were written. */
function storedKeys(entries: readonly LabelConfigEntry[]): IDataObject[] {
	return entries.flatMap(({ entryKey, children }) => [
		...(entryKey === entryKey.toLowerCase() ? [] : [{ entryKey, storedAs: entryKey.toLowerCase() }]),
		...storedKeys(children),
	]);
}
