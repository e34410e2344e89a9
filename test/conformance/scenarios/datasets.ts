import type { Scenario } from '../scenario';
import { byId, refusal } from '../world';

export const datasets: readonly Scenario[] = [
	{
		area: 'Datasets',
		title: 'A dataset is created',
		source: 'docs/contract.md#create-a-dataset',
		isEssential: true,
		async run(world, check) {
			const name = `Conformance ${new Date().toISOString().replace(/\D/g, '')}`;
			const [dataset] = await world.run('dataset', 'create', {
				name,
				ifExists: 'fail',
				options: { shortDescription: 'Can be deleted' },
			});
			world.made.set('the dataset', dataset?.datasetId);
			world.made.set("the dataset's name", name);
			check.equal('images', dataset?.imageCount, 0);
		},
	},
	{
		area: 'Datasets',
		title: 'It is listed with the others',
		source: 'docs/contract.md#create-a-dataset',
		async run(world, check) {
			const name = world.made.get("the dataset's name");
			const found = await world.run('dataset', 'getAll', { search: name, returnAll: true });
			check.equal(
				'found',
				found.map(({ datasetId }) => datasetId),
				[world.made.get('the dataset')],
			);
		},
	},
	{
		area: 'Datasets',
		title: 'A name that differs only in upper and lower case is refused',
		source: 'docs/contract.md#names [031]',
		async run({ api, made }, check) {
			check.equal(
				'answer',
				await refusal(api.datasets.create(made.get("the dataset's name").toUpperCase(), '')),
				// Another status by the API of the open core, but the same to whoever asked.
				`${(await api.generation()) === 'open-core' ? 400 : 412} ex_alreadyexists`,
			);
		},
	},
	{
		area: 'Datasets',
		title: 'A dash in a name is refused, with the reason',
		source: 'docs/contract.md#create-a-dataset [041]',
		async run({ api }, check) {
			check.equal('answer', await refusal(api.datasets.create('conformance-suite', '')), '400 ex_validation');
		},
	},
	{
		area: 'Datasets',
		title: 'An unknown dataset is told by its ID',
		source: 'docs/contract.md#datasets [062]',
		async run(world, check) {
			const { error } = await world.try('dataset', 'get', { datasetId: byId('00000000-0000-4000-8000-000000000000') });
			check.equal('message', error?.message, 'There is no dataset with the ID "00000000-0000-4000-8000-000000000000"');
		},
	},
];
