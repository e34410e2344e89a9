/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { zipSync } from 'fflate';
import { valuesOf } from '../../emulator/store/values';
import { byId, jsonOf, openHarness, type Harness } from '../../support/datagym';
import { jpeg } from '../../support/images';

/** Docs/importing-datasets.md, "Classes": the open core takes classes beside others, and nothing of what is there is lost. */

let harness: Harness;
beforeAll(async () => {
	harness = await openHarness({ generation: 'open-core', dummyProject: false }, { authentication: 'none', token: '' });
});
afterAll(async () => await harness.close());

test('Missing classes are added; existing ones, their labels and finished tasks stay', async () => {
	const { project, dataset } = harness.server.seed.project({
		name: 'Fleet',
		datasetName: 'Before',
		classes: [{ entryKey: 'van', entryValue: 'Delivery van', type: 'polygon', color: '#010203' }],
	});
	const points = [
		{ x: 1, y: 2 },
		{ x: 30, y: 2 },
		{ x: 30, y: 20 },
	];
	const [finished] = harness.server.seed.tasks(project, dataset!, {
		count: 1,
		state: 'COMPLETED',
		labels: () => ({ labels: { van: [{ polygon: [points] }] } }),
	});
	const text = (content: string) => new TextEncoder().encode(content);
	const archive = zipSync(
		{
			'images/a.jpg': new Uint8Array(await jpeg({ width: 640, height: 480 })),
			'labels/a.txt': text('0 0.25 0.25 0.1 0.1\n1 0.5 0.5 0.1 0.1\n'),
			'data.yaml': text('names: [van, car]'),
		},
		{ level: 0 },
	);
	const items = [await harness.itemWithFile(Buffer.from(archive), 'new.zip', 'application/zip')];
	const parameters = { projectId: byId(project.id), datasetName: 'Arrived' };
	const [plan] = jsonOf(
		await harness.run('dataset', 'import', { ...parameters, options: { dryRun: true } }, { items }),
	);
	expect(plan).toMatchObject({
		addedToLabelConfig: ['car'],
		notInLabelConfig: [],
		classes: [
			{ className: 'car', status: 'added' },
			{ className: 'van', status: 'existing' },
		],
	});
	const outputs = jsonOf(await harness.run('dataset', 'import', parameters, { items }));
	expect(outputs).toEqual([expect.objectContaining({ status: 'imported', labelCount: 2 })]);
	expect(project.configuration.roots.map(({ key, value, type, color }) => [key, value, type, color]).sort()).toEqual([
		['car', 'car', 'RECTANGLE', expect.any(String)],
		['van', 'Delivery van', 'POLYGON', '#010203'],
	]);
	expect(finished!.state).toBe('COMPLETED');
	expect(valuesOf(finished!).map(({ entry, content }) => [entry.key, content.type])).toEqual([['van', 'POLYGON']]);
	const arrived = [...harness.server.store.tasks.values()].find(({ medium }) => medium.name === 'a.jpg');
	expect(
		valuesOf(arrived!)
			.map(({ entry, content }) => [entry.key, content.type])
			.sort(),
	).toEqual([
		['car', 'RECTANGLE'],
		['van', 'POLYGON'],
	]);
});
