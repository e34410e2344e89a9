import { nameKey } from '@datagym/client';
import { NEW_CLASS_COLORS, checkLabelConfig, type GeometryType } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { getLabelConfig } from '@datagym/shared/labelConfig';
import type { Run } from '../runner/runContext';
import { updateEntries } from './update';

export interface Additions {
	readonly projectId: string;
	/** Geometry types by class key. */
	readonly types: ReadonlyMap<string, GeometryType>;
}

/**
 * Adds classes to a project's label configuration without losing a label. By a token, DataGym takes a configuration only where none is,
 * and clearing one deletes all labels of the project (docs/contract.md#upload-a-configuration), so that only an empty one can be added
 * to. The open core adds entries beside others; finished tasks stay finished, since the import is about to label others.
 *
 * @param isDryRun whether only to find out if it can be done.
 * @throws InputError if the project has classes, or a name cannot be a class key.
 */
export async function addClasses(run: Run, { projectId, types }: Additions, isDryRun: boolean): Promise<void> {
	const { api } = run;
	const names = [...types.keys()];
	const checked = checkLabelConfig(
		[...types].map(([key, type], index) => ({
			entryKey: key,
			entryValue: key,
			type: type === 'segmentation' ? 'image_segmentation' : type,
			color: NEW_CLASS_COLORS[index % NEW_CLASS_COLORS.length],
			children: [],
		})),
		nameKey,
	);
	if (!checked.ok)
		throw new InputError(
			`The classes of the model cannot be added to the label configuration: ${checked.problems[0]?.message ?? ''}`,
			REMEDY,
		);
	if (await api.has('labelConfigUpdates')) {
		if (isDryRun) return;
		const { labelConfigurationId } = await api.projects.get(projectId);
		const rules = { missing: 'keep', reopensTasks: false } as const;
		await updateEntries(run, { projectId, labelConfigurationId }, checked.entries, rules);
		return;
	}
	const config = await getLabelConfig(api, projectId);
	if (config === undefined || config.classes.length > 0)
		throw new InputError(
			`The project has no class ${names.map((name) => `"${name}"`).join(', ')}, and DataGym does not add classes to a label configuration by API without deleting all labels`,
			REMEDY,
		);
	if (isDryRun) return;
	const { labelConfigurationId } = await api.projects.get(projectId);
	await api.labelConfigs.upload(labelConfigurationId, checked.entries);
}

const REMEDY =
	'Add them in DataGym, map them with "Class Mapping", or set "Unknown Classes" to "Exclude". Nothing was imported.';
