import type { Project } from '@datagym/client';
import { sorted } from '@datagym/labels';
import { finish } from '@datagym/shared/turns';
import { limit, returnAll, search } from '../fields';
import { outputFields } from '../output';
import type { ItemOperation } from '../runner/operation';
import { briefProject, byName, limited, matches, PROJECT_FIELDS, projectRecord, simplified } from '../records';

const nameSearch = search('project name');

export const getAll: ItemOperation = {
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many projects',
	description: 'Get the projects of the organization with their datasets',
	fields: [returnAll, limit, nameSearch, ...outputFields(PROJECT_FIELDS)],
	emptyHint: 'No projects: the organization has none, or none with the name that this node asks for.',
	async run(item, { api }) {
		const projects = (await api.projects.list()).filter(({ name }) => matches(name, item.text(nameSearch)));
		const byNameThenId = byName<Project>(({ projectId }) => projectId);
		return limited(item, await finish(sorted(projects, byNameThenId))).map((project) =>
			simplified(item, project, projectRecord, briefProject),
		);
	},
};
