import { isDataGymError } from '@datagym/client';
import type { Check, Scenario } from '../scenario';
import { refusal, type World } from '../world';

/** What only the open core's own API can do. Elsewhere the client must say so, and send nothing. */
async function ifThere<Value>(check: Check, request: Promise<Value>): Promise<Value> {
	return await request.catch((error: unknown) => {
		if (isDataGymError(error) && error.failure.kind === 'unsupported') check.missing(error.message);
		throw error;
	});
}

export const ownApi: readonly Scenario[] = [
	{
		area: 'Own API of the open core',
		title: 'A project is created, renamed and deleted',
		source: 'docs/contract.md#ui-projects-and-datasets',
		async run({ api }, check) {
			const name = `Conformance other ${Date.now()}`;
			const texts = { name, shortDescription: 'Can be deleted', description: '' };
			const { projectId, labelConfigurationId } = await ifThere(check, api.projects.create(texts, 'IMAGE'));
			check.equal(
				'answer to the same name',
				await refusal(api.projects.create(texts, 'IMAGE')),
				'400 ex_alreadyexists',
			);
			check.equal('classes', (await api.labelConfigs.get(labelConfigurationId)).entries, []);
			await api.projects.update(projectId, { ...texts, name: `${name} 2`, description: 'Renamed' });
			const { name: renamed, description } = await api.projects.get(projectId);
			check.equal('texts', [renamed, description], [`${name} 2`, 'Renamed']);
			for (let time = 0; time < 2; time++) await api.projects.delete(projectId);
			check.equal('answer after it was deleted', await refusal(api.projects.get(projectId)), '404 ex_notfound');
		},
	},
	{
		area: 'Own API of the open core',
		title: 'One small answer counts the tasks in each state',
		source: 'docs/contract.md#dashboard',
		async run({ api, made }, check) {
			const { COMPLETED, SKIPPED, REVIEWED } = await ifThere(check, api.projects.counts(made.get('the project')));
			check.equal('completed, skipped, reviewed', [COMPLETED, SKIPPED, REVIEWED], [3, 1, 0]);
		},
	},
];

/** After everything else is gone from it. */
export async function deleteDataset({ api, made }: World, check: Check): Promise<void> {
	await ifThere(check, api.datasets.delete(made.get('the dataset')));
	made.delete('the dataset');
}
