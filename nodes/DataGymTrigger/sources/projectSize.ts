import type { DataGymApi } from '@datagym/client';
import type { DatasetLists } from './datasetImages';
import type { DatasetSize, ProjectSize } from './projectSource';

/** Asks for the project, which says how many images its datasets have, and for the images of these if there are lists for them. */
export async function projectSize(
	api: DataGymApi,
	projectId: string,
	lists: DatasetLists | undefined,
): Promise<ProjectSize> {
	const { name: projectName, datasets } = await api.projects.get(projectId);
	if (lists === undefined)
		return { projectName, images: datasets.reduce((sum, { imageCount }) => sum + imageCount, 0) };
	const sizes: DatasetSize[] = [];
	for (const { datasetId, name: datasetName, imageCount } of datasets) {
		const { hashes: images } = await lists.read(datasetId, imageCount);
		sizes.push({ datasetId, datasetName, images });
	}
	return { projectName, images: sizes.reduce((sum, { images }) => sum + images.length, 0), datasets: sizes };
}
