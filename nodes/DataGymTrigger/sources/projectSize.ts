import type { DataGymApi } from '@datagym/client';
import { taskHash } from '../memory/hashes';
import type { DatasetSize, ProjectSize } from './projectSource';

/** Asks for the project, which says how many images its datasets have, and for the images of these if they are needed. */
export async function projectSize(api: DataGymApi, projectId: string, needsImages: boolean): Promise<ProjectSize> {
	const { name: projectName, datasets } = await api.projects.get(projectId);
	if (!needsImages) return { projectName, images: datasets.reduce((sum, { imageCount }) => sum + imageCount, 0) };
	const sizes: DatasetSize[] = [];
	for (const { datasetId, name: datasetName } of datasets) {
		const { images: found } = await api.datasets.get(datasetId);
		sizes.push({ datasetId, datasetName, images: Float64Array.from(found, ({ imageId }) => taskHash(imageId)) });
	}
	return { projectName, images: sizes.reduce((sum, { images }) => sum + images.length, 0), datasets: sizes };
}
