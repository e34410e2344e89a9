/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { unzipSync } from 'fflate';
import { valuesOf } from '../../emulator/store/values';
import { byId, jsonOf, openHarness, outputOf, type Harness } from '../../support/datagym';
import { jpeg } from '../../support/images';

/** Issue 17: the archive of Crops by Class arrives, each crop as an image of its class. */

let harness: Harness;
beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
});
afterAll(async () => await harness.close());

/** By the number of the crop, which counts from top to bottom. */
const BOXES = [
	['van', { x: 10, y: 10, w: 60, h: 40 }],
	['car', { x: 100, y: 80, w: 30, h: 20 }],
] as const;

test('Each crop arrives with its pixels and its class', async () => {
	const { project, dataset } = harness.server.seed.project({
		name: 'Whole',
		datasetName: 'Whole images',
		classes: [
			{ entryKey: 'car', entryValue: 'Car', type: 'rectangle' },
			{ entryKey: 'van', entryValue: 'Van', type: 'rectangle' },
		],
	});
	const photo = await jpeg({ width: 200, height: 120 });
	const items = [await harness.itemWithFile(photo, 'street.jpg')];
	jsonOf(await harness.run('image', 'upload', { datasetId: byId(dataset!.id) }, { items }));
	const [task] = [...harness.server.store.tasks.values()].filter((each) => each.project.id === project.id);
	const labels = Object.fromEntries(BOXES.map(([key, box]) => [key, [{ rectangle: [box] }]]));
	harness.server.seed.label(task!, { labels });
	harness.server.seed.move(task!, 'COMPLETED');
	const created = await harness.run('export', 'createDataset', {
		projectId: byId(project.id),
		format: 'cropsByClass',
		source: 'tasks',
	});
	const [archive] = outputOf(created);
	const files = unzipSync(await harness.engine.readBinary(archive!));
	const target = harness.server.seed.project({ name: 'Crops', classes: [] }).project;
	const parameters = { projectId: byId(target.id), datasetName: 'Crops' };
	const outputs = jsonOf(await harness.run('dataset', 'import', parameters, { items: [archive!] }));
	expect(outputs).toHaveLength(BOXES.length);
	const arrived = [...harness.server.store.tasks.values()].filter((each) => each.project.id === target.id);
	for (const [index, [key]] of BOXES.entries()) {
		const [path = ''] = Object.keys(files).filter((name) => name.endsWith(`/${key}/street_${index + 1}.jpg`));
		const crop = arrived.find(({ medium }) => medium.name === `street_${index + 1}.jpg`);
		expect(await harness.server.store.bytes.get(crop!.medium.id)).toEqual(Buffer.from(files[path]!));
		const chosen = valuesOf(crop!).flatMap(({ entry, content }) =>
			content.type === 'SELECT' ? [[entry.key, content.selectKey]] : [],
		);
		expect(chosen).toEqual([['class', key]]);
	}
});
