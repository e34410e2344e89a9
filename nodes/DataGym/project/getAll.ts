import { limit, returnAll, search, simplify } from '../fields';
import type { ItemOperation } from '../runner/operation';
import { byName, limited, matches, projectRecord, simplified } from '../records';

export const getAll: ItemOperation = {
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many projects',
	description: 'Get the projects of the organization with their datasets',
	fields: [returnAll, limit, search('project’s name'), simplify],
	async run(item, { api }) {
		const projects = (await api.getProjects()).filter(({ name }) => matches(name, item.text('search')));
		return limited(item, projects.sort(byName)).map((project) => simplified(item, project, projectRecord));
	},
};
