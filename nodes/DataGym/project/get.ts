import { projectId } from '../fields';
import { outputFields } from '../output';
import type { ItemOperation } from '../runner/operation';
import { briefProject, PROJECT_FIELDS, projectRecord, simplified } from '../records';

export const get: ItemOperation = {
	value: 'get',
	name: 'Get',
	action: 'Get project',
	description: 'Get a project with its datasets',
	fields: [projectId, ...outputFields(PROJECT_FIELDS)],
	async run(item, run) {
		const id = item.id(projectId);
		return [simplified(item, await run.api.projects.get(id), projectRecord, briefProject)];
	},
};
