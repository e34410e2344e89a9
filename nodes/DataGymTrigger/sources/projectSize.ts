import type { DataGymApi } from '@datagym/client';
import type { DatasetSize, ProjectSize } from './projectSource';

/** Asks for the project, which says how many images its datasets have, and for the images of these if they are needed. */
export async function projectSize(api: DataGymApi, projectId: string, needsImages: boolean): Promise<ProjectSize> {
	const { name: projectName, datasets } = await api.projects.get(projectId);
	if (!needsImages) {
		const images = datasets.reduce((sum, { imageCount }) => sum + imageCount, 0);
		return { projectName, images, datasets: [] };
	}
	const sizes: DatasetSize[] = [];
	for (const { datasetId, name: datasetName } of datasets) {
		const { images: found } = await api.datasets.get(datasetId);
		sizes.push({ datasetId, datasetName, imageIds: found.map(({ imageId }) => imageId) });
	}
	const imageIds = new Set(sizes.flatMap((dataset) => dataset.imageIds));
	return { projectName, images: imageIds.size, imageIds, datasets: sizes };
}
