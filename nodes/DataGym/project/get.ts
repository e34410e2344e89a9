import { projectId, simplify } from '../fields';
import type { ItemOperation } from '../runner/operation';
import { projectRecord, simplified } from '../records';

export const get: ItemOperation = {
	value: 'get',
	name: 'Get',
	action: 'Get project',
	description: 'Get a project with its datasets and the ID of its label configuration',
	fields: [projectId, simplify],
	async run(item, run) {
		const id = item.id(projectId);
		return [simplified(item, await run.api.projects.get(id), projectRecord)];
	},
};
