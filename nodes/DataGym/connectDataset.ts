import type { Project } from '@datagym/client';
import type { Run } from './runner/runContext';

interface Connection {
	readonly projectId: string;
	readonly datasetId: string;
}

/** What the server says of a dataset that the project has already. */
export const ALREADY_CONNECTED = 'ex_already_contains';

/**
 * Connects a dataset to a project, so that each of its images becomes a task, also one that is uploaded later. Items of one run that
 * are about the same two share the request.
 *
 * @throws DataGymError `ex_already_contains`; not found if the project or the dataset has been deleted.
 */
export async function connectDataset(run: Run, { projectId, datasetId }: Connection): Promise<void> {
	await run.once(`connect ${projectId} ${datasetId}`, async () => {
		// The server connects what has been deleted, too, and says nothing (docs/contract.md#connect-a-dataset).
		const projects = await run.share('projects', async ({ api }) => await api.projects.list());
		await checkDataset(run, datasetId, projects);
		await run.api.projects.connect(projectId, datasetId);
		const isDeleted = projects.every((project) => project.projectId !== projectId);
		if (isDeleted) await run.api.projects.get(projectId);
	});
}

/** A dataset in one of the projects, which are listed once for all items, exists; another one is asked for. */
async function checkDataset(run: Run, id: string, projects: readonly Project[]): Promise<void> {
	const isUsed = projects.some(({ datasets }) => datasets.some((dataset) => dataset.datasetId === id));
	if (!isUsed) await run.share(`dataset ${id}`, async ({ api }) => await api.datasets.summary(id));
}
