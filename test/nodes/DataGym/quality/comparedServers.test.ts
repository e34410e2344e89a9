/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { byId, jsonOf, openHarness, requestsDuring } from '../../../support/datagym';

test.each(['2020', 'open-core'] as const)('Predictions are compared on a server of the kind %s', async (generation) => {
	const harness = await openHarness(
		{ generation, dummyProject: false },
		generation === 'open-core' ? { authentication: 'none' } : {},
	);
	const { project, dataset } = harness.server.seed.project({
		name: 'Compared',
		datasetName: 'Compared',
		classes: [{ entryKey: 'car', type: 'rectangle' }],
	});
	const box = (x: number) => ({ rectangle: [{ x, y: 10, w: 50, h: 40 }], classifications: {} });
	const tasks = harness.server.seed.tasks(project, dataset!, {
		count: 2,
		state: 'COMPLETED',
		labels: (index) => ({ labels: { car: [box(10 + 100 * index)] } }),
	});
	const items = tasks.map(({ medium }) => ({
		json: {
			imageId: medium.id,
			result: [{ label: 'Car', score: 0.9, box: { xmin: 10, ymin: 10, xmax: 60, ymax: 50 } }],
		},
	}));
	const parameters = { projectId: byId(project.id), predictions: '={{ $json.result }}' };
	const requests = await requestsDuring(harness, async () => {
		const run = await harness.run('quality', 'comparePredictions', parameters, { items });
		expect(jsonOf(run)).toMatchObject([
			{ imageCount: 2, labelCount: 2, predictionCount: 2, matchedCount: 1, missedCount: 1, extraCount: 1 },
		]);
	});
	expect(new Set(requests.map(({ method }) => method))).toEqual(new Set(['GET']));
	await harness.close();
});
