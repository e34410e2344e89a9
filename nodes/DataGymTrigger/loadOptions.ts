import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import { connectForList } from '@datagym/shared/connect';
import { toNodeError } from '@datagym/shared/errors';
import { classesOf } from '@datagym/shared/labelConfig';
import { byName, datasetsOfProjects } from '@datagym/shared/projectList';

/** More projects are not asked for their classes: each of them takes several requests. */
const MOST_PROJECTS = 20;

/** The datasets of the chosen projects, or of all projects as long as none is chosen. */
export async function getDatasets(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	return await datasetsOfProjects(this, chosenProjects(this));
}

/** The classes and classifications of the chosen projects, without those of projects that cannot be read unless none can. */
export async function getClasses(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	try {
		const api = await connectForList(this);
		const projectIds = chosenProjects(this).slice(0, MOST_PROJECTS);
		const read = await Promise.allSettled(projectIds.map(async (id) => await classesOf(api, id)));
		const known = read.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
		const [failure] = read.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome] : []));
		if (known.length === 0 && failure !== undefined) throw failure.reason;
		return [...new Map(known.flat().map(({ key, name }) => [key, { name, value: key }])).values()].sort(byName);
	} catch (error) {
		throw toNodeError(this.getNode(), error);
	}
}

function chosenProjects(context: ILoadOptionsFunctions): readonly string[] {
	const chosen = context.getCurrentNodeParameter('projectIds');
	return Array.isArray(chosen) ? chosen.map(String) : [];
}
