import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import type { Project } from '@datagym/client';
import { connectForList } from './connect';
import { toNodeError } from './errors';

/** The projects, for lists in the editor of which several can be chosen. */
export async function getProjects(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	return (await loadProjects(this)).map(({ name, projectId }) => ({ name, value: projectId })).sort(byName);
}

/** The datasets of these projects, or of all projects if there are none. */
export async function datasetsOfProjects(
	context: ILoadOptionsFunctions,
	projectIds: readonly string[],
): Promise<INodePropertyOptions[]> {
	const isChosen = ({ projectId }: Project) => projectIds.length === 0 || projectIds.includes(projectId);
	const datasets = (await loadProjects(context)).filter(isChosen).flatMap((project) => project.datasets);
	return [...new Map(datasets.map(({ datasetId, name }) => [datasetId, { name, value: datasetId }])).values()].sort(
		byName,
	);
}

async function loadProjects(context: ILoadOptionsFunctions): Promise<readonly Project[]> {
	try {
		return await (await connectForList(context)).projects.list();
	} catch (error) {
		throw toNodeError(context.getNode(), error);
	}
}

export function byName(a: INodePropertyOptions, b: INodePropertyOptions): number {
	return a.name.localeCompare(b.name);
}
