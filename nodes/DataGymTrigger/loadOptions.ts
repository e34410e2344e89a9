import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import type { Project } from '@datagym/client';
import { connect } from '@datagym/shared/connect';
import { toNodeError } from '@datagym/shared/errors';

/** The projects, for the editor. */
export async function getProjects(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	return (await loadProjects(this)).map(({ name, projectId }) => ({ name, value: projectId })).sort(byName);
}

/** The datasets of the chosen projects, or of all projects as long as none is chosen. */
export async function getDatasets(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const chosen = this.getCurrentNodeParameter('projectIds');
	const isChosen = ({ projectId }: Project) =>
		!Array.isArray(chosen) || chosen.length === 0 || chosen.some((id) => id === projectId);
	const datasets = (await loadProjects(this)).filter(isChosen).flatMap((project) => project.datasets);
	return [...new Map(datasets.map(({ datasetId, name }) => [datasetId, { name, value: datasetId }])).values()].sort(
		byName,
	);
}

async function loadProjects(context: ILoadOptionsFunctions): Promise<readonly Project[]> {
	try {
		return await (await connect(context, { timeout: 30, retryFor: 5 })).projects.list();
	} catch (error) {
		throw toNodeError(context.getNode(), error);
	}
}

function byName(a: INodePropertyOptions, b: INodePropertyOptions): number {
	return a.name.localeCompare(b.name);
}
