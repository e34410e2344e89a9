import { nameKey } from '@datagym/client';
import { checkLabelConfig, type GeometryType } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { getLabelConfig } from '../projectLabelConfig';
import type { Run } from '../runner/runContext';

export interface Additions {
	readonly projectId: string;
	/** Geometry types by class key. */
	readonly types: ReadonlyMap<string, GeometryType>;
}

/**
 * Adds classes to a project's label configuration without losing a label. By a token, DataGym takes a configuration only where none is,
 * and clearing one deletes all labels of the project (docs/contract.md#upload-a-configuration), so that only an empty one can be added to.
 *
 * @param isDryRun whether only to find out if it can be done.
 * @throws InputError if the project has classes, or a name cannot be a class key.
 */
export async function addClasses({ api }: Run, { projectId, types }: Additions, isDryRun: boolean): Promise<void> {
	const names = [...types.keys()];
	const checked = checkLabelConfig(
		[...types].map(([key, type], index) => ({
			entryKey: key,
			entryValue: key,
			type: type === 'segmentation' ? 'image_segmentation' : type,
			color: COLORS[index % COLORS.length],
			children: [],
		})),
		nameKey,
	);
	if (!checked.ok)
		throw new InputError(
			`The classes of the model cannot be added to the label configuration: ${checked.problems[0]?.message ?? ''}`,
			REMEDY,
		);
	const config = await getLabelConfig(api, projectId);
	if (config === undefined || config.classes.length > 0)
		throw new InputError(
			`The project has no class ${names.map((name) => `"${name}"`).join(', ')}, and DataGym does not add classes to a label configuration by API without deleting all labels`,
			REMEDY,
		);
	if (isDryRun) return;
	const { labelConfigurationId } = await api.getProject(projectId);
	await api.uploadLabelConfig(labelConfigurationId, checked.entries);
}

const REMEDY =
	'Add them in DataGym, map them with "Class Mapping", or set "Unknown Classes" to "Exclude". Nothing was imported.';

/** Easily told apart. */
const COLORS = [
	'#e6194b',
	'#3cb44b',
	'#4363d8',
	'#f58231',
	'#911eb4',
	'#42d4f4',
	'#f032e6',
	'#469990',
	'#9a6324',
	'#800000',
];
