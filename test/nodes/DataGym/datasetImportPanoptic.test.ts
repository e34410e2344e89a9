/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { valuesOf } from '../../emulator/store/values';
import { byId, jsonOf, openHarness, type Harness } from '../../support/datagym';
import { jpeg } from '../../support/images';

/** COCO's panoptic segmentation, with the PNG that test/readers/fixtures/write.py paints by the conventions of panopticapi. */

const FOLDER = join(__dirname, '../../readers/fixtures');

let harness: Harness;
beforeAll(async () => {
	harness = await openHarness({ generation: 'open-core', dummyProject: false }, { authentication: 'none', token: '' });
});
afterAll(async () => await harness.close());

/** From left, top to right, bottom. */
const ring = (left: number, top: number, right: number, bottom: number) =>
	[
		[left, top],
		[right, top],
		[right, bottom],
		[left, bottom],
	]
		.map(([x, y]) => `${x},${y}`)
		.sort();

test('Each segment becomes areas of its class, with its parts and holes; its PNG is no image', async () => {
	const [png = ''] = readdirSync(FOLDER).filter((name) => name.startsWith('panoptic.'));
	const panoptic = {
		images: [{ id: 7, file_name: 'a.jpg', width: 64, height: 48 }],
		categories: [
			{ id: 1, name: 'road', isthing: 0 },
			{ id: 2, name: 'car', isthing: 1 },
		],
		annotations: [
			{
				image_id: 7,
				file_name: 'a.png',
				segments_info: [
					{ id: 70_001, category_id: 1, bbox: [2, 10, 38, 34], area: 566, iscrowd: 0 },
					{ id: 258, category_id: 2, bbox: [20, 15, 10, 5], area: 50, iscrowd: 0 },
				],
			},
		],
	};
	const archive = zipSync(
		{
			'val2017/a.jpg': new Uint8Array(await jpeg({ width: 64, height: 48 })),
			'annotations/panoptic_val2017.json': new TextEncoder().encode(JSON.stringify(panoptic)),
			'annotations/panoptic_val2017/a.png': new Uint8Array(readFileSync(join(FOLDER, png))),
		},
		{ level: 0 },
	);
	const { project } = harness.server.seed.project({ name: 'Streets', classes: [] });
	const items = [await harness.itemWithFile(Buffer.from(archive), 'panoptic.zip', 'application/zip')];
	const parameters = { projectId: byId(project.id), datasetName: 'Streets of 2017' };
	const outputs = jsonOf(await harness.run('dataset', 'import', parameters, { items }));
	expect(outputs).toEqual([expect.objectContaining({ status: 'imported', path: 'val2017/a.jpg' })]);
	const [task] = [...harness.server.store.tasks.values()];
	const shapes: Record<string, string[][]> = {};
	for (const { entry, content } of valuesOf(task!)) {
		const rings =
			content.type === 'IMAGE_SEGMENTATION'
				? content.rings.map(({ points }) => points)
				: 'points' in content
					? [content.points]
					: [];
		(shapes[entry.key] ??= []).push(...rings.map((points) => points.map(({ x, y }) => `${x},${y}`).sort()));
	}
	expect(shapes.car).toEqual([ring(20, 15, 30, 20)]);
	expect(shapes.road).toHaveLength(3);
	expect(shapes.road).toEqual(expect.arrayContaining([ring(10, 10, 40, 30), ring(20, 15, 30, 20), ring(2, 40, 6, 44)]));
});
