import { DataGymApi, Transport } from '@datagym/client';
import { sendDirectly } from '../sendDirectly';
import { NOT_DOCUMENTED, type Scenario } from '../scenario';
import { byId, refusal } from '../world';

export const connection: readonly Scenario[] = [
	{
		area: 'Connection',
		title: 'Paths and fields say media (0.29), not image (2020)',
		source: 'docs/contract.md#the-api-of-2020',
		async run({ api }, check) {
			if ((await api.generation()) === 'image') check.missing(NOT_DOCUMENTED);
		},
	},
	{
		area: 'Connection',
		title: 'A wrong token is refused',
		source: 'docs/contract.md#authentication',
		async run({ transport, server }, check) {
			if (server.token === undefined) check.missing('it has no tokens');
			const { baseUrl } = transport;
			const other = new Transport(sendDirectly('00000000-0000-4000-8000-000000000000'), {
				baseUrl,
				idleTimeout: 60_000,
				retryFor: 0,
				isUnattended: false,
				limits: { concurrency: 6 },
				sleep: async () => undefined,
			});
			const status = (await refusal(DataGymApi.over(other).projects.list())).split(' ')[0];
			if (status === '403') check.remark('with 403, as the hosted service may');
			else check.equal('status', status, '401');
		},
	},
	{
		area: 'Connection',
		title: 'The project is listed, by name and by ID',
		source: 'docs/contract.md#projects',
		async run(world, check) {
			const { projectId, name } = await world.project();
			const [found] = await world.run('project', 'get', { projectId: byId(projectId) });
			check.equal('name', found?.name, name);
			check.equal('media type', found?.mediaType, 'IMAGE');
		},
	},
];
