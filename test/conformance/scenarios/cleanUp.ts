import type { Scenario } from '../scenario';
import { byId, refusal, type World } from '../world';
import { deleteDataset } from './ownApi';

/** Takes back what the API can take back; runs whatever has failed before. */
export const cleanUp: readonly Scenario[] = [
	{
		area: 'Clean-up',
		title: 'A dataset is disconnected once, with its tasks and labels',
		source: 'docs/contract.md#disconnect-a-dataset [185, 449]',
		async run(world, check) {
			const [projectId, datasetId] = [world.made.get('the project'), world.made.get('the dataset')];
			const [removed] = await world.run('project', 'removeDataset', {
				projectId: byId(projectId),
				datasetId: byId(datasetId),
			});
			check.equal('disconnected', removed?.disconnectedNow, true);
			check.equal(
				'answer to the second time',
				await refusal(world.api.projects.disconnect(projectId, datasetId)),
				'500 ex_gen_does_not_contain',
			);
		},
	},
	{
		area: 'Clean-up',
		title: 'The label configuration is cleared',
		source: 'docs/contract.md#clear-a-configuration [225]',
		async run(world, check) {
			const [cleared] = await world.run('labelConfig', 'clear', { projectId: byId(world.made.get('the classes')) });
			check.equal('cleared', cleared?.cleared, true);
		},
	},
	{
		area: 'Clean-up',
		title: 'All images are deleted',
		source: 'docs/contract.md#delete-an-image',
		async run(world, check) {
			const datasetId = byId(world.made.get('the dataset'));
			const before = await world.run('image', 'getAll', { datasetId, returnAll: true });
			for (const { imageId } of before) await world.run('image', 'delete', { imageId: byId(String(imageId)) });
			check.equal('images', (await world.run('image', 'getAll', { datasetId, returnAll: true })).length, 0);
		},
	},
	{
		area: 'Clean-up',
		title: 'The dataset is deleted',
		source: 'docs/contract.md#ui-projects-and-datasets',
		run: deleteDataset,
	},
];

/** What stays on the server, since its API cannot delete it. */
export function leftovers({ made }: World): readonly string[] {
	return made.has('the dataset') ? [`the empty dataset "${made.get("the dataset's name")}"`] : [];
}
