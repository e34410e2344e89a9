/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { byId, jsonOf, openHarness, requestsDuring, type Harness } from '../../../support/datagym';

let harness: Harness;
beforeAll(
	async () =>
		(harness = await openHarness(
			{ generation: 'open-core', dummyProject: false },
			{ authentication: 'none', token: '' },
		)),
);
afterAll(async () => await harness.close());

test.each(['export', 'tasks'])('only reading requests reach an open core, from %s', async (labelSource) => {
	const { seed } = harness.server;
	const [projectId, secondProjectId] = ['First', 'Second'].map((title) => {
		const name = `${title} ${labelSource}`;
		const classes = [{ entryKey: 'car', type: 'rectangle' }];
		const { project, dataset } = seed.project({ name, datasetName: name, classes });
		const [task] = seed.tasks(project, dataset!, { count: 1, state: 'COMPLETED' });
		seed.label(task!, { labels: { car: [{ rectangle: [{ x: 1, y: 2, w: 30, h: 20 }] }] } });
		return byId(project.id);
	});
	const requests = await requestsDuring(harness, async () => {
		for (const output of ['images', 'summary', 'consensus']) {
			const parameters = { projectId: projectId!, secondProjectId: secondProjectId!, output, options: { labelSource } };
			expect(jsonOf(await harness.run('quality', 'compareProjects', parameters))).toHaveLength(1);
		}
	});
	expect([...new Set(requests.map(({ method }) => method))]).toEqual(['GET']);
});
