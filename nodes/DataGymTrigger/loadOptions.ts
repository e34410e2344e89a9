import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import type { Project } from '@datagym/client';
import { byName, loadProjects } from '@datagym/shared/projectList';

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
