import type { Project } from '@datagym/client';
import { datasetId, projectId } from '../fields';
import type { ItemOperation } from '../runner/operation';
import type { Run } from '../runner/runContext';
import { ifDone, unlessDone } from '../alreadyDone';

const ifConnected = ifDone('If Already Connected', 'ifConnected', 'the dataset is already connected to the project');

export const addDataset: ItemOperation = {
	value: 'addDataset',
	name: 'Add Dataset',
	action: 'Add dataset to project',
	description: "Connect a dataset to a project. Each image becomes a task in the project's backlog.",
	fields: [projectId, datasetId, ifConnected],
	async run(item, run) {
		const { api } = run;
		const ids = { projectId: item.id(projectId), datasetId: item.id(datasetId) };
		// The server connects what has been deleted, too, and says nothing (docs/contract.md#connect-a-dataset).
		const projects = await run.share('projects', async () => await api.projects.list());
		await checkDataset(run, ids.datasetId, projects);
		const connectedNow = await unlessDone(item, ifConnected, ['ex_already_contains'], () =>
			api.projects.connect(ids.projectId, ids.datasetId),
		);
		const isDeleted = projects.every((project) => project.projectId !== ids.projectId);
		if (isDeleted) await api.projects.get(ids.projectId);
		return [{ json: { ...ids, connected: true, connectedNow } }];
	},
};

/** A dataset in one of the projects, which are listed once for all items, exists; another one is asked for, once. */
async function checkDataset(run: Run, id: string, projects: readonly Project[]): Promise<void> {
	const isUsed = projects.some(({ datasets }) => datasets.some((dataset) => dataset.datasetId === id));
	if (!isUsed) await run.share(`dataset ${id}`, async () => await run.api.datasets.get(id));
}
