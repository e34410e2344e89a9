import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import { isGeometryClass } from '@datagym/labels';
import { connectForList } from '@datagym/shared/connect';
import { toNodeError } from '@datagym/shared/errors';
import { getLabelConfig } from '../projectLabelConfig';

/** The classes of the chosen project, for the editor; none as long as no project is chosen. */
export async function getClasses(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const projectId = this.getCurrentNodeParameter('projectId', { extractValue: true });
	if (typeof projectId !== 'string' || projectId === '') return [];
	try {
		const api = await connectForList(this);
		const config = await getLabelConfig(api, projectId);
		const names = new Map(config?.classes.filter(isGeometryClass).map(({ key, name }) => [key, name]));
		return [...names].map(([value, name]) => ({ name, value })).sort((a, b) => a.name.localeCompare(b.name));
	} catch (error) {
		throw toNodeError(this.getNode(), error);
	}
}
