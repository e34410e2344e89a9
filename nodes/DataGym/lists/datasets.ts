import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import { chosenId } from '@datagym/shared/lists';
import { datasetsOfProjects } from '@datagym/shared/projectList';

/** The datasets of the chosen project, or of all projects as long as none is chosen. */
export async function getProjectDatasets(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const projectId = chosenId(this, 'projectId');
	return await datasetsOfProjects(this, projectId === undefined ? [] : [projectId]);
}
