import type { IDataObject } from 'n8n-workflow';
import { type DataGymApi, type DataGymError, hasKey, isDataGymError, type LabelConfigAnswer } from '@datagym/client';
import { comparableKey, entriesToUploadAgain, type LabelConfigEntry } from '@datagym/labels';
import { InputError, messageOf } from '@datagym/shared/errors';
import { getLabelConfig, type ProjectLabelConfig } from '@datagym/shared/labelConfig';
import { type AffectedTasks } from '../projectLabelConfig';

/** Where the entries go. */
export interface Place {
	readonly projectId: string;
	readonly labelConfigurationId: string;
}

/**
 * Milliseconds at least for which requests are tried again: once from the clearing on, and once more to put the old entries back. A
 * restart takes the server up to 40 seconds (docs/contract.md#timing-and-limits), of which some are over when a request fails.
 */
const PATIENCE = 30_000;

/**
 * Replaces the entries, checked before: from the clearing on, the work goes to its end, whether the execution is canceled or
 * not. If the new entries cannot be stored, the old ones are put back.
 *
 * @param affected the tasks whose labels are deleted with the old entries.
 * @param patience milliseconds, see `PATIENCE`.
 * @throws InputError that says what the project has now; with the old entries, if they could not be put back.
 */
export async function replaceEntries(
	api: DataGymApi,
	place: Place,
	entries: readonly LabelConfigEntry[],
	affected: AffectedTasks,
	patience = PATIENCE,
): Promise<LabelConfigAnswer> {
	const old = await getLabelConfig(api, place.projectId, place.labelConfigurationId);
	const insisting = api.insisting(patience);
	const rescue = async (failure: Failure) =>
		await putBack(api.insisting(patience), place, old, { ...failure, affected });
	await insisting.labelConfigs.clear(place.labelConfigurationId).catch(async (error: unknown) => {
		if (isSurelyNotDone(error)) throw error;
		throw await rescue({ error, isSurelyCleared: false });
	});
	return await insisting.labelConfigs
		.upload(place.labelConfigurationId, entries, true)
		.catch(async (error: unknown) => await storedAfterAll(insisting, place, entries, error))
		.catch(async (error: unknown) => {
			throw await rescue({ error, isSurelyCleared: true });
		});
}

/** Not begun, or refused at the first try; an answer that cannot be read says nothing. */
function isSurelyNotDone(error: unknown): error is DataGymError {
	if (!isDataGymError(error) || error.failure.isRetry === true) return false;
	const { kind, outcome } = error.failure;
	return outcome === 'notStarted' || (kind === 'refused' && outcome === undefined);
}

/** An answer can get lost: if the server says that there are entries, and they are the new ones, everything is done. */
async function storedAfterAll(
	api: DataGymApi,
	{ projectId, labelConfigurationId }: Place,
	entries: readonly LabelConfigEntry[],
	error: unknown,
): Promise<LabelConfigAnswer> {
	if (isSurelyNotDone(error) && !hasKey(error, 'ex_gen_config_not_cleared')) throw error;
	const now = await getLabelConfig(api, projectId, labelConfigurationId).catch(() => undefined);
	if (now?.entries === undefined || outline(now.entries) !== outline(entries)) throw error;
	return { id: labelConfigurationId, entries: [...now.entries] };
}

/** Keys and types, in an order that does not depend on the server's. */
function outline(entries: readonly LabelConfigEntry[]): string {
	return entries
		.map(({ entryKey, type, children }) => `${comparableKey(entryKey)} ${type} [${outline(children)}]`)
		.sort()
		.join();
}

interface Failure {
	readonly error: unknown;
	readonly isSurelyCleared: boolean;
}

async function putBack(
	api: DataGymApi,
	{ labelConfigurationId }: Place,
	old: ProjectLabelConfig | undefined,
	{ error, affected, isSurelyCleared }: Failure & { readonly affected: AffectedTasks },
): Promise<InputError> {
	const reason = messageOf(error);
	const entries = entriesToUploadAgain(old?.entries ?? []);
	const deleted = `All labels were deleted (tasks with labels: ${affected.tasks}).`;
	const failure =
		entries.length === 0
			? undefined
			: await api.labelConfigs.upload(labelConfigurationId, entries, isSurelyCleared).then(
					() => undefined,
					(failed: unknown) => ({ failed }),
				);
	if (entries.length > 0 && failure === undefined)
		return new InputError(
			`The old label configuration was cleared, but the new one could not be stored: ${reason}`,
			`The old entries were restored. ${deleted}`,
			{ restored: true },
		);
	if (!isSurelyCleared && hasKey(failure?.failed, 'ex_gen_config_not_cleared'))
		return new InputError(
			`The old label configuration could not be cleared: ${reason}`,
			'The old entries and the labels are unchanged. Run the node again.',
		);
	return new InputError(
		`The old label configuration was cleared, but the new one could not be stored: ${reason}`,
		entries.length === 0
			? `Run the node again. The old entries are not known. ${deleted}`
			: `The old entries could not be put back either. Upload the new ones again, or these old ones as JSON: ${JSON.stringify(entries)} ${deleted}`,
		{ restored: false, oldEntries: structuredClone(entries) as object[] as IDataObject[] },
	);
}
