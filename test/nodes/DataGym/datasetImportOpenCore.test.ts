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
	const arrived = [...harness.server.store.tasks.values()].find(
		(task) => task.project.id === project.id && task.medium.name === 'a.jpg',
	);
	expect(
		valuesOf(arrived!)
			.map(({ entry, content }) => [entry.key, content.type])
			.sort(),
	).toEqual([
		['car', 'RECTANGLE'],
		['van', 'POLYGON'],
	]);
});

test('A name that the dataset has with another size fails, and its labels go nowhere', async () => {
	const { project, dataset } = harness.server.seed.project({
		name: 'Other pixels',
		datasetName: 'Taken',
		classes: [{ entryKey: 'car', entryValue: 'Car', type: 'rectangle' }],
	});
	const items = [await harness.itemWithFile(await jpeg({ width: 100, height: 80 }), 'a.jpg')];
	jsonOf(await harness.run('image', 'upload', { datasetId: byId(dataset!.id) }, { items }));
	const photo = new Uint8Array(await jpeg({ width: 640, height: 480 }));
	const labels = new TextEncoder().encode('0 0.5 0.5 0.1 0.1');
	const names = new TextEncoder().encode('car');
	const archive = zipSync({ 'a.jpg': photo, 'a.txt': labels, 'b.jpg': photo, 'b.txt': labels, 'classes.txt': names });
	const parameters = { projectId: byId(project.id), datasetName: 'Taken' };
	const files = { items: [await harness.itemWithFile(Buffer.from(archive), 'set.zip', 'application/zip')] };
	const fault =
		'The dataset has another image with the name "a.jpg": it has 100 × 80 pixels, and "a.jpg" has 640 × 480';
	const [plan] = jsonOf(await harness.run('dataset', 'import', { ...parameters, options: { dryRun: true } }, files));
	expect(plan).toMatchObject({
		newImages: 1,
		existingImages: 1,
		labeledImages: 1,
		labelCount: 1,
		problems: [{ file: 'a.jpg', message: fault }],
	});
	expect(jsonOf(await harness.run('dataset', 'import', parameters, files))).toEqual([
		expect.objectContaining({
			path: 'a.jpg',
			status: 'failed',
			error: fault,
			details: 'Import into a dataset of its own, or rename the image.',
		}),
		expect.objectContaining({ path: 'b.jpg', status: 'imported', labelCount: 1 }),
	]);
	const [task] = [...harness.server.store.tasks.values()].filter(
		(each) => each.project.id === project.id && each.medium.name === 'a.jpg',
	);
	expect(valuesOf(task!)).toEqual([]);
});
