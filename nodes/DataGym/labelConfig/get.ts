import type { IDataObject } from 'n8n-workflow';
import type { LabelClass } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { projectId } from '../fields';
import type { ItemOperation } from '../runner/operation';
import { getLabelConfig } from '@datagym/shared/labelConfig';

/** The classes with all that is known of them. */
export function labelClassesRecord(classes: readonly LabelClass[]): IDataObject[] {
	return classes.map(({ key, ...known }) => ({ className: key, ...structuredClone(known) }) as object as IDataObject);
}

export const get: ItemOperation = {
	value: 'get',
	name: 'Get',
	action: 'Get label configuration of project',
	description: 'Get the classes and classifications of a project',
	fields: [projectId],
	async run(item, { api }) {
		const id = item.id(projectId);
		const { labelConfigurationId, name } = await api.projects.get(id);
		const config = await getLabelConfig(api, id, labelConfigurationId);
		if (config === undefined) {
			throw new InputError(
				`The label configuration of "${name}" cannot be read`,
				'DataGym only provides it with a task: connect a dataset that has an image or, on an older server, complete a task.',
			);
		}
		const { entries, classes, lastChanged } = config;
		return [
			{
				json: {
					projectId: id,
					labelConfigurationId,
					complete: entries !== undefined,
					...(lastChanged === undefined ? {} : { lastChanged: new Date(lastChanged).toISOString() }),
					entries: structuredClone(entries ?? []) as object[],
					classes: labelClassesRecord(classes),
				},
			},
		];
	},
};
