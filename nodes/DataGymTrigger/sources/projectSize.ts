import type { DataGymApi } from '@datagym/client';
import type { DatasetSize, ProjectSize } from './projectSource';

/** Asks for the project, which says how many images its datasets have, and for the images of these if they are needed. */
export async function projectSize(api: DataGymApi, projectId: string, needsDatasets: boolean): Promise<ProjectSize> {
	const { name, datasets } = await api.projects.get(projectId);
	const images = datasets.reduce((sum, { imageCount }) => sum + imageCount, 0);
	const sizes: DatasetSize[] = [];
	for (const { datasetId, name: datasetName } of needsDatasets ? datasets : []) {
		const { images: found } = await api.datasets.get(datasetId);
		sizes.push({ datasetId, datasetName, imageIds: found.map(({ imageId }) => imageId) });
	}
	return { projectName: name, images, datasets: sizes };
}
